/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-client.h"

G_BEGIN_DECLS

typedef gboolean (*BwTestCondition) (gpointer data);

/** Prints that a condition took too long, and aborts. */
#define bw_test_until(condition, data) \
  bw_test_until_at (G_STRLOC, #condition, (BwTestCondition) (condition), data)

void     bw_test_until_at    (const char *where, const char *what, BwTestCondition condition, gpointer data);
gboolean bw_test_settle      (guint milliseconds);
void     bw_test_await_gone  (gpointer *weak);

gboolean bw_test_await       (DexFuture *future, GError **error);
gpointer bw_test_await_boxed (DexFuture *future, GError **error);
gint64   bw_test_await_int64 (DexFuture *future, GError **error);
GError  *bw_test_await_error (DexFuture *future);

#define bw_test_assert_says(error, domain, code, words) \
  bw_test_assert_says_at (G_STRLOC, error, domain, code, words)
void     bw_test_assert_says_at (const char *where, GError *error, GQuark domain, int code, const char *words);

/*
 * A second opinion on a list model: a copy that is made of nothing but what items-changed tells.
 */
typedef struct
{
  GListModel *model;
  GPtrArray *items;
  gulong handler;
  guint changes;
} BwTestShadow;

BwTestShadow *bw_test_shadow_new   (gpointer model);
void          bw_test_shadow_free  (BwTestShadow *self);
void          bw_test_shadow_check (BwTestShadow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTestShadow, bw_test_shadow_free)

G_END_DECLS

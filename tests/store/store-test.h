/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-error.h"
#include "bw-store-private.h"

G_BEGIN_DECLS

/* A store of its own (see scratch.h), with a clock that only the test moves. */
typedef struct _StoreTest StoreTest;
struct _StoreTest
{
  char *folder;
  char *uri;
  BwStore *store;
  gint64 business;
  gint64 other_business;
  gint64 worker;            /* the account of a worker */
  BwViewer olivia;          /* owner: may do everything */
  BwViewer sam;             /* staff: sees own jobs only */
  BwViewer stella;          /* likewise */
  BwTime wall;              /* what the system's clock shows */
  gint64 elapsed;           /* milliseconds that have really passed */
  StoreTest *first;         /* NULL, or of a second node, the one that it shares store and clock with */
};

/* 2026-11-21T12:00:00Z */
#define STORE_TEST_START G_GINT64_CONSTANT (1795262400000)

#define store_test_add(path, func) \
  g_test_add (path, StoreTest, NULL, store_test_set_up, func, store_test_tear_down)

void       store_test_set_up    (StoreTest *self, gconstpointer data);
void       store_test_tear_down (StoreTest *self, gconstpointer data);
void       store_test_reopen    (StoreTest *self);
void       store_test_add_node  (StoreTest *self, StoreTest *first);
void       store_test_pass      (StoreTest *self, gint64 milliseconds);
BwTime     store_test_now       (StoreTest *self);
void       store_test_check     (StoreTest *self);

gint64     store_test_ask       (StoreTest *self, const char *sql);
char      *store_test_ask_text  (StoreTest *self, const char *sql);
gint64     store_test_count     (StoreTest *self, const BwViewer *viewer, const char *q);
gint64     store_test_get       (StoreTest *self, gint64 job, const char *column);

BwSubmission *store_test_submission (const char *type, guint n_items);
gint64     store_test_submit    (StoreTest *self, const BwViewer *viewer, const char *type, guint n_items);
gint64     store_test_hand_in   (StoreTest *self, const BwViewer *viewer, BwSubmission *submission);
GPtrArray *store_test_claim     (StoreTest *self, int max);
gint64     store_test_claim_one (StoreTest *self);
guint      store_test_report    (StoreTest *self, BwReport *report, BwDirective *directive);
guint      store_test_finish    (StoreTest *self, gint64 claim, const char *error);
guint      store_test_item      (StoreTest *self, gint64 claim, gint64 item, BwItemState state);
void       store_test_tend      (StoreTest *self, BwUpkeep *upkeep);

G_END_DECLS

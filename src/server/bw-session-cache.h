/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/** A session as the store told it, counted by reference; immutable. */
typedef struct
{
  gatomicrefcount references;
  BwSession *session;
  GBytes *token_hash;
  guint64 serial;           /* of the rights that it was read under */
} BwCachedSession;

BwCachedSession *bw_cached_session_ref   (BwCachedSession *self);
void             bw_cached_session_unref (BwCachedSession *self);
gboolean         bw_cached_session_find  (BwCachedSession *self, const char *business, BwViewer *viewer);

typedef struct _BwSessionCache BwSessionCache;

BwSessionCache  *bw_session_cache_new    (BwStore *store);
void             bw_session_cache_free   (BwSessionCache *self);
BwCachedSession *bw_session_cache_find   (BwSessionCache *self, GBytes *token_hash, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCachedSession, bw_cached_session_unref)

G_END_DECLS

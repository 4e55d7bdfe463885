/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/** A session as the store told it, counted by reference; immutable but for what is noted. */
typedef struct
{
  gatomicrefcount references;
  BwSession *session;
  GBytes *token_hash;
  guint64 serial;           /* of the rights that it was read under */
  BwTime noted_at;          /* atomic: when its user was last noted as seen, */
  gint64 noted_business;    /* atomic: and where */
} BwCachedSession;

BwCachedSession *bw_cached_session_ref   (BwCachedSession *self);
void             bw_cached_session_unref (BwCachedSession *self);
gboolean         bw_cached_session_find  (BwCachedSession *self, const char *business, BwViewer *viewer);

typedef struct _BwSessionCache BwSessionCache;

BwSessionCache  *bw_session_cache_new    (BwStore *store);
void             bw_session_cache_free   (BwSessionCache *self);
BwCachedSession *bw_session_cache_find   (BwSessionCache *self, GBytes *token_hash, GError **error);
guint64          bw_session_cache_get_serial (BwSessionCache *self);
gboolean         bw_session_cache_note_seen  (BwSessionCache *self, BwCachedSession *session, gint64 business);
void             bw_session_cache_store_seen (BwSessionCache *self);

/* Whether what was read under a serial may be kept until it changes. */
static inline gboolean
bw_rights_serial_holds (guint64 serial)
{
  return (serial & 1) == 0;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCachedSession, bw_cached_session_unref)

G_END_DECLS

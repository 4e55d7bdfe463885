/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-session-cache.h"

#include "bw-error.h"

/* How many sessions are remembered; past it all are dropped, and read again as they are used. */
#define MAX_SESSIONS 20000

struct _BwSessionCache
{
  BwStore *store;
  GRWLock lock;
  GHashTable *sessions;     /* of BwCachedSession by token hash */
};

/** bw_cached_session_ref: @self: a session. Returns: (transfer full): @self */
BwCachedSession *
bw_cached_session_ref (BwCachedSession *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

/** bw_cached_session_unref: @self: (transfer full): a session */
void
bw_cached_session_unref (BwCachedSession *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  bw_session_free (self->session);
  g_bytes_unref (self->token_hash);
  g_free (self);
}

/**
 * bw_cached_session_find:
 * @self: a session
 * @business: a business's short name
 * @viewer: (out): who asks there; lives as long as @self
 *
 * Returns: whether the session's account is a member of the business
 */
gboolean
bw_cached_session_find (BwCachedSession *self, const char *business, BwViewer *viewer)
{
  const BwMe *me = self->session->me;

  for (guint i = 0; i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);

      if (g_str_equal (membership->id, business))
        {
          viewer->business = g_array_index (self->session->business_ids, gint64, i);
          viewer->user = self->session->user;
          viewer->user_name = me->name;
          viewer->permissions = membership->permissions;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * bw_session_cache_new:
 * @store: where sessions are kept; outlives the cache
 *
 * Remembers sessions for as long as no rights change anywhere, so that most requests are
 * authenticated without a query.
 *
 * Returns: (transfer full): a cache, which may be used from any thread
 */
BwSessionCache *
bw_session_cache_new (BwStore *store)
{
  BwSessionCache *self = g_new0 (BwSessionCache, 1);

  self->store = store;
  g_rw_lock_init (&self->lock);
  self->sessions = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL,
                                          (GDestroyNotify) bw_cached_session_unref);
  return self;
}

/** bw_session_cache_free: @self: (nullable) (transfer full): a cache */
void
bw_session_cache_free (BwSessionCache *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->sessions);
  g_rw_lock_clear (&self->lock);
  g_free (self);
}

static BwCachedSession *
look_up (BwSessionCache *self, GBytes *token_hash, guint64 serial)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->lock);
  BwCachedSession *found = g_hash_table_lookup (self->sessions, token_hash);

  return found != NULL && found->serial == serial ? bw_cached_session_ref (found) : NULL;
}

static void
remember (BwSessionCache *self, BwCachedSession *session)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);

  if (g_hash_table_size (self->sessions) >= MAX_SESSIONS)
    g_hash_table_remove_all (self->sessions);
  g_hash_table_replace (self->sessions, session->token_hash, bw_cached_session_ref (session));
}

/**
 * bw_session_cache_find:
 * @self: a cache
 * @token_hash: bw_token_hash() of a token
 * @error: set to %BW_ERROR_UNAUTHORIZED when there is no such session or it has lapsed
 *
 * May query the store.
 *
 * Returns: (transfer full) (nullable): the session
 */
BwCachedSession *
bw_session_cache_find (BwSessionCache *self, GBytes *token_hash, GError **error)
{
  /* Before the query: rights that change during it make the answer stale, never fresh. */
  guint64 serial = bw_store_get_rights_serial (self->store);
  g_autoptr (BwCachedSession) found = look_up (self, token_hash, serial);

  if (found == NULL)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (BwSession) session = bw_store_find_session (self->store, token_hash, &local_error);

      if (session == NULL && local_error != NULL
          && !g_error_matches (local_error, BW_ERROR, BW_ERROR_NOT_FOUND)
          && !g_error_matches (local_error, BW_ERROR, BW_ERROR_UNAUTHORIZED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (session != NULL)
        {
          found = g_new0 (BwCachedSession, 1);
          g_atomic_ref_count_init (&found->references);
          found->session = g_steal_pointer (&session);
          found->token_hash = g_bytes_ref (token_hash);
          found->serial = serial;
          remember (self, found);
        }
    }
  if (found == NULL
      || (found->session->expires_at != BW_TIME_NONE && found->session->expires_at <= bw_time_now ()))
    {
      bw_set_error (error, BW_ERROR_UNAUTHORIZED,
                    "You are signed in no longer: the token is not known here, was revoked or has "
                    "lapsed. Sign in again.");
      return NULL;
    }
  return g_steal_pointer (&found);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-session-cache.h"

#include "bw-error.h"

/* How many sessions are remembered; past it all are dropped, and read again as they are used. */
#define MAX_SESSIONS 20000

/* A session is noted as seen once in this time, and what was noted is stored once in the other: a
 * write for each request would be for nothing. */
#define NOTE_EVERY BW_TIME_MINUTE
#define STORE_EVERY (5 * BW_TIME_MINUTE)

struct _BwSessionCache
{
  BwStore *store;
  GRWLock lock;
  GHashTable *sessions;     /* of BwCachedSession by token hash */

  GMutex seen_lock;         /* of all below */
  GHashTable *seen;         /* of BwSeen, by account and business */
  BwTime written_at;        /* when they were last put into the store */
};

static guint
hash_seen (gconstpointer data)
{
  const BwSeen *seen = data;

  return g_int64_hash (&seen->account) * 31 + g_int64_hash (&seen->business);
}

static gboolean
equal_seen (gconstpointer a, gconstpointer b)
{
  const BwSeen *first = a;
  const BwSeen *second = b;

  return first->account == second->account && first->business == second->business;
}

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
  g_mutex_init (&self->seen_lock);
  self->seen = g_hash_table_new_full (hash_seen, equal_seen, g_free, NULL);
  self->written_at = bw_time_now ();
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
  g_hash_table_unref (self->seen);
  g_mutex_clear (&self->seen_lock);
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

/** bw_session_cache_get_serial: @self: a cache. Returns: bw_store_get_rights_serial() of its store */
guint64
bw_session_cache_get_serial (BwSessionCache *self)
{
  return bw_store_get_rights_serial (self->store);
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
  guint64 serial = bw_session_cache_get_serial (self);
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
          if (bw_rights_serial_holds (serial))
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

static GArray *
take_seen (BwSessionCache *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->seen_lock);
  GArray *list = g_array_new (FALSE, FALSE, sizeof (BwSeen));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (list, key, 1);
  g_hash_table_remove_all (self->seen);
  self->written_at = bw_time_now ();
  return list;
}

/**
 * bw_session_cache_store_seen:
 * @self: a cache
 *
 * Puts into the store who was seen since the last time. What can't be stored is forgotten: it is not
 * worth a failed request. Blocks until it is on the disk.
 */
void
bw_session_cache_store_seen (BwSessionCache *self)
{
  g_autoptr (GArray) seen = take_seen (self);
  g_autoptr (GError) error = NULL;

  if (!bw_store_note_seen (self->store, (const BwSeen *) (gpointer) seen->data, seen->len, &error))
    g_message ("When users were last seen could not be stored: %s", error->message);
}

/**
 * bw_session_cache_note_seen:
 * @self: a cache
 * @session: whose request came
 * @business: the business that it is for; 0 for all of the session's
 *
 * Remembers when somebody was last here, to the minute. Quick.
 *
 * Returns: whether it is time for bw_session_cache_store_seen()
 */
gboolean
bw_session_cache_note_seen (BwSessionCache *self, BwCachedSession *session, gint64 business)
{
  BwTime now = bw_time_now ();
  BwTime noted = __atomic_load_n (&session->noted_at, __ATOMIC_RELAXED);
  gint64 where = __atomic_load_n (&session->noted_business, __ATOMIC_RELAXED);
  g_autoptr (GMutexLocker) locker = NULL;
  BwSeen *seen;

  if (where == business && now - noted < NOTE_EVERY)
    return FALSE;
  __atomic_store_n (&session->noted_business, business, __ATOMIC_RELAXED);
  __atomic_store_n (&session->noted_at, now, __ATOMIC_RELAXED);
  seen = g_new (BwSeen, 1);
  *seen = (BwSeen) { session->session->user, business, now };
  locker = g_mutex_locker_new (&self->seen_lock);
  g_hash_table_replace (self->seen, seen, NULL);
  return now - self->written_at >= STORE_EVERY;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-error.h"
#include "bw-event-hub.h"
#include "bw-event-stream-private.h"

/* Without any of these there is nothing that the stream could tell. */
#define VIEW (BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED)

/* What waits was meant for other rights, and who reads asks for everything anew. The greeting, and an
 * event that was sent in part, come to their end. With the lock held. */
static void
drop_waiting (BwEventStream *self)
{
  GBytes *begun
    = self->used > 0 || !self->greeted ? g_queue_pop_head (&self->waiting) : NULL;

  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_bytes_unref);
  if (begun != NULL)
    g_queue_push_head (&self->waiting, begun);
}

/**
 * bw_event_stream_tell_rights:
 * @self: a stream
 * @gone: whether none are left: then the stream ends with it
 *
 * Tells its reader that the rights changed, in place of all that it has not read yet.
 */
void
bw_event_stream_tell_rights (BwEventStream *self, gboolean gone)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (BwEvent) event = bw_event_new (BW_EVENT_RIGHTS, self->position);

  if (self->ended)
    return;
  drop_waiting (self);
  g_queue_push_tail (&self->waiting, bw_event_hub_write (event));
  self->ended = gone;
  bw_event_stream_wake (self);
}

/**
 * bw_event_stream_is_current:
 * @self: a stream
 * @serial: the present serial of rights
 *
 * Returns: whether what its reader may see is known as it is now
 */
gboolean
bw_event_stream_is_current (BwEventStream *self, guint64 serial)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return bw_rights_serial_holds (serial) && self->serial == serial;
}

static gboolean
is_same_membership (const BwMembership *a, const BwMembership *b)
{
  return a != NULL && b != NULL && a->permissions == b->permissions && g_str_equal (a->name, b->name)
         && g_str_equal (a->role, b->role) && g_str_equal (a->role_name, b->role_name);
}

/**
 * bw_event_stream_check_rights:
 * @self: a stream
 * @sessions: where sessions are found
 *
 * Looks its reader up anew, and goes by what it may see from now on. May query the store.
 *
 * Returns: what became of its rights
 */
BwRightsNews
bw_event_stream_check_rights (BwEventStream *self, BwSessionCache *sessions)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwCachedSession) session
    = bw_session_cache_find (sessions, self->token_hash, &error);
  BwRightsNews news;
  BwViewer viewer;

  if (session == NULL)
    return g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED) ? BW_RIGHTS_GONE : BW_RIGHTS_UNKNOWN;
  if (!bw_cached_session_find (session, self->business, &viewer) || (viewer.permissions & VIEW) == 0)
    return BW_RIGHTS_GONE;
  g_mutex_lock (&self->lock);
  news = is_same_membership (bw_me_find (self->session->session->me, self->business),
                             bw_me_find (session->session->me, self->business))
           ? BW_RIGHTS_SAME
           : BW_RIGHTS_CHANGED;
  self->viewer.permissions = viewer.permissions;
  self->serial = session->serial;
  bw_cached_session_unref (self->session);
  self->session = g_steal_pointer (&session);
  g_mutex_unlock (&self->lock);
  return news;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-upkeep.h"

#include <signal.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "bw-error.h"

/* A lease or a start time set meanwhile may fall due before what the store named: look this often. */
#define LONGEST_US G_USEC_PER_SEC

struct _BwUpkeepThread
{
  BwStore *store;
  GThread *thread;
  GMutex lock;
  GCond stop;
  gboolean stopping;
  GError *shut_out; /* why the store may not be used any more */
};

/* A newer program took the store over: this one ends as if it were told to. */
static gboolean
is_shut_out (BwUpkeepThread *self)
{
  g_autoptr (GError) error = NULL;

  if (self->shut_out != NULL)
    return TRUE;
  if (bw_store_check_schema (self->store, &error)
      || !g_error_matches (error, BW_ERROR, BW_ERROR_CONFLICT))
    return FALSE;
  self->shut_out = g_steal_pointer (&error);
  kill (getpid (), SIGTERM);
  return TRUE;
}

/* Returns: how long there is nothing to do, in microseconds */
static gint64
tend (BwUpkeepThread *self, gboolean *failing)
{
  g_autoptr (GError) error = NULL;
  BwUpkeep upkeep = { .next = BW_TIME_NONE };

  if (is_shut_out (self))
    return LONGEST_US;
  if (!bw_store_tend (self->store, &upkeep, &error))
    {
      if (!*failing)
        g_warning ("Upkeep of the store fails: %s", error->message);
      *failing = TRUE;
      return LONGEST_US;
    }
  if (*failing)
    g_message ("Upkeep of the store works again");
  *failing = FALSE;
  if (upkeep.lapsed + upkeep.stalled + upkeep.removed > 0)
    g_info ("Upkeep: %" G_GINT64_FORMAT " leases lapsed, %" G_GINT64_FORMAT " jobs stalled, %" G_GINT64_FORMAT
            " jobs removed", upkeep.lapsed, upkeep.stalled, upkeep.removed);
  if (upkeep.next == BW_TIME_NONE)
    return LONGEST_US;
  return CLAMP ((upkeep.next - bw_time_now ()) * 1000, 0, LONGEST_US);
}

static gpointer
run (gpointer data)
{
  BwUpkeepThread *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean failing = FALSE;

  while (!self->stopping)
    {
      gint64 pause;

      g_mutex_unlock (&self->lock);
      pause = tend (self, &failing);
      /* The watchdog of systemd: a store that does not answer stops this. */
      sd_notify (FALSE, "WATCHDOG=1");
      g_mutex_lock (&self->lock);
      if (!self->stopping)
        g_cond_wait_until (&self->stop, &self->lock, g_get_monotonic_time () + pause);
    }
  return NULL;
}

/**
 * bw_upkeep_start:
 * @store: a store; outlives the thread
 *
 * Returns: (transfer full): a thread that has the store do what is due, when it is due
 */
BwUpkeepThread *
bw_upkeep_start (BwStore *store)
{
  BwUpkeepThread *self = g_new0 (BwUpkeepThread, 1);

  self->store = store;
  g_mutex_init (&self->lock);
  g_cond_init (&self->stop);
  self->thread = g_thread_new ("bw-upkeep", run, self);
  return self;
}

/**
 * bw_upkeep_stop:
 * @self: (transfer full): a thread, which has ended on return
 * @error: (out) (optional): why the store could not be used any longer, if that is so
 *
 * Returns: whether the store could be used to the end
 */
gboolean
bw_upkeep_stop (BwUpkeepThread *self, GError **error)
{
  GError *shut_out;

  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->stop);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  shut_out = self->shut_out;
  g_cond_clear (&self->stop);
  g_mutex_clear (&self->lock);
  g_free (self);
  if (shut_out != NULL)
    g_propagate_error (error, shut_out);
  return shut_out == NULL;
}

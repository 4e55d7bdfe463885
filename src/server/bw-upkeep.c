/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-upkeep.h"

#include <systemd/sd-daemon.h>

/* A lease or a start time set meanwhile may fall due before what the store named: look this often. */
#define LONGEST_US G_USEC_PER_SEC

struct _BwUpkeepThread
{
  BwStore *store;
  GThread *thread;
  GMutex lock;
  GCond stop;
  gboolean stopping;
};

/* Returns: how long there is nothing to do, in microseconds */
static gint64
tend (BwUpkeepThread *self, gboolean *failing)
{
  g_autoptr (GError) error = NULL;
  BwUpkeep upkeep = { .next = BW_TIME_NONE };

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

/** bw_upkeep_stop: @self: (nullable) (transfer full): a thread, which has ended on return */
void
bw_upkeep_stop (BwUpkeepThread *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->stop);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_cond_clear (&self->stop);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-clock.h"

#include <time.h>

/* The system's clock is slewed by less than this between two looks; more means that it was set. */
#define TOLERANCE (2 * BW_TIME_SECOND)

struct _BwClock
{
  BwClockSource source;
  gint64 offset;         /* atomic: from elapsed to time */
  gboolean is_following; /* atomic: another clock, not the system's */
  gboolean is_given;     /* its source was set */
};

static BwTime
get_wall (gpointer user_data)
{
  return bw_time_now ();
}

static gint64
get_elapsed (gpointer user_data)
{
  struct timespec now;

  /* Goes on while the machine sleeps, unlike CLOCK_MONOTONIC, on which a lease would outlive a
   * night. */
  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/**
 * bw_clock_new:
 *
 * Makes a clock that never goes back. It starts at what the system's clock shows and goes on by
 * the time that passes. When the system's clock is set forward it follows; when that is set back it
 * goes on as before, so that leases neither lapse early nor stick. The system's clock catches up,
 * or the next start of the program does.
 *
 * Returns: (transfer full): the clock
 */
BwClock *
bw_clock_new (void)
{
  const BwClockSource source = { get_wall, get_elapsed, NULL };
  BwClock *self = g_new0 (BwClock, 1);

  bw_clock_set_source (self, &source);
  self->is_given = FALSE;
  return self;
}

/**
 * bw_clock_free:
 * @self: (transfer full): a clock
 *
 * Frees the clock.
 */
void
bw_clock_free (BwClock *self)
{
  g_free (self);
}

/**
 * bw_clock_set_source:
 * @self: a clock that no other thread reads meanwhile
 * @source: where it gets its time from
 *
 * Starts the clock anew.
 */
void
bw_clock_set_source (BwClock *self, const BwClockSource *source)
{
  self->source = *source;
  self->is_given = TRUE;
  __atomic_store_n (&self->is_following, FALSE, __ATOMIC_RELAXED);
  self->offset = source->wall (source->user_data) - source->elapsed (source->user_data);
}

/**
 * bw_clock_follow:
 * @self: a clock
 * @now: what another clock shows at this moment, one that all nodes go by
 *
 * Has the clock go by another one from now on, in place of the system's, so that nodes agree on
 * when a lease lapses however wrong their own clocks are. After the first time it doesn't go back.
 * A clock whose source was set stays with that. For one thread.
 */
void
bw_clock_follow (BwClock *self, BwTime now)
{
  gint64 offset;

  if (self->is_given)
    return;
  offset = now - self->source.elapsed (self->source.user_data);
  if (!self->is_following || offset > __atomic_load_n (&self->offset, __ATOMIC_RELAXED))
    __atomic_store_n (&self->offset, offset, __ATOMIC_RELAXED);
  __atomic_store_n (&self->is_following, TRUE, __ATOMIC_RELAXED);
}

/**
 * bw_clock_now:
 * @self: a clock
 *
 * May be called from any thread.
 *
 * Returns: the present moment
 */
BwTime
bw_clock_now (BwClock *self)
{
  gint64 elapsed = self->source.elapsed (self->source.user_data);
  BwTime wall = self->source.wall (self->source.user_data);
  gint64 offset = __atomic_load_n (&self->offset, __ATOMIC_RELAXED);

  if (__atomic_load_n (&self->is_following, __ATOMIC_RELAXED))
    return elapsed + offset;
  while (wall - elapsed > offset + TOLERANCE)
    if (__atomic_compare_exchange_n (&self->offset, &offset, wall - elapsed, FALSE,
                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return wall;
  return elapsed + offset;
}

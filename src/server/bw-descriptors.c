/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-descriptors.h"

#include <errno.h>
#include <sys/resource.h>

#include "bw-error.h"

/* What the store, the journal, mail and the threads' own take: some whatever happens, and some for
 * each thread that reads the store. */
#define RESERVE 64
#define RESERVE_THREAD 4

/* Fewer clients are no service. */
#define LEAST_CLIENTS 32

/* The bounds share what there is as they share what they ask for. */
static void
shrink (BwOptions *options, gint64 room)
{
  gint64 wanted = options->connections + options->max_streams;

  options->connections = MAX (options->connections * room / wanted, LEAST_CLIENTS / 2);
  options->max_streams = MAX (room - options->connections, LEAST_CLIENTS / 2);
}

/**
 * bw_descriptors_reserve:
 * @options: the bounds of connections and event streams; lowered when descriptors don't suffice for
 * them
 * @error: set when there are too few for any service
 *
 * Raises the process' limit of open files as far as it may, and sees that it is never reached: at
 * the limit libmicrohttpd (1.0.1) either tries to accept without end, at the full cost of a
 * processor, or waits until one of the same thread's connections ends, whoever else has closed one.
 * At its own bound it waits for room as it should; and the store can always open its files.
 *
 * Returns: whether the server can run
 */
gboolean
bw_descriptors_reserve (BwOptions *options, GError **error)
{
  gint64 reserve = RESERVE + RESERVE_THREAD * options->threads;
  gint64 wanted = options->connections + options->max_streams;
  struct rlimit limit;
  gint64 room;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE, "The limit of open files can't be read: %s",
                    g_strerror (errno));
      return FALSE;
    }
  if (limit.rlim_cur < limit.rlim_max && limit.rlim_cur < (rlim_t) (wanted + reserve))
    {
      limit.rlim_cur = MIN (limit.rlim_max, (rlim_t) (wanted + reserve));
      if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
        g_message ("The limit of open files can't be raised: %s", g_strerror (errno));
    }
  room = (gint64) MIN (limit.rlim_cur, G_MAXINT32) - reserve;
  if (room >= wanted)
    return TRUE;
  if (room < LEAST_CLIENTS)
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE,
                    "This process may open %" G_GINT64_FORMAT " files, and needs %" G_GINT64_FORMAT
                    " for itself. Raise the limit (LimitNOFILE= in the unit, or ulimit -n).",
                    room + reserve, reserve);
      return FALSE;
    }
  shrink (options, room);
  g_message ("This process may open %" G_GINT64_FORMAT " files, so it takes %" G_GINT64_FORMAT
             " connections and %" G_GINT64_FORMAT
             " event streams. Raise the limit (LimitNOFILE= in the unit, or ulimit -n) for more.",
             room + reserve, options->connections, options->max_streams);
  return TRUE;
}

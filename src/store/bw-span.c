/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-span.h"

#include "bw-read.h"

#define SQL_SPAN                                                                                   \
  "SELECT first_job, span FROM span WHERE business = $1 AND span >= $2 ORDER BY span LIMIT 1"
#define SQL_JOB                                                                                    \
  "SELECT id, created_at FROM job WHERE business = $1 AND id >= $2 ORDER BY id LIMIT 1"

/* The first job and the span of the first quarter of an hour from @span on that has jobs. */
static gboolean
find_span (BwDb *db, gint64 business, gint64 *span, gint64 *first, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_SPAN, "ii", business, *span);
  g_autoptr (GError) local = NULL;

  *first = G_MAXINT64;
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      *first = bw_rows_int (rows, 0);
      *span = bw_rows_int (rows, 1);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Both keep their value where no job follows. */
static gboolean
find_job (BwDb *db, gint64 business, gint64 *id, BwTime *created_at, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_JOB, "ii", business, *id);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      *id = bw_rows_int (rows, 0);
      *created_at = bw_rows_time (rows, 1);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_span_first_job:
 * @db: a connection within a read transaction
 * @business: whose jobs
 * @time: a moment, or %BW_TIME_NONE for the beginning of all times
 * @first: (out): no job before this id was created at @time or later, and none from it on before;
 *   %G_MAXINT64 if none was created at @time or later
 * @error: return location
 *
 * Turns a moment into a place among the ids, which are in the order of creation. On a quarter of an
 * hour the table of spans knows it; within one it is found by bisection, so that a quarter with
 * 100,000 jobs costs 17 look-ups.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_span_first_job (BwDb *db, gint64 business, BwTime time, gint64 *first, GError **error)
{
  gint64 wanted = MAX (time, 0) / BW_SPAN_QUARTER;
  gint64 span = wanted;
  gint64 next_span = wanted + 1;
  gint64 end;

  *first = 0;
  if (time <= 0)
    return TRUE;
  if (!find_span (db, business, &span, first, error))
    return FALSE;
  if (span != wanted || time % BW_SPAN_QUARTER == 0 || *first == G_MAXINT64)
    return TRUE;
  if (!find_span (db, business, &next_span, &end, error))
    return FALSE;

  if (end == G_MAXINT64
      && !bw_db_get_int (db, &end, error, "SELECT MAX(id) + 1 FROM job WHERE business = $1", "i",
                         business))
    return FALSE;
  while (*first < end)
    {
      gint64 middle = *first + (end - *first) / 2;
      gint64 id = middle;
      BwTime created_at = G_MAXINT64;

      if (!find_job (db, business, &id, &created_at, error))
        return FALSE;
      if (created_at >= time)
        end = middle;
      else
        *first = id + 1;
    }
  return TRUE;
}

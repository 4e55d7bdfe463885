/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-tally-private.h"

#include "bw-read.h"
#include "bw-span.h"

/* Where in time jobs lie: places by their number, and how far a scan has to go. */

static gint64
count_day (const BwCubeDay *day, const BwSelection *selection)
{
  gint64 n = 0;

  for (guint i = 0; i < day->n_cells; i++)
    if (selection->has[day->cells[i].key])
      n += day->cells[i].n;
  return n;
}

static gint64
count_whole_day (const BwCubeDay *day)
{
  gint64 n = 0;

  for (guint i = 0; i < day->n_cells; i++)
    n += day->cells[i].n;
  return n;
}

/**
 * bw_tally_guess_scan:
 * @self: a tally
 * @selection: which kinds are wanted
 * @descending: whether the scan goes from newer jobs to older ones
 * @from: where in time it begins; %BW_TIME_NONE for the end of the scope's time where it would
 * begin
 * @needed: how many jobs are wanted
 *
 * Tells how many jobs a scan in the order of creation has to look at until it has found so many of
 * some kinds. Days are known exactly; within the last one, jobs are taken to be spread evenly.
 *
 * Returns: the number of jobs
 */
double
bw_tally_guess_scan (const BwTally *self,
                     const BwSelection *selection,
                     gboolean descending,
                     BwTime from,
                     gint64 needed)
{
  BwTime lower = self->scope->from != BW_TIME_NONE ? self->scope->from : 0;
  BwTime upper = self->scope->until != BW_TIME_NONE ? self->scope->until : BW_END_OF_TIME;
  double left = (double) needed;
  double looked_at = 0;
  guint n_days = self->view->days->len;

  if (from != BW_TIME_NONE)
    *(descending ? &upper : &lower) = from;
  for (guint i = 0; i < n_days && left > 0; i++)
    {
      const BwCubeDay *day = bw_tally_get_day (self, descending ? n_days - 1 - i : i);
      double matching;
      double all;

      if (day->day < lower / BW_TIME_DAY || day->day > upper / BW_TIME_DAY)
        continue;
      matching = (double) count_day (day, selection);
      all = (double) count_whole_day (day);
      looked_at += left < matching ? all * left / matching : all;
      left -= matching;
    }
  return looked_at;
}

static gboolean
take_ids_of_quarter (const BwTally *self,
                     BwDb *db,
                     gint64 quarter,
                     gint64 *first,
                     gint64 *end,
                     GError **error)
{
  gint64 business = self->scope->business;

  if (!bw_span_first_job (db, business, quarter * BW_SPAN_QUARTER, first, error)
      || !bw_span_first_job (db, business, (quarter + 1) * BW_SPAN_QUARTER, end, error))
    return FALSE;
  *first = MAX (*first, self->scope->first);
  *end = MIN (*end, self->scope->end);
  return TRUE;
}

static gint64
count_quarter (const BwCubeQuarters *quarters, guint quarter, const BwSelection *selection)
{
  gint64 n = 0;

  for (guint i = quarters->starts[quarter]; i < quarters->starts[quarter + 1]; i++)
    if (selection->has[quarters->cells[i].key])
      n += quarters->cells[i].n;
  return n;
}

/* The quarters are all of one day. */
static gboolean
locate_quarter (const BwTally *self,
                BwDb *db,
                const BwSelection *selection,
                gboolean descending,
                gint64 from,
                gint64 until,
                gint64 *offset,
                gint64 *first,
                gint64 *end,
                GError **error)
{
  const BwCubeDay *day = bw_tally_find_day (self, from / BW_QUARTERS_PER_DAY);
  g_autoptr (BwCubeQuarters) quarters = NULL;

  if (day == NULL)
    return TRUE;
  quarters = bw_cube_read_quarters (self->cube, db, self->view, day, error);
  if (quarters == NULL)
    return FALSE;
  for (gint64 i = 0; i < until - from; i++)
    {
      gint64 quarter = descending ? until - 1 - i : from + i;
      gint64 n =
          count_quarter (quarters, (guint) (quarter - day->day * BW_QUARTERS_PER_DAY), selection);

      if (*offset < n)
        return take_ids_of_quarter (self, db, quarter, first, end, error);
      *offset -= n;
    }
  return TRUE;
}

static gboolean
locate_day (const BwTally *self,
            BwDb *db,
            const BwSelection *selection,
            gboolean descending,
            const BwPart *part,
            gint64 *offset,
            gint64 *first,
            gint64 *end,
            GError **error)
{
  guint n_days = self->view->days->len;

  for (guint i = 0; i < n_days; i++)
    {
      const BwCubeDay *day = bw_tally_get_day (self, descending ? n_days - 1 - i : i);
      gint64 from = day->day * BW_QUARTERS_PER_DAY;
      gint64 n;

      if (day->day < part->from || day->day >= part->until)
        continue;
      n = count_day (day, selection);
      if (*offset < n)
        return locate_quarter (self, db, selection, descending, from, from + BW_QUARTERS_PER_DAY,
                               offset, first, end, error);
      *offset -= n;
    }
  return TRUE;
}

static gboolean
locate_rows (const BwTally *self,
             BwDb *db,
             const BwSelection *selection,
             const BwPart *part,
             gint64 *offset,
             gint64 *first,
             gint64 *end,
             GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;
  gint64 n = 0;

  rows = bw_db_query (db, error, BW_TALLY_SQL_ROWS, "iiii", self->scope->business, part->from,
                      part->until, (gint64) G_MAXINT64);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      int kind = bw_tally_read_kind (self, rows);

      if (kind >= 0 && selection->has[kind])
        n++;
    }
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return FALSE;
  if (*offset >= n)
    {
      *offset -= n;
      return TRUE;
    }
  *first = part->from;
  *end = part->until;
  return TRUE;
}

/**
 * bw_tally_locate:
 * @self: a tally
 * @db: the connection that it was made with, in the same transaction
 * @selection: of which kinds
 * @descending: whether to count from the newest job
 * @offset: (inout): how many jobs to pass over; what remains to be passed over from the edge of the
 *   range found
 * @first: (out): the range of ids, at most a quarter of an hour, in which the job at @offset is
 * @end: (out): its end; at or before @first if there are no jobs after so many
 * @error: return location
 *
 * Finds a place by its number without walking through the jobs before it: by days in memory, then
 * by the quarters of one day.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_tally_locate (const BwTally *self,
                 BwDb *db,
                 const BwSelection *selection,
                 gboolean descending,
                 gint64 *offset,
                 gint64 *first,
                 gint64 *end,
                 GError **error)
{
  gboolean ok = TRUE;

  *first = 0;
  *end = -1;
  for (guint i = 0; ok && *end < 0 && i < self->n_parts; i++)
    {
      const BwPart *part = &self->parts[descending ? self->n_parts - 1 - i : i];

      if (part->kind == BW_PART_DAYS)
        ok = locate_day (self, db, selection, descending, part, offset, first, end, error);
      else if (part->kind == BW_PART_QUARTERS)
        ok = locate_quarter (self, db, selection, descending, part->from, part->until, offset,
                             first, end, error);
      else
        ok = locate_rows (self, db, selection, part, offset, first, end, error);
    }
  return ok;
}

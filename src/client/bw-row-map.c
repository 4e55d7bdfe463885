/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-row-map.h"

static void
slot_free (gpointer row)
{
  if (row != NULL)
    g_object_unref (row);
}

static void
span_free (gpointer data)
{
  BwRowSpan *span = data;

  g_ptr_array_unref (span->slots);
  g_free (span->next);
  g_free (span);
}

static guint
span_end (const BwRowSpan *span)
{
  return span->start + span->slots->len;
}

static BwRowSpan *
span_new (BwRowMap *self, guint start, guint length)
{
  BwRowSpan *span = g_new0 (BwRowSpan, 1);

  span->start = start;
  span->touched = ++self->clock;
  span->slots = g_ptr_array_new_with_free_func (slot_free);
  g_ptr_array_set_size (span->slots, (int) length);
  return span;
}

static BwRowSpan *
get_span (BwRowMap *self, guint index)
{
  return g_ptr_array_index (self->spans, index);
}

/* The first span that ends after a position. */
static guint
search (BwRowMap *self, guint position)
{
  guint low = 0;
  guint high = self->spans->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (span_end (get_span (self, middle)) > position)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/**
 * bw_row_map_new:
 * @kept: told of a row that was about to be dropped and is not
 * @dropped: told of each row that is let go of
 * @user_data: their argument
 *
 * Returns: (transfer full): a map that knows nothing
 */
BwRowMap *
bw_row_map_new (BwRowFunc kept, BwRowFunc dropped, gpointer user_data)
{
  BwRowMap *self = g_new0 (BwRowMap, 1);

  self->spans = g_ptr_array_new_with_free_func (span_free);
  self->kept = kept;
  self->dropped = dropped;
  self->user_data = user_data;
  return self;
}

/**
 * bw_row_map_free:
 * @self: (transfer full): a map
 *
 * Frees it without telling of the rows.
 */
void
bw_row_map_free (BwRowMap *self)
{
  g_ptr_array_unref (self->spans);
  g_free (self);
}

static void
drop_slots (BwRowMap *self, BwRowSpan *span, guint from, guint length)
{
  for (guint i = from; i < from + length; i++)
    if (span->slots->pdata[i] != NULL)
      self->dropped (span->slots->pdata[i], self->user_data);
}

/**
 * bw_row_map_clear:
 * @self: a map
 *
 * Lets go of everything.
 */
void
bw_row_map_clear (BwRowMap *self)
{
  for (guint i = 0; i < self->spans->len; i++)
    drop_slots (self, get_span (self, i), 0, get_span (self, i)->slots->len);
  g_ptr_array_set_size (self->spans, 0);
}

/**
 * bw_row_map_find:
 * @self: a map
 * @position: a row's position
 *
 * Returns: (nullable) (transfer none): the span that covers it
 */
BwRowSpan *
bw_row_map_find (BwRowMap *self, guint position)
{
  guint index = search (self, position);
  BwRowSpan *span = index < self->spans->len ? get_span (self, index) : NULL;

  return span != NULL && span->start <= position ? span : NULL;
}

/**
 * bw_row_map_get:
 * @self: a map
 * @position: a row's position
 *
 * Returns: (nullable) (transfer none): what is known there
 */
gpointer
bw_row_map_get (BwRowMap *self, guint position)
{
  BwRowSpan *span = bw_row_map_find (self, position);

  return span != NULL ? span->slots->pdata[position - span->start] : NULL;
}

/**
 * bw_row_map_set:
 * @self: a map
 * @position: a position that a span covers
 * @row: (nullable) (transfer none): what is there
 *
 * Sets a row without moving others. Nobody is told of what was there.
 */
void
bw_row_map_set (BwRowMap *self, guint position, gpointer row)
{
  BwRowSpan *span = bw_row_map_find (self, position);
  gpointer old;

  g_return_if_fail (span != NULL);

  old = span->slots->pdata[position - span->start];
  span->slots->pdata[position - span->start] = row != NULL ? g_object_ref (row) : NULL;
  slot_free (old);
}

/**
 * bw_row_map_touch:
 * @self: a map
 * @span: one of its spans
 *
 * Marks a span as the one looked at last.
 */
void
bw_row_map_touch (BwRowMap *self, BwRowSpan *span)
{
  span->touched = ++self->clock;
}

/**
 * bw_row_map_open:
 * @self: a map
 * @position: a position that no span covers
 * @page_size: how long a span should be
 * @n_items: where the list ends
 *
 * Makes an empty span around a position: the part of its gap that lies on its page.
 *
 * Returns: (transfer none): the span
 */
BwRowSpan *
bw_row_map_open (BwRowMap *self, guint position, guint page_size, guint n_items)
{
  guint index = search (self, position);
  guint start = position - position % page_size;
  guint end = MIN (start + page_size, n_items);
  BwRowSpan *span;

  if (index > 0)
    start = MAX (start, span_end (get_span (self, index - 1)));
  if (index < self->spans->len)
    end = MIN (end, get_span (self, index)->start);
  span = span_new (self, start, end - start);
  g_ptr_array_insert (self->spans, (int) index, span);
  return span;
}

/* Makes a span end, and the next one begin, at a position within it. */
static void
split (BwRowMap *self, guint position)
{
  guint index = search (self, position);
  BwRowSpan *span = index < self->spans->len ? get_span (self, index) : NULL;
  BwRowSpan *rest;
  guint kept;

  if (span == NULL || span->start >= position)
    return;
  kept = position - span->start;
  rest = span_new (self, position, span->slots->len - kept);
  for (guint i = 0; i < rest->slots->len; i++)
    rest->slots->pdata[i] = g_steal_pointer (&span->slots->pdata[kept + i]);
  g_ptr_array_set_size (span->slots, (int) kept);
  rest->complete = span->complete;
  rest->generation = span->generation;
  rest->revision = span->revision;
  rest->touched = span->touched;
  rest->request = span->request;
  rest->requested = span->requested;
  rest->next = g_steal_pointer (&span->next);
  g_ptr_array_insert (self->spans, (int) index + 1, rest);
}

/**
 * bw_row_map_carve:
 * @self: a map
 * @start: a position
 * @length: a number of rows, not 0
 *
 * Makes one span of a stretch, of the spans and gaps that are there; rows known keep their place.
 *
 * Returns: (transfer none): the span
 */
BwRowSpan *
bw_row_map_carve (BwRowMap *self, guint start, guint length)
{
  BwRowSpan *span = span_new (self, start, length);
  guint first;
  guint n = 0;

  split (self, start);
  split (self, start + length);
  first = search (self, start);
  while (first + n < self->spans->len && get_span (self, first + n)->start < start + length)
    {
      BwRowSpan *old = get_span (self, first + n);

      for (guint i = 0; i < old->slots->len; i++)
        span->slots->pdata[old->start - start + i] = g_steal_pointer (&old->slots->pdata[i]);
      span->touched = MAX (span->touched, old->touched);
      n++;
    }
  if (n > 0)
    g_ptr_array_remove_range (self->spans, first, n);
  g_ptr_array_insert (self->spans, (int) first, span);
  return span;
}

/* Joins a span with the one after it, if they are of a kind. */
static void
join_next (BwRowMap *self, guint index, guint max_span)
{
  BwRowSpan *span = index < self->spans->len ? get_span (self, index) : NULL;
  BwRowSpan *next = index + 1 < self->spans->len ? get_span (self, index + 1) : NULL;

  if (next == NULL || span_end (span) != next->start || !span->complete || !next->complete
      || span->generation != next->generation || span->request != 0 || next->request != 0
      || span->slots->len + next->slots->len > max_span)
    return;
  for (guint i = 0; i < next->slots->len; i++)
    g_ptr_array_add (span->slots, g_steal_pointer (&next->slots->pdata[i]));
  span->revision = MIN (span->revision, next->revision);
  span->touched = MAX (span->touched, next->touched);
  g_free (span->next);
  span->next = g_steal_pointer (&next->next);
  g_ptr_array_remove_index (self->spans, index + 1);
}

/**
 * bw_row_map_merge:
 * @self: a map
 * @position: a position that a span covers
 * @max_span: how long a span may become
 *
 * Joins a span with its neighbours where they are known equally well, so that spans that were cut
 * up do not stay so.
 */
void
bw_row_map_merge (BwRowMap *self, guint position, guint max_span)
{
  guint index = search (self, position);

  join_next (self, index, max_span);
  if (index > 0)
    join_next (self, index - 1, max_span);
}

static void
insert_into (BwRowSpan *span, guint index, gpointer *rows, guint n_rows)
{
  guint old = span->slots->len;

  if (index == old)
    g_clear_pointer (&span->next, g_free);
  g_ptr_array_set_size (span->slots, (int) (old + n_rows));
  memmove (span->slots->pdata + index + n_rows, span->slots->pdata + index,
           (old - index) * sizeof (gpointer));
  for (guint i = 0; i < n_rows; i++)
    span->slots->pdata[index + i] = g_object_ref (rows[i]);
}

/**
 * bw_row_map_insert:
 * @self: a map
 * @position: where
 * @rows: what comes in between
 * @n_rows: how many
 * @max_span: how long a span may become
 *
 * Inserts rows and moves what comes after. They become part of the span they touch.
 */
void
bw_row_map_insert (BwRowMap *self, guint position, gpointer *rows, guint n_rows, guint max_span)
{
  guint index = search (self, position);
  BwRowSpan *span = index < self->spans->len ? get_span (self, index) : NULL;
  BwRowSpan *before = index > 0 ? get_span (self, index - 1) : NULL;
  gboolean joins_before = before != NULL && span_end (before) == position && before->complete;

  if (span != NULL && span->start <= position && (span->start < position || !joins_before))
    insert_into (span, position - span->start, rows, n_rows);
  else if (joins_before)
    insert_into (span = before, before->slots->len, rows, n_rows);
  else
    {
      span = span_new (self, position, 0);
      span->complete = TRUE;
      insert_into (span, 0, rows, n_rows);
      g_ptr_array_insert (self->spans, (int) index, span);
    }
  for (guint i = index; i < self->spans->len; i++)
    if (get_span (self, i) != span)
      get_span (self, i)->start += n_rows;
  while (span->slots->len > max_span)
    {
      guint half = span->start + span->slots->len / 2;

      split (self, half);
      span = get_span (self, search (self, half));
    }
}

/**
 * bw_row_map_remove:
 * @self: a map
 * @position: where
 * @n_rows: how many
 *
 * Removes rows, known or not, and moves what comes after. Tells of those that were known.
 */
void
bw_row_map_remove (BwRowMap *self, guint position, guint n_rows)
{
  guint end = position + n_rows;
  guint index = search (self, position);

  while (index < self->spans->len)
    {
      BwRowSpan *span = get_span (self, index);
      guint from = MAX (span->start, position);
      guint to = MIN (span_end (span), end);

      if (from < to)
        {
          if (to == span_end (span))
            g_clear_pointer (&span->next, g_free);
          drop_slots (self, span, from - span->start, to - from);
          g_ptr_array_remove_range (span->slots, from - span->start, to - from);
        }
      if (span->start >= end)
        span->start -= n_rows;
      else if (span->start > position)
        span->start = position;
      if (span->slots->len == 0)
        g_ptr_array_remove_index (self->spans, index);
      else
        index++;
    }
}

/**
 * bw_row_map_locate:
 * @self: a map
 * @row: a row
 * @position: (out): where it is
 *
 * Finds a row by looking at all that are known.
 *
 * Returns: %FALSE if it is not there
 */
gboolean
bw_row_map_locate (BwRowMap *self, gpointer row, guint *position)
{
  for (guint i = 0; i < self->spans->len; i++)
    {
      BwRowSpan *span = get_span (self, i);

      for (guint j = 0; j < span->slots->len; j++)
        if (span->slots->pdata[j] == row)
          {
            *position = span->start + j;
            return TRUE;
          }
    }
  return FALSE;
}

static guint
place_within (BwRowSpan *span, gconstpointer row, GCompareDataFunc compare, gpointer user_data)
{
  guint low = 0;
  guint high = span->slots->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (row, span->slots->pdata[middle], user_data) < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return span->start + low;
}

/**
 * bw_row_map_place:
 * @self: a map
 * @n_items: where the list ends
 * @row: what to find a place for, first argument of @compare
 * @compare: compares it with a row that is known, second argument
 * @user_data: third argument
 * @position: (out): where it belongs
 * @revision: (out): of the span that says so; 0 when the list is empty
 *
 * Finds where a row belongs, if what is known tells: between two neighbours, before the first row
 * or after the last one of the list. In or beside a gap it might be anywhere.
 *
 * Returns: %TRUE if it does tell
 */
gboolean
bw_row_map_place (BwRowMap *self,
                  guint n_items,
                  gconstpointer row,
                  GCompareDataFunc compare,
                  gpointer user_data,
                  guint *position,
                  gint64 *revision)
{
  guint known_end = 0;

  *revision = 0;
  for (guint i = 0; i < self->spans->len; i++)
    {
      BwRowSpan *span = get_span (self, i);

      if (!span->complete)
        continue;
      *position = place_within (span, row, compare, user_data);
      if (*position == span->start && known_end != span->start)
        return FALSE;
      *revision = span->revision;
      if (*position < span_end (span))
        return TRUE;
      known_end = span_end (span);
    }
  *position = n_items;
  return known_end == n_items;
}

/* Lets go of a span's rows; those that somebody else holds have to stay, since a list model may not
 * give out another object for the same row. */
static guint
evict_span (BwRowMap *self, BwRowSpan *span)
{
  guint held = 0;

  for (guint i = 0; i < span->slots->len; i++)
    {
      gpointer row = span->slots->pdata[i];
      GWeakRef weak;

      if (row == NULL)
        continue;
      g_weak_ref_init (&weak, row);
      self->dropped (row, self->user_data);
      span->slots->pdata[i] = NULL;
      g_object_unref (row);
      span->slots->pdata[i] = g_weak_ref_get (&weak);
      g_weak_ref_clear (&weak);
      if (span->slots->pdata[i] == NULL)
        continue;
      self->kept (span->slots->pdata[i], self->user_data);
      held++;
    }
  span->complete = FALSE;
  g_clear_pointer (&span->next, g_free);
  return held;
}

static BwRowSpan *
find_oldest (BwRowMap *self, guint64 after)
{
  BwRowSpan *oldest = NULL;

  for (guint i = 0; i < self->spans->len; i++)
    {
      BwRowSpan *span = get_span (self, i);

      /* Where the list begins is where new rows come in: that has to stay known. */
      if (span->start == 0 || span->request != 0 || span->touched <= after)
        continue;
      if (oldest == NULL || span->touched < oldest->touched)
        oldest = span;
    }
  return oldest;
}

/**
 * bw_row_map_evict:
 * @self: a map
 * @max_rows: how many rows may be known
 *
 * Forgets the spans that were not looked at for longest, until no more than @max_rows are known or
 * the rest is held by others. The beginning of the list is never forgotten.
 */
void
bw_row_map_evict (BwRowMap *self, guint max_rows)
{
  guint count = bw_row_map_count (self);
  guint64 after = 0;
  BwRowSpan *span;

  while (count > max_rows && (span = find_oldest (self, after)) != NULL)
    {
      guint length = span->slots->len;
      guint held = evict_span (self, span);

      after = span->touched;
      count -= length - held;
      if (held == 0)
        g_ptr_array_remove (self->spans, span);
    }
}

/**
 * bw_row_map_count:
 * @self: a map
 *
 * Returns: how many rows the spans cover
 */
guint
bw_row_map_count (BwRowMap *self)
{
  guint count = 0;

  for (guint i = 0; i < self->spans->len; i++)
    count += get_span (self, i)->slots->len;
  return count;
}

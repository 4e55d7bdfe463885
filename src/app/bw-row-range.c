/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-row-range.h"

#include "bw-fiber.h"

/* Rows to a request. */
#define FETCH_ROWS 1000

typedef struct
{
  BwPagedList *list;
  guint first;
  guint last;
  gint64 first_id; /* 0: not known */
  gint64 last_id;
} Range;

static void
range_free (gpointer data)
{
  Range *range = data;

  g_object_unref (range->list);
  g_free (range);
}

static gboolean
fetch_page (Range *range, guint offset, GPtrArray *rows, gboolean *more, GError **error)
{
  BwPagedListClass *list_class = BW_PAGED_LIST_GET_CLASS (range->list);
  guint limit = MIN (FETCH_ROWS, range->last - offset + 1);
  g_autoptr (DexFuture) future = list_class->fetch (range->list, offset, limit, NULL);
  BwPagedPage page = { 0 };

  if (!dex_await (dex_ref (future), error))
    return FALSE;

  list_class->read_page (range->list, dex_future_get_value (future, NULL), &page);
  for (guint i = 0; i < page.rows->len; i++)
    g_ptr_array_add (rows, bw_row_value_new (list_class->row_type, page.rows->pdata[i]));
  *more = page.rows->len == limit && offset + limit <= range->last;
  g_free (page.next);

  return TRUE;
}

/* Rows moved while they were fetched: what lies outside of the two ends was not meant. */
static void
cut_ends (Range *range, GPtrArray *rows)
{
  BwPagedListClass *list_class = BW_PAGED_LIST_GET_CLASS (range->list);
  guint first = 0;
  guint end = rows->len;

  for (guint i = 0; i < rows->len; i++)
    {
      gint64 id = list_class->get_id (g_value_get_boxed (rows->pdata[i]));

      if (id == range->first_id)
        first = i;
      if (id == range->last_id)
        end = i + 1;
    }
  g_ptr_array_set_size (rows, (int) end);
  if (first > 0 && first < end)
    g_ptr_array_remove_range (rows, 0, first);
}

static DexFuture *
range_fiber (gpointer data)
{
  Range *range = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (bw_row_value_free);
  gboolean more = TRUE;
  GError *error = NULL;

  for (guint offset = range->first; more; offset += FETCH_ROWS)
    if (!fetch_page (range, offset, rows, &more, &error))
      return dex_future_new_for_error (error);
  cut_ends (range, rows);

  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&rows));
}

static gint64
peek_id (BwPagedList *list, guint position)
{
  BwPagedEntry *entry = bw_paged_list_peek (list, position);

  return entry != NULL ? bw_paged_entry_get_id (entry) : 0;
}

/**
 * bw_row_range_fetch:
 * @list: a list
 * @first: the position of the first row wanted
 * @last: the position of the last one
 *
 * Asks the server for rows, without loading them into the list. If rows come or go meanwhile, those
 * that are now at the two ends still are the ends, as far as they are loaded.
 *
 * Returns: (transfer full): a future of a GPtrArray of GValue: the rows, of the list's row type
 */
DexFuture *
bw_row_range_fetch (BwPagedList *list, guint first, guint last)
{
  Range *range;

  g_return_val_if_fail (BW_IS_PAGED_LIST (list), NULL);
  g_return_val_if_fail (first <= last, NULL);

  range = g_new0 (Range, 1);
  range->list = g_object_ref (list);
  range->first = first;
  range->last = last;
  range->first_id = peek_id (list, first);
  range->last_id = peek_id (list, last);

  return bw_fiber_spawn (range_fiber, range, range_free);
}

/**
 * bw_row_value_new:
 * @type: the boxed type of @row
 * @row: a row
 *
 * Returns: (transfer full): @row kept with its type
 */
GValue *
bw_row_value_new (GType type, gconstpointer row)
{
  GValue *value = g_new0 (GValue, 1);

  g_value_init (value, type);
  g_value_set_boxed (value, row);

  return value;
}

/**
 * bw_row_value_free:
 * @value: (transfer full): of bw_row_value_new()
 */
void
bw_row_value_free (gpointer value)
{
  g_value_unset (value);
  g_free (value);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-office-private.h"

#include <string.h>

#include "bw-error.h"

/* Rows between two words of progress. */
#define TELL_EVERY 10000

/** The same table in both stores, a row of each at a time. */
typedef struct
{
  const BwTable *table;
  BwTableReader *from;
  BwTableReader *to;
  gboolean has_from;
  gboolean has_to;
  gboolean finished; /* whether the target is a store in its own right */
} Pair;

static gboolean
fail (const BwOfficeCopy *self, const Pair *pair, BwRows *row, const char *what, GError **error)
{
  g_autofree char *name = bw_row_name (pair->table, row);

  bw_set_error (error, BW_ERROR_CONFLICT,
                "The stores differ: in the table “%s”, the row %s %s. From: %s. To: %s.",
                pair->table->name, name, what, self->from_name, self->to_name);
  return FALSE;
}

/* Settings that are the store's own are passed over. */
static gboolean
step (const Pair *pair, BwTableReader *reader, gboolean *has, GError **error)
{
  g_autoptr (GError) local = NULL;

  do
    *has = bw_table_reader_next (reader, &local);
  while (*has && bw_office_is_own (pair->table, bw_table_reader_row (reader), pair->finished));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
compare_row (const BwOfficeCopy *self, const Pair *pair, GError **error)
{
  BwRows *from = pair->has_from ? bw_table_reader_row (pair->from) : NULL;
  BwRows *to = pair->has_to ? bw_table_reader_row (pair->to) : NULL;
  int order = from == NULL ? 1 : to == NULL ? -1 : bw_row_compare_keys (pair->table, from, to);
  g_autofree char *what = NULL;
  int column;

  if (order < 0)
    return fail (self, pair, from, "is missing from the second store", error);
  if (order > 0)
    return fail (self, pair, to, "is in the second store only", error);
  column = bw_row_find_difference (pair->table, from, to);
  if (column < 0)
    return TRUE;
  what = g_strdup_printf ("has another “%s”", bw_table_column (pair->table, (guint) column)->name);
  return fail (self, pair, from, what, error);
}

static gboolean
compare_tables (BwOfficeCopy *self, Pair *pair, gint64 *n, GError **error)
{
  gint64 total;

  if (!bw_office_count (self->from, pair->table, &total, error))
    return FALSE;
  while (step (pair, pair->from, &pair->has_from, error)
         && step (pair, pair->to, &pair->has_to, error))
    {
      if (*n % TELL_EVERY == 0)
        bw_office_tell (self, BW_OFFICE_COMPARISON, pair->table->name, *n, total);
      if (!pair->has_from && !pair->has_to)
        return TRUE;
      if (!compare_row (self, pair, error))
        return FALSE;
      (*n)++;
    }
  return FALSE;
}

/**
 * bw_office_compare_rows:
 * @self: a copy, both of whose connections are in transactions
 * @finished: whether the target is a store in its own right, so that its schema counts as well
 * @counts: (element-type BwOfficeCount): takes how many rows there are of each table
 * @error: (out) (optional): the first difference
 *
 * Reads both stores in the order of their keys and compares every column of every row.
 *
 * Returns: whether there is no difference
 */
gboolean
bw_office_compare_rows (BwOfficeCopy *self, gboolean finished, GArray *counts, GError **error)
{
  for (guint i = 0; i < self->from_tables->len; i++)
    {
      const BwTable *table = g_ptr_array_index (self->from_tables, i);
      const BwTable *same = g_ptr_array_index (self->to_tables, i);
      g_autoptr (BwTableReader) from = bw_table_reader_new (self->from, table);
      g_autoptr (BwTableReader) to = bw_table_reader_new (self->to, same);
      Pair pair = { table, from, to, FALSE, FALSE, finished };
      BwOfficeCount count = { NULL, 0 };

      if (!compare_tables (self, &pair, &count.rows, error))
        return FALSE;
      count.table = g_strdup (table->name);
      g_array_append_val (counts, count);
    }
  return TRUE;
}

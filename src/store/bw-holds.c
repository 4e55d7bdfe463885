/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-holds.h"

#include "bw-read.h"

#define SQL_HOLDS "SELECT account, type, everything FROM pause WHERE business = $1"

/**
 * bw_holds_read:
 * @self: (out caller-allocates): the pauses; cleared by bw_holds_clear() even after an error
 * @db: a connection within a read transaction
 * @business: whose
 * @error: return location
 *
 * Reads what is paused. A few rows at most, so nothing keeps them between two requests and a pause
 * shows at once.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_holds_read (BwHolds *self, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  self->everything = FALSE;
  self->owners = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->types = g_array_new (FALSE, FALSE, sizeof (gint64));

  rows = bw_db_query (db, error, SQL_HOLDS, "i", business);
  if (rows == NULL)
    return FALSE;

  while (bw_rows_next (rows, &local))
    {
      gint64 owner = bw_rows_int (rows, 0);
      gint64 type = bw_rows_int (rows, 1);

      if (owner != 0)
        g_array_append_val (self->owners, owner);
      if (type != 0)
        g_array_append_val (self->types, type);
      self->everything |= bw_rows_int (rows, 2) != 0;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
contains (const GArray *numbers, gint64 number)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, gint64, i) == number)
      return TRUE;
  return FALSE;
}

/**
 * bw_holds_match:
 * @self: the pauses of a business
 * @owner: a job's owner
 * @type: its type's number
 *
 * Returns: whether a pause holds back unfinished jobs of that owner and type
 */
gboolean
bw_holds_match (const BwHolds *self, gint64 owner, gint64 type)
{
  return self->everything || contains (self->owners, owner) || contains (self->types, type);
}

/**
 * bw_holds_clear:
 * @self: the pauses
 *
 * Frees what they hold.
 */
void
bw_holds_clear (BwHolds *self)
{
  g_clear_pointer (&self->owners, g_array_unref);
  g_clear_pointer (&self->types, g_array_unref);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pause-read.h"
#include "bw-read.h"
#include "bw-store-private.h"

#define SQL_PAUSES                                                                                 \
  "SELECT p.id, p.account, a.name, t.type, t.name, p.everything, p.reason, p.paused_by, p.since "  \
  "FROM pause p LEFT JOIN account a ON a.id = p.account AND p.account <> 0 "                       \
  "LEFT JOIN job_type t ON t.business = p.business AND t.id = p.type AND p.type <> 0 "             \
  "WHERE p.business = $1 ORDER BY p.id"

/**
 * bw_pauses_read:
 * @db: a connection within a read transaction
 * @business: whose
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type BwPause): the standing pauses, oldest first
 */
GPtrArray *
bw_pauses_read (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GPtrArray) pauses = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_pause_free);
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_PAUSES, "i", business);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      BwPause *pause = bw_pause_new ();

      pause->id = bw_rows_int (rows, 0);
      pause->user_id = bw_rows_int (rows, 1);
      pause->user_name = g_strdup (bw_rows_text (rows, 2));
      pause->type = g_strdup (bw_rows_text (rows, 3));
      pause->type_name = g_strdup (bw_rows_text (rows, 4));
      pause->all = bw_rows_int (rows, 5) != 0;
      pause->reason = g_strdup (bw_rows_text (rows, 6));
      pause->paused_by = g_strdup (bw_rows_text (rows, 7));
      pause->since = bw_rows_int (rows, 8);
      g_ptr_array_add (pauses, pause);
    }
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&pauses) : NULL;
}

/**
 * bw_store_list_pauses:
 * @self: a store
 * @viewer: who asks
 * @error: return location
 *
 * Everyone of the business may know what is held back, by whom and why.
 *
 * Returns: (transfer full) (nullable) (element-type BwPause): the standing pauses, oldest first
 */
GPtrArray *
bw_store_list_pauses (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);

  return read.db != NULL ? bw_pauses_read (read.db, viewer->business, error) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-search.h"

#include "bw-error.h"
#include "bw-read.h"
#include "bw-store-private.h"
#include "bw-text-index.h"
#include "bw-tx-private.h"

/*
 * The index of words is not written with each job, which would cost every commit more than the job
 * itself, but afterwards, in slices: when the writer has nothing else to do, and before a search.
 * Jobs up to BW_NUMBER_INDEXED are in it, the others are not; a search waits for them.
 * (PostgreSQL's GIN keeps a pending list for the same reason.)
 */
#define SLICE 500

#define COLUMNS "j.id, j.business, j.owner, j.type, j.automated, j.name, t.name, a.name, j.refs"
#define NAMES                                                                                      \
  " LEFT JOIN job_type t ON t.business = j.business AND t.id = j.type"                             \
  " LEFT JOIN account a ON a.id = j.owner"

static void
append_labels (GString *text, const char *refs)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonArray *array;

  if (refs == NULL || !json_parser_load_from_data (parser, refs, -1, NULL))
    return;
  array = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *reference = json_array_get_object_element (array, i);

      g_string_append_c (text, ' ');
      g_string_append (text, json_object_get_string_member_with_default (reference, "label", ""));
      g_string_append_c (text, ' ');
      g_string_append (text, json_object_get_string_member_with_default (reference, "id", ""));
    }
}

static gboolean
add_document (BwDb *db, BwRows *rows, GError **error)
{
  g_autoptr (GString) text = g_string_new (bw_rows_text (rows, 5));
  g_autofree char *scope = NULL;
  gboolean automated = bw_rows_int (rows, 4) != 0;
  const char *owner = bw_rows_text (rows, 7);

  scope = g_strdup_printf ("b%" G_GINT64_FORMAT " o%" G_GINT64_FORMAT " t%" G_GINT64_FORMAT "%s",
                           bw_rows_int (rows, 1), bw_rows_int (rows, 2), bw_rows_int (rows, 3),
                           automated ? " a1" : "");
  g_string_append_printf (text, " %s %s", bw_rows_text (rows, 6),
                          automated || owner == NULL ? "System" : owner);
  append_labels (text, bw_rows_text (rows, 8));
  return bw_text_index_add_job (db, bw_rows_int (rows, 0), scope, text->str, error);
}

/* NULL stands for a query that failed. */
static gboolean
add_documents (BwDb *db, BwRows *rows, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    if (!add_document (db, rows, error))
      return FALSE;
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_search_is_behind:
 * @tx: transactions
 *
 * Returns: whether jobs wait to be indexed
 */
gboolean
bw_search_is_behind (BwTx *tx)
{
  return bw_tx_get_number (tx, BW_NUMBER_INDEXED) < bw_tx_get_number (tx, BW_NUMBER_JOB);
}

/**
 * bw_search_index_slice:
 * @tx: a write
 * @data: (type gint64*) (out): how many jobs were indexed; 0 when none is left
 * @error: (out) (optional): what went wrong
 *
 * Brings some more jobs into the index of words.
 *
 * Returns: whether it was written
 */
gboolean
bw_search_index_slice (BwTx *tx, gpointer data, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  gint64 newest = bw_tx_get_number (tx, BW_NUMBER_JOB);
  gint64 first = bw_tx_get_number (tx, BW_NUMBER_INDEXED) + 1;
  gint64 last = MIN (first + SLICE - 1, newest);
  g_autoptr (BwRows) rows = NULL;
  gint64 *n = data;

  *n = 0;
  if (first > newest)
    return TRUE;
  rows = bw_db_query (db, error,
                      "SELECT " COLUMNS " FROM business b CROSS JOIN job j" NAMES
                      " WHERE j.business = b.id AND j.id BETWEEN $1 AND $2",
                      "ii", first, last);
  if (!add_documents (db, rows, error))
    return FALSE;
  *n = last - first + 1;
  bw_tx_set_number (tx, BW_NUMBER_INDEXED, last);
  return TRUE;
}

/**
 * bw_search_update:
 * @tx: a write
 * @business: a business
 * @job: a job whose words changed
 * @error: (out) (optional): what went wrong
 *
 * Brings the index up to date with a job that changed.
 *
 * Returns: whether it was written
 */
gboolean
bw_search_update (BwTx *tx, gint64 business, gint64 job, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  g_autoptr (BwRows) rows = NULL;

  if (job > bw_tx_get_number (tx, BW_NUMBER_INDEXED))
    return TRUE;
  if (!bw_search_remove (tx, job, error))
    return FALSE;
  rows = bw_db_query (db, error,
                      "SELECT " COLUMNS " FROM job j" NAMES " WHERE j.business = $1 AND j.id = $2",
                      "ii", business, job);
  return add_documents (db, rows, error);
}

/**
 * bw_search_remove:
 * @tx: a write
 * @job: a job that is removed
 * @error: (out) (optional): what went wrong
 *
 * Takes a job out of the index.
 *
 * Returns: whether it was written
 */
gboolean
bw_search_remove (BwTx *tx, gint64 job, GError **error)
{
  BwDb *db = bw_tx_db (tx);

  if (job > bw_tx_get_number (tx, BW_NUMBER_INDEXED))
    return TRUE;
  return bw_text_index_remove_job (db, job, error);
}

/**
 * bw_search_catch_up:
 * @store: a store
 * @error: (out) (optional): what went wrong
 *
 * Waits until the index covers every job that was there when it was called.
 *
 * Returns: whether it does
 */
gboolean
bw_search_catch_up (BwStore *store, GError **error)
{
  gint64 newest = 0;
  gint64 indexed = 0;
  gint64 n = 0;

  {
    g_auto (BwReader) reader = bw_reader_begin (store, error);

    if (reader.db == NULL
        || !bw_db_get_int (reader.db, &newest, error,
                           "SELECT value FROM setting WHERE name = 'last_job'", "")
        || !bw_db_get_int (reader.db, &indexed, error,
                           "SELECT value FROM setting WHERE name = 'search_indexed'", ""))
      return FALSE;
  }
  for (; indexed < newest; indexed += n)
    {
      if (!bw_store_write (store, bw_search_index_slice, &n, error))
        return FALSE;
      if (n == 0)
        break;
    }
  return TRUE;
}

/**
 * bw_search_catch_up_if_room:
 * @store: a store
 * @error: (out) (optional): what went wrong
 *
 * Like bw_search_catch_up(), for who only looks: while the disk is full, looking goes on, without the
 * words of the jobs that came last.
 *
 * Returns: whether the search may go on
 */
gboolean
bw_search_catch_up_if_room (BwStore *store, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (bw_search_catch_up (store, &local_error)
      || g_error_matches (local_error, BW_ERROR, BW_ERROR_NO_SPACE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exports for tests and measurements that look at the files with other programs:
 *
 *   export-tool table csv|xlsx FILE ROWS-A-SHEET <TABLE    a table given as JSON
 *   export-tool jobs URL TOKEN BUSINESS csv|xlsx FILE [KEY=VALUE…]
 *   export-tool items URL TOKEN BUSINESS JOB csv|xlsx FILE [KEY=VALUE…]
 *
 * The keys: columns=a,b  ids=1,2  filter=QUERY  cancel-at=ROWS  wait-at=ROWS. It writes a line for
 * each progress, and at the end "done ROWS" or "failed CODE MESSAGE".
 */
#include <json-glib/json-glib.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "bw-business-export.h"
#include "bw-csv-writer.h"
#include "bw-dex.h"
#include "bw-error.h"
#include "bw-xlsx-writer.h"

typedef struct
{
  DexCancellable *cancellable;
  gint64 cancel_at;
  gint64 wait_at;
  gboolean has_end;
  gboolean is_over;
  int status;
} Run;

static GArray *
read_columns (JsonArray *array)
{
  GArray *columns = g_array_new (FALSE, TRUE, sizeof (BwColumn));

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonArray *pair = json_array_get_array_element (array, i);
      BwColumn column = { json_array_get_string_element (pair, 0),
                          json_array_get_string_element (pair, 0),
                          (BwColumnKind) json_array_get_int_element (pair, 1) };

      g_array_append_val (columns, column);
    }
  return columns;
}

static BwCell
read_cell (JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  BwCell empty = { .kind = BW_CELL_EMPTY };

  if (JSON_NODE_HOLDS_NULL (node))
    return empty;
  if (object == NULL && json_node_get_value_type (node) == G_TYPE_STRING)
    return bw_cell_text (json_node_get_string (node));
  if (object == NULL)
    return bw_cell_number (json_node_get_double (node));
  if (json_object_has_member (object, "time"))
    return bw_cell_time (json_object_get_int_member (object, "time"));
  return bw_cell_state (json_object_get_string_member (object, "state"),
                        (BwTone) json_object_get_int_member (object, "tone"));
}

static gboolean
write_rows (BwTableWriter *writer, JsonArray *rows, guint n_columns, GError **error)
{
  g_autofree BwCell *cells = g_new0 (BwCell, n_columns);

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);

      for (guint j = 0; j < n_columns; j++)
        cells[j] = read_cell (json_array_get_element (row, j));
      if (!bw_table_writer_add_row (writer, cells, error))
        return FALSE;
    }
  return bw_table_writer_finish (writer, error);
}

static gboolean
write_table (gboolean csv, const char *path, guint max_rows, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GArray) columns = NULL;
  g_autoptr (BwNewFile) target = NULL;
  g_autoptr (BwTableWriter) writer = NULL;
  JsonObject *root;

  if (!json_parser_load_from_file (parser, "/dev/stdin", error))
    return FALSE;
  root = json_node_get_object (json_parser_get_root (parser));
  columns = read_columns (json_object_get_array_member (root, "columns"));
  target = bw_new_file_open (file, error);
  if (target == NULL)
    return FALSE;
  if (csv)
    writer = bw_csv_writer_new (target, (BwColumn *) (gpointer) columns->data, columns->len, zone);
  else
    writer = bw_xlsx_writer_new (target, json_object_get_string_member (root, "title"),
                                 (BwColumn *) (gpointer) columns->data, columns->len, zone,
                                 max_rows, error);
  return writer != NULL
         && write_rows (writer, json_object_get_array_member (root, "rows"), columns->len, error)
         && bw_new_file_commit (target, error);
}

static void
progress_cb (gint64 rows, gint64 total, gboolean total_is_exact, gpointer user_data)
{
  Run *run = user_data;

  g_print ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d\n", rows, total, total_is_exact);
  if (rows >= run->wait_at)
    while (getchar () != '\n')
      ;
  if (rows >= run->cancel_at)
    dex_cancellable_cancel (run->cancellable);
}

static DexFuture *
end_cb (DexFuture *future, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  run->status = value != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
  if (value != NULL)
    g_print ("done %" G_GINT64_FORMAT "\n", g_value_get_int64 (value));
  else
    g_print ("failed %s %d %s\n", g_quark_to_string (error->domain), error->code, error->message);
  run->has_end = TRUE;
  return dex_future_new_true ();
}

/* An export that was cancelled is still on its way out: its end is when it frees what it was given.
 */
static void
await_end (Run *run)
{
  while (!run->has_end || !run->is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
over_cb (gpointer user_data)
{
  ((Run *) user_data)->is_over = TRUE;
}

static const char *
get_key (char **arguments, const char *key)
{
  for (; *arguments != NULL; arguments++)
    if (g_str_has_prefix (*arguments, key) && (*arguments)[strlen (key)] == '=')
      return *arguments + strlen (key) + 1;
  return NULL;
}

static GArray *
read_ids (const char *text)
{
  g_auto (GStrv) words = text != NULL ? g_strsplit (text, ",", -1) : NULL;
  GArray *ids = text != NULL ? g_array_new (FALSE, FALSE, sizeof (gint64)) : NULL;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      gint64 id = g_ascii_strtoll (words[i], NULL, 10);

      g_array_append_val (ids, id);
    }
  return ids;
}

static BwFilter *
read_filter (const char *query)
{
  BwFilter *filter = bw_filter_new ();
  g_auto (GStrv) pairs = query != NULL ? g_strsplit (query, "&", -1) : NULL;

  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
      g_autoptr (GError) error = NULL;

      if (!bw_filter_set_parameter (filter, pair[0], pair[1], &error))
        g_error ("%s", error->message);
    }
  return filter;
}

static int
run_export (gboolean of_items, char **arguments)
{
  g_autoptr (BwConnection) connection = bw_connection_new (arguments[0]);
  g_autoptr (BwBusiness) business = NULL;
  g_autoptr (GFile) target = g_file_new_for_path (arguments[of_items ? 5 : 4]);
  g_autoptr (GArray) ids = read_ids (get_key (arguments, "ids"));
  g_autoptr (BwFilter) filter = read_filter (get_key (arguments, "filter"));
  g_auto (GStrv) columns = get_key (arguments, "columns") != NULL
                               ? g_strsplit (get_key (arguments, "columns"), ",", -1)
                               : NULL;
  const char *cancel_at = get_key (arguments, "cancel-at");
  const char *wait_at = get_key (arguments, "wait-at");
  Run run = { .cancellable = dex_cancellable_new () };
  BwExport how = { .target = target,
                   .columns = (const char *const *) columns,
                   .progress = progress_cb,
                   .user_data = &run,
                   .notify = over_cb };
  DexFuture *future;

  run.cancel_at = cancel_at != NULL ? g_ascii_strtoll (cancel_at, NULL, 10) : G_MAXINT64;
  run.wait_at = wait_at != NULL ? g_ascii_strtoll (wait_at, NULL, 10) : G_MAXINT64;
  how.format = g_str_equal (arguments[of_items ? 4 : 3], "csv") ? BW_EXPORT_CSV : BW_EXPORT_XLSX;
  bw_connection_set_token (connection, arguments[1]);
  business = bw_business_new (connection, arguments[2]);
  if (of_items)
    future =
        bw_business_export_items (business, g_ascii_strtoll (arguments[3], NULL, 10), NULL, &how);
  else
    future = bw_business_export_jobs (business, filter, ids, &how);
  future = bw_dex_unless (future, run.cancellable);
  dex_future_disown (dex_future_finally (future, end_cb, &run, NULL));
  await_end (&run);
  dex_unref (run.cancellable);
  return run.status;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  setvbuf (stdout, NULL, _IOLBF, 0);
  dex_init ();
  if (argc >= 7 && g_str_equal (argv[1], "jobs"))
    return run_export (FALSE, argv + 2);
  if (argc >= 8 && g_str_equal (argv[1], "items"))
    return run_export (TRUE, argv + 2);
  if (argc == 5 && g_str_equal (argv[1], "table")
      && write_table (g_str_equal (argv[2], "csv"), argv[3],
                      (guint) g_ascii_strtoull (argv[4], NULL, 10), &error))
    return EXIT_SUCCESS;
  g_print ("failed %s\n", error != NULL ? error->message : "usage");
  return EXIT_FAILURE;
}

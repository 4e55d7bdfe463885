/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business-export.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "bw-business-path.h"
#include "bw-client-read.h"
#include "bw-connection-private.h"
#include "bw-exporter.h"
#include "bw-json-writer.h"

/* Large enough that asking costs little beside answering, small enough that cancelling is at once
 * and a page in memory is nothing: some 2 MB of JSON. */
#define PAGE 2500
#define IDS_AT_ONCE 10000

/** Records of a business: its jobs, by a filter or by their ids, or the items of one. */
typedef struct
{
  BwExportSource source;
  BwBusiness *business;
  GArray *columns;    /* of BwExportColumn */
  GPtrArray *scratch; /* of GString, one for each column */
  BwCell *row;
  BwFilter *filter; /* of jobs; NULL: by ids */
  GArray *ids;      /* of gint64 */
  guint n_asked;    /* how many of the ids were asked for */
  gint64 job;       /* whose items */
  BwItemFilter *items;
} Records;

/** A table that the caller makes. */
typedef struct
{
  BwExportSource source;
  BwTableSource next;
  gpointer user_data;
  GDestroyNotify notify;
} Plain;

static void
records_free (gpointer data)
{
  Records *self = data;

  g_object_unref (self->business);
  g_array_unref (self->columns);
  g_ptr_array_unref (self->scratch);
  g_clear_pointer (&self->filter, bw_filter_free);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->items, bw_item_filter_free);
  g_free (self->row);
  g_free (self);
}

static void
free_scratch (gpointer data)
{
  g_string_free (data, TRUE);
}

/* Takes @columns, which may be NULL. */
static Records *
records_new (BwBusiness *business, GArray *columns)
{
  Records *self;

  if (columns == NULL)
    return NULL;
  self = g_new0 (Records, 1);
  self->business = g_object_ref (business);
  self->columns = columns;
  self->scratch = g_ptr_array_new_with_free_func (free_scratch);
  self->row = g_new0 (BwCell, columns->len);
  self->source.columns = g_array_new (FALSE, FALSE, sizeof (BwColumn));
  for (guint i = 0; i < columns->len; i++)
    {
      g_array_append_val (self->source.columns, g_array_index (columns, BwExportColumn, i).column);
      g_ptr_array_add (self->scratch, g_string_new (NULL));
    }
  self->source.free = records_free;
  return self;
}

static gint64
write_records (Records *self, GPtrArray *records, BwTableWriter *writer, GError **error)
{
  for (guint i = 0; i < records->len; i++)
    {
      gconstpointer record = g_ptr_array_index (records, i);

      for (guint j = 0; j < self->columns->len; j++)
        {
          GString *scratch = g_ptr_array_index (self->scratch, j);

          g_string_truncate (scratch, 0);
          self->row[j] = g_array_index (self->columns, BwExportColumn, j).fill (record, scratch);
        }
      if (!bw_table_writer_add_row (writer, self->row, error))
        return -1;
    }
  return records->len;
}

static gint64
write_jobs (gpointer self, gconstpointer page, BwTableWriter *writer, GError **error)
{
  return write_records (self, ((const BwJobPage *) page)->jobs, writer, error);
}

static gint64
write_items (gpointer self, gconstpointer page, BwTableWriter *writer, GError **error)
{
  return write_records (self, ((const BwItemPage *) page)->items, writer, error);
}

static DexFuture *
request_jobs (Records *self, BwJsonWriter *writer)
{
  g_autofree char *path = bw_business_make_path (self->business, "jobs/export");
  g_autoptr (GBytes) body = NULL;

  bw_json_writer_end_object (writer);
  body = bw_json_writer_free_to_bytes (writer);
  return bw_connection_call (bw_business_get_connection (self->business),
                             g_strdup_printf (_ ("Could not export the jobs of %s"),
                                              bw_business_get_name (self->business)),
                             "POST", path, body, BW_TYPE_JOB_PAGE, bw_read_job_page);
}

static DexFuture *
fetch_page (Records *self, const char *after)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_filter_write (self->filter, writer, "filter");
  bw_json_writer_int (writer, "limit", PAGE);
  if (after != NULL)
    bw_json_writer_string (writer, "after", after);
  return request_jobs (self, writer);
}

static DexFuture *
fetch_ids (Records *self)
{
  guint end = MIN (self->n_asked + IDS_AT_ONCE, self->ids->len);
  BwJsonWriter *writer;

  if (self->n_asked == self->ids->len)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "ids");
  for (; self->n_asked < end; self->n_asked++)
    bw_json_writer_int (writer, NULL, g_array_index (self->ids, gint64, self->n_asked));
  bw_json_writer_end_array (writer);
  return request_jobs (self, writer);
}

/* More match than the server sorts in any order but that of creation: begin anew in that one. */
static DexFuture *
begin_cb (DexFuture *future, gpointer data)
{
  Records *self = data;
  const BwJobPage *page = g_value_get_boxed (dex_future_get_value (future, NULL));

  if (page->total_is_exact || self->filter->sort == BW_SORT_CREATED_AT)
    return dex_ref (future);
  self->filter->sort = BW_SORT_CREATED_AT;
  self->filter->descending = TRUE;
  return fetch_page (self, NULL);
}

static DexFuture *
fetch_jobs (gpointer data, gconstpointer page_before)
{
  Records *self = data;
  const BwJobPage *before = page_before;

  if (self->ids != NULL)
    return fetch_ids (self);
  if (before == NULL)
    return dex_future_then (fetch_page (self, NULL), begin_cb, self, NULL);
  return before->next != NULL ? fetch_page (self, before->next) : NULL;
}

static gint64
count_jobs (gpointer data, gconstpointer page, gboolean *is_exact)
{
  Records *self = data;
  const BwJobPage *jobs = page;

  *is_exact = self->ids != NULL || jobs->total_is_exact;
  return self->ids != NULL ? self->ids->len : jobs->total;
}

/**
 * bw_business_export_jobs:
 * @self: a business
 * @filter: (nullable): which jobs in which order; %NULL: all, newest first
 * @ids: (nullable) (element-type gint64): in place of a filter, jobs that were picked, in this
 * order
 * @how: the columns, the format, and where to
 *
 * Writes jobs into a file. Jobs that are made meanwhile are not in it where the newest come first;
 * what changes meanwhile is as it is when its page is read. The server puts the export into the
 * audit log. Where the filter has words, a relation or a condition and more match than the server
 * sorts, the newest come first whatever the filter's order.
 *
 * Returns: (transfer full): resolves to a gint64: how many rows were written; rejects with
 *   %BW_ERROR_FORBIDDEN without the permission to export
 */
DexFuture *
bw_business_export_jobs (BwBusiness *self,
                         const BwFilter *filter,
                         const GArray *ids,
                         const BwExport *how)
{
  g_autoptr (GArray) offered = bw_export_columns_for_jobs ();
  GError *error = NULL;
  Records *records = records_new (self, bw_export_columns_choose (offered, how->columns, &error));

  if (records == NULL)
    return bw_exporter_refuse (how, error);
  records->source.fetch = fetch_jobs;
  records->source.write = write_jobs;
  records->source.count = count_jobs;
  if (ids != NULL)
    records->ids = g_array_copy ((GArray *) ids);
  else
    records->filter = filter != NULL ? bw_filter_copy (filter) : bw_filter_new ();
  return bw_exporter_run (&records->source, how);
}

static void
write_item_filter (const BwItemFilter *filter, BwJsonWriter *writer)
{
  if (filter->states != 0)
    {
      bw_json_writer_begin_array (writer, "state");
      for (guint i = 0; i < BW_N_ITEM_STATES; i++)
        if ((filter->states & (1u << i)) != 0)
          bw_json_writer_string (writer, NULL, bw_item_state_to_string ((BwItemState) i));
      bw_json_writer_end_array (writer);
    }
  if (filter->relation != NULL)
    bw_json_writer_string (writer, "relation", filter->relation);
  if (filter->q != NULL)
    bw_json_writer_string (writer, "q", filter->q);
}

static DexFuture *
fetch_items (gpointer data, gconstpointer page_before)
{
  Records *self = data;
  const BwItemPage *before = page_before;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) body = NULL;
  BwJsonWriter *writer;

  if (before != NULL && before->next == 0)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  write_item_filter (self->items, writer);
  bw_json_writer_int (writer, "limit", PAGE);
  bw_json_writer_int (writer, "after", before != NULL ? before->next : 0);
  bw_json_writer_end_object (writer);
  body = bw_json_writer_free_to_bytes (writer);
  path = bw_business_make_job_path (self->business, self->job, "/items/export");
  return bw_connection_call (
      bw_business_get_connection (self->business),
      g_strdup_printf (_ ("Could not export the items of job %" PRId64 " of %s"),
                       self->job, bw_business_get_name (self->business)),
      "POST", path, body, BW_TYPE_ITEM_PAGE, bw_read_item_page);
}

static gint64
count_items (gpointer data, gconstpointer page, gboolean *is_exact)
{
  *is_exact = TRUE;
  return ((const BwItemPage *) page)->total;
}

/**
 * bw_business_export_items:
 * @self: a business
 * @job: a job's id
 * @filter: (nullable): which of its items; %NULL: all
 * @how: the columns, the format, and where to
 *
 * Writes the items of a job into a file, in their order. The server puts it into the audit log.
 *
 * Returns: (transfer full): resolves to a gint64: how many rows were written; rejects with
 *   %BW_ERROR_FORBIDDEN without the permission to export
 */
DexFuture *
bw_business_export_items (BwBusiness *self,
                          gint64 job,
                          const BwItemFilter *filter,
                          const BwExport *how)
{
  g_autoptr (GArray) offered = bw_export_columns_for_items ();
  GError *error = NULL;
  Records *records = records_new (self, bw_export_columns_choose (offered, how->columns, &error));

  if (records == NULL)
    return bw_exporter_refuse (how, error);
  records->source.fetch = fetch_items;
  records->source.write = write_items;
  records->source.count = count_items;
  records->job = job;
  records->items = filter != NULL ? bw_item_filter_copy (filter) : bw_item_filter_new ();
  return bw_exporter_run (&records->source, how);
}

static void
plain_free (gpointer data)
{
  Plain *self = data;

  for (guint i = 0; i < self->source.columns->len; i++)
    g_free ((char *) g_array_index (self->source.columns, BwColumn, i).title);
  if (self->notify != NULL)
    self->notify (self->user_data);
  g_free (self);
}

static DexFuture *
fetch_table (gpointer data, gconstpointer page_before)
{
  Plain *self = data;

  if (page_before != NULL && bw_table_get_n_rows ((BwTable *) page_before) == 0)
    return NULL;
  return self->next ((BwTable *) page_before, self->user_data);
}

static gint64
write_table (gpointer self, gconstpointer page, BwTableWriter *writer, GError **error)
{
  BwTable *table = (BwTable *) page;
  guint n_rows = bw_table_get_n_rows (table);

  for (guint i = 0; i < n_rows; i++)
    if (!bw_table_writer_add_row (writer, bw_table_get_row (table, i), error))
      return -1;
  return n_rows;
}

static gint64
count_table (gpointer self, gconstpointer page, gboolean *is_exact)
{
  return bw_table_get_total ((BwTable *) page, is_exact);
}

/**
 * bw_table_export:
 * @columns: (array length=n_columns): the columns; their titles are copied
 * @n_columns: how many
 * @source: asked for the rows, block by block
 * @user_data: its argument
 * @notify: (nullable): frees @user_data
 * @how: the format, and where to; its columns are not looked at
 *
 * Writes any table into a file.
 *
 * Returns: (transfer full): resolves to a gint64: how many rows were written
 */
DexFuture *
bw_table_export (const BwColumn *columns,
                 guint n_columns,
                 BwTableSource source,
                 gpointer user_data,
                 GDestroyNotify notify,
                 const BwExport *how)
{
  Plain *self = g_new0 (Plain, 1);

  self->source.fetch = fetch_table;
  self->source.write = write_table;
  self->source.count = count_table;
  self->source.free = plain_free;
  self->source.columns = g_array_new (FALSE, FALSE, sizeof (BwColumn));
  for (guint i = 0; i < n_columns; i++)
    {
      BwColumn column = columns[i];

      column.title = g_strdup (column.title);
      g_array_append_val (self->source.columns, column);
    }
  self->next = source;
  self->user_data = user_data;
  self->notify = notify;
  return bw_exporter_run (&self->source, how);
}

/**
 * bw_export_get_name:
 * @stem: "jobs-export"
 * @format: a format
 *
 * Returns: (transfer full): the name to propose for a file: "jobs-export.csv"
 */
char *
bw_export_get_name (const char *stem, BwExportFormat format)
{
  g_autofree char *name =
      g_strdelimit (bw_text_replace_control (stem) ?: g_strdup (stem), "/\\:*?\"<>|\t\r\n", '-');

  return g_strconcat (name, format == BW_EXPORT_CSV ? ".csv" : ".xlsx", NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-exporter.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-csv-writer.h"
#include "bw-dex.h"
#include "bw-error.h"
#include "bw-xlsx-writer.h"

typedef struct
{
  BwTask task;
  BwExportSource *source;
  BwExportFormat format;
  GFile *target;
  char *title;
  BwExportProgressFunc progress;
  gpointer user_data;
  GDestroyNotify notify;

  BwNewFile *file;
  BwTableWriter *writer;
  gint64 rows;
  gint64 total;
  gboolean total_is_exact;
} Exporter;

/** A page on its way into the file. */
typedef struct
{
  Exporter *exporter;
  gconstpointer page;
} PageWrite;

static void
exporter_free (gpointer data)
{
  Exporter *self = data;
  GArray *columns;

  if (self->notify != NULL)
    self->notify (self->user_data);
  columns = self->source->columns;
  self->source->free (self->source);
  g_array_unref (columns);
  g_object_unref (self->target);
  g_free (self->title);
  g_free (self);
}

/* The columns' titles belong to the source, which outlives the writer. */
static BwTableWriter *
make_writer (Exporter *self, GError **error)
{
  const BwColumn *columns = (const BwColumn *) (gpointer) self->source->columns->data;
  guint n_columns = self->source->columns->len;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  if (self->format == BW_EXPORT_CSV)
    return bw_csv_writer_new (self->file, columns, n_columns, zone);
  return bw_xlsx_writer_new (self->file, self->title, columns, n_columns, zone, BW_XLSX_MAX_ROWS,
                             error);
}

static DexFuture *
open_in_thread (gpointer data)
{
  Exporter *self = data;
  GError *error = NULL;

  self->file = bw_new_file_open (self->target, &error);
  if (self->file != NULL)
    self->writer = make_writer (self, &error);
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

static DexFuture *
write_in_thread (gpointer data)
{
  PageWrite *page_write = data;
  Exporter *self = page_write->exporter;
  GError *error = NULL;
  gint64 rows = self->source->write (self->source, page_write->page, self->writer, &error);

  return rows >= 0 ? dex_future_new_for_int64 (rows) : dex_future_new_for_error (error);
}

static DexFuture *
finish_in_thread (gpointer data)
{
  Exporter *self = data;
  GError *error = NULL;

  if (bw_table_writer_finish (self->writer, &error))
    return dex_future_new_true ();
  return dex_future_new_for_error (error);
}

static DexFuture *
commit_in_thread (gpointer data)
{
  Exporter *self = data;
  GError *error = NULL;

  if (bw_new_file_commit (self->file, &error))
    return dex_future_new_true ();
  return dex_future_new_for_error (error);
}

static DexFuture *
close_in_thread (gpointer data)
{
  Exporter *self = data;

  g_clear_pointer (&self->writer, bw_table_writer_free);
  g_clear_pointer (&self->file, bw_new_file_free);
  return dex_future_new_true ();
}

/* What was tried, before why it failed. */
static void
explain (Exporter *self, GError *cause, GError **error)
{
  g_autofree char *name = g_file_get_basename (self->target);

  if (cause->domain == BW_ERROR)
    bw_set_error (error, (BwErrorCode) cause->code, _ ("“%s” could not be saved. %s"), name,
                  cause->message);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  g_clear_error (&cause);
}

/* What runs in a thread is awaited to its end, whoever has lost patience: it uses what is ours. */
static gboolean
await_in_thread (Exporter *self, DexFiberFunc func, GError **error)
{
  GError *failure = NULL;

  if (dex_await (bw_dex_in_thread (func, self, NULL), &failure))
    return TRUE;
  explain (self, failure, error);
  return FALSE;
}

static gboolean
await_write (Exporter *self, gconstpointer page, GError **error)
{
  PageWrite *page_write = g_new0 (PageWrite, 1);
  GError *failure = NULL;
  gint64 rows;

  page_write->exporter = self;
  page_write->page = page;
  rows = dex_await_int64 (bw_dex_in_thread (write_in_thread, page_write, g_free), &failure);
  if (failure != NULL)
    {
      explain (self, failure, error);
      return FALSE;
    }
  self->rows += rows;
  return TRUE;
}

static void
tell_progress (Exporter *self)
{
  if (self->progress != NULL)
    self->progress (self->rows, self->total, self->total_is_exact, self->user_data);
}

/* While one page is written, the next is on its way. */
static gboolean
await_pages (Exporter *self, GError **error)
{
  g_autoptr (DexFuture) next = self->source->fetch (self->source, NULL);
  gboolean good = TRUE;

  while (next != NULL && good)
    {
      g_autoptr (DexFuture) fetched = g_steal_pointer (&next);
      gconstpointer page;

      if (!dex_await (bw_dex_within (&self->task, dex_ref (fetched), 0), error))
        return FALSE;
      page = g_value_get_boxed (dex_future_get_value (fetched, NULL));
      next = self->source->fetch (self->source, page);
      self->total = self->source->count (self->source, page, &self->total_is_exact);
      good = await_write (self, page, error);
      if (good)
        tell_progress (self);
    }
  return good;
}

static gboolean
is_cancelled (Exporter *self, GError **error)
{
  if (dex_future_is_pending (self->task.cancelled))
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The export was cancelled."));
  return TRUE;
}

static DexFuture *
export_fiber (gpointer data)
{
  Exporter *self = data;
  g_autoptr (GError) error = NULL;
  gboolean done =
      await_in_thread (self, open_in_thread, &error) && await_pages (self, &error)
      && !is_cancelled (self, &error) && await_in_thread (self, finish_in_thread, &error)
      && !is_cancelled (self, &error) && await_in_thread (self, commit_in_thread, &error);

  await_in_thread (self, close_in_thread, NULL);
  if (done)
    return dex_future_new_for_int64 (self->rows);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * bw_exporter_run:
 * @source: (transfer full): where the rows come from
 * @how: the format, and where to
 *
 * Writes a table into a file.
 *
 * Returns: (transfer full): resolves to a gint64: how many rows it has
 */
DexFuture *
bw_exporter_run (BwExportSource *source, const BwExport *how)
{
  Exporter *self = g_new0 (Exporter, 1);

  self->source = source;
  self->format = how->format;
  self->target = g_object_ref (how->target);
  self->title = g_strdup (how->title != NULL && how->title[0] != '\0' ? how->title : _ ("Export"));
  self->progress = how->progress;
  self->user_data = how->user_data;
  self->notify = how->notify;
  self->total = -1;
  return bw_dex_spawn (export_fiber, self, exporter_free);
}

/**
 * bw_exporter_refuse:
 * @how: how it should have been exported
 * @error: (transfer full): why it can't be
 *
 * Returns: (transfer full): what rejects with @error
 */
DexFuture *
bw_exporter_refuse (const BwExport *how, GError *error)
{
  if (how->notify != NULL)
    how->notify (how->user_data);
  return dex_future_new_for_error (error);
}

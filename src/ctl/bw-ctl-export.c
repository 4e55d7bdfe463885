/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <unistd.h>

#include "bw-business-export.h"
#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"

static char *format;
static char *columns;

/** bw_ctl_export_options: of "export" and "export-items" */
const GOptionEntry bw_ctl_export_options[] = {
  { "format", 'f', 0, G_OPTION_ARG_STRING, &format,
    N_ ("csv or xlsx; else as FILE ends"), N_ ("FORMAT") },
  { "columns", 'c', 0, G_OPTION_ARG_STRING, &columns,
    N_ ("Only these columns, separated by commas"), N_ ("COLUMNS") },
  { NULL },
};

static gboolean
read_format (const char *path, BwExportFormat *result, GError **error)
{
  const char *dot = strrchr (path, '.');
  const char *word = format != NULL ? format : dot != NULL ? dot + 1 : "";

  if (g_ascii_strcasecmp (word, "csv") == 0)
    *result = BW_EXPORT_CSV;
  else if (g_ascii_strcasecmp (word, "xlsx") == 0)
    *result = BW_EXPORT_XLSX;
  else
    {
      g_set_error (error, BW_USAGE_ERROR, 0,
                   _ ("Name a file that ends in .csv or .xlsx, or say --format."));
      return FALSE;
    }

  return TRUE;
}

static void
progress_cb (gint64 rows, gint64 total, gboolean total_is_exact, gpointer data)
{
  if (total <= 0)
    return;
  g_printerr ("\r\033[K");
  g_printerr (_ ("%'" PRId64 " of %'" PRId64 " rows"), rows, total);
}

static gboolean
begin (BwCtl *ctl, const char *path, BwExport *how, char ***chosen, GError **error)
{
  if (!read_format (path, &how->format, error))
    return FALSE;

  *chosen = columns != NULL ? g_strsplit (columns, ",", -1) : NULL;
  how->columns = (const char *const *) *chosen;
  how->target = g_file_new_for_commandline_arg (path);
  how->progress = isatty (STDERR_FILENO) && !ctl->json ? progress_cb : NULL;

  return TRUE;
}

static gboolean
end (BwCtl *ctl, BwExport *how, gint64 rows, const char *path, const GError *error)
{
  g_clear_object (&how->target);
  if (how->progress != NULL)
    g_printerr ("\r\033[K");
  if (error != NULL)
    return FALSE;

  if (ctl->json)
    g_print ("{\"rows\":%" G_GINT64_FORMAT "}\n", rows);
  else
    g_print (ngettext ("%'" PRId64 " row was written to %s.\n",
                       "%'" PRId64 " rows were written to %s.\n", rows),
             rows, path);

  return TRUE;
}

/** bw_ctl_export: export FILE */
gboolean
bw_ctl_export (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwFilter) filter = bw_ctl_filter_make (ctl, error);
  g_auto (GStrv) chosen = NULL;
  BwExport how = { 0 };
  gint64 rows;

  if (filter == NULL || !begin (ctl, arguments[0], &how, &chosen, error))
    return FALSE;
  rows = dex_await_int64 (bw_business_export_jobs (ctl->business, filter, NULL, &how), error);

  return end (ctl, &how, rows, arguments[0], *error);
}

/** bw_ctl_export_items: export-items JOB FILE */
gboolean
bw_ctl_export_items (BwCtl *ctl, char **arguments, GError **error)
{
  g_auto (GStrv) chosen = NULL;
  BwExport how = { 0 };
  gint64 id;
  gint64 rows;

  if (!bw_ctl_read_id (arguments[0], &id, error)
      || !begin (ctl, arguments[1], &how, &chosen, error))
    return FALSE;
  rows = dex_await_int64 (bw_business_export_items (ctl->business, id, NULL, &how), error);

  return end (ctl, &how, rows, arguments[1], *error);
}

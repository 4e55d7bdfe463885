/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-export-target.h"

#include <glib/gi18n.h>

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;
  GFile *file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file != NULL)
    dex_promise_resolve_object (promise, file);
  else
    dex_promise_reject (promise, error);
}

static GtkFileFilter *
make_filter (BwExportFormat format)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, format == BW_EXPORT_CSV ? _ ("CSV Files") : _ ("Excel Files"));
  gtk_file_filter_add_suffix (filter, format == BW_EXPORT_CSV ? "csv" : "xlsx");
  return filter;
}

static GtkWindow *
get_window (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/**
 * bw_export_ask_target:
 * @parent: over what to ask
 * @stem: the name to propose, without its ending
 * @format: the format, which decides the ending
 *
 * Asks where to save. The file chooser asks itself before a file is replaced.
 *
 * Returns: (transfer full): resolves to a GFile; rejects when the user chooses none
 */
DexFuture *
bw_export_ask_target (GtkWidget *parent, const char *stem, BwExportFormat format)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr (GtkFileFilter) filter = make_filter (format);
  g_autofree char *name = bw_export_get_name (stem, format);
  DexPromise *promise = dex_promise_new ();

  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, _ ("Save Export"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_save (dialog, get_window (parent), NULL, saved_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static void
say_why (GtkWindow *window, const char *heading, const GError *error)
{
  g_autoptr (AdwDialog) alert = NULL;

  if (g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    return;
  alert = g_object_ref_sink (adw_alert_dialog_new (heading, NULL));
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (alert), error->message);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (alert), "close", _ ("_Close"));
  adw_dialog_present (alert, GTK_WIDGET (window));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_launch_finish (GTK_FILE_LAUNCHER (source), result, &error))
    say_why (window, _ ("The File Could Not Be Opened"), error);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_open_containing_folder_finish (GTK_FILE_LAUNCHER (source), result, &error))
    say_why (window, _ ("The Folder Could Not Be Opened"), error);
}

/**
 * bw_export_open:
 * @parent: over what to say why it can't be opened
 * @file: a file
 * @in_folder: %TRUE: shows it in its folder
 *
 * Opens a file with the program that the user has for its kind.
 */
void
bw_export_open (GtkWidget *parent, GFile *file, gboolean in_folder)
{
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);
  GtkWindow *window = get_window (parent);
  GtkWindow *kept = window != NULL ? g_object_ref (window) : NULL;

  if (in_folder)
    gtk_file_launcher_open_containing_folder (launcher, window, NULL, shown_cb, kept);
  else
    gtk_file_launcher_launch (launcher, window, NULL, opened_cb, kept);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-export-dialog.h"

#include <glib/gi18n.h>

#include "bw-dex.h"
#include "bw-export-scope.h"
#include "bw-export-target.h"
#include "bw-fiber.h"
#include "bw-format.h"

#define PAGE_CHOICES "choices"
#define PAGE_PROGRESS "progress"
#define PAGE_DONE "done"
#define PAGE_FAILED "failed"
#define LONG (10 * G_TIME_SPAN_SECOND)

struct _BwExportDialog
{
  AdwDialog parent_instance;

  GtkStack *stack;
  GtkWidget *export_button;
  AdwPreferencesGroup *scope_group;
  GtkCheckButton *csv_check;
  GtkCheckButton *xlsx_check;
  AdwPreferencesGroup *columns_group;
  AdwStatusPage *progress_page;
  GtkProgressBar *progress_bar;
  GtkWidget *cancel_button;
  AdwStatusPage *done_page;
  GtkWidget *open_button;
  AdwStatusPage *failed_page;
  GtkWidget *again_button;

  GSettings *settings;
  GPtrArray *scopes;        /* of BwExportScope: what can be chosen */
  GtkCheckButton *first;    /* of the choice of a scope */
  BwExportScope *scope;     /* the one chosen, one of @scopes */
  GArray *columns;          /* of BwExportColumn; NULL: all of a table */
  GPtrArray *column_checks; /* of GtkCheckButton, as @columns */
  const char *columns_key;  /* where the choice of columns is kept */
  char *stem;
  char *title;
  GFile *target;
  DexCancellable *cancellable; /* while it runs */
  gint64 started_at;           /* monotonic microseconds */
};

G_DEFINE_FINAL_TYPE (BwExportDialog, bw_export_dialog, ADW_TYPE_DIALOG)

static BwExportFormat
get_format (BwExportDialog *self)
{
  return gtk_check_button_get_active (self->xlsx_check) ? BW_EXPORT_XLSX : BW_EXPORT_CSV;
}

static gboolean
is_checked (BwExportDialog *self, guint column)
{
  return gtk_check_button_get_active (g_ptr_array_index (self->column_checks, column));
}

/* The ids of the columns chosen; NULL for a table, which has no choice. */
static GStrv
get_columns (BwExportDialog *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (self->columns == NULL)
    return NULL;
  for (guint i = 0; i < self->columns->len; i++)
    if (is_checked (self, i))
      g_strv_builder_add (builder, g_array_index (self->columns, BwExportColumn, i).column.id);
  return g_strv_builder_end (builder);
}

static void
update_export_button (BwExportDialog *self)
{
  g_auto (GStrv) columns = get_columns (self);
  gboolean possible = columns == NULL || columns[0] != NULL;

  gtk_widget_set_sensitive (self->export_button, possible);
  gtk_widget_set_tooltip_text (self->export_button,
                               possible ? NULL : _ ("Choose at least one column"));
  adw_preferences_group_set_description (self->columns_group,
                                         possible ? NULL : _ ("Choose at least one column."));
}

static void
remember_choices (BwExportDialog *self)
{
  g_auto (GStrv) columns = get_columns (self);

  g_settings_set_string (self->settings, "export-format",
                         get_format (self) == BW_EXPORT_XLSX ? "xlsx" : "csv");
  if (columns != NULL)
    g_settings_set_strv (self->settings, self->columns_key, (const char *const *) columns);
}

static void
show_page (BwExportDialog *self, const char *page)
{
  gtk_stack_set_visible_child_name (self->stack, page);
  /* While it runs, only "Cancel" ends it: a stray Escape must not. */
  adw_dialog_set_can_close (ADW_DIALOG (self), !g_str_equal (page, PAGE_PROGRESS));
}

static void
progress_cb (gint64 rows, gint64 total, gboolean total_is_exact, gpointer user_data)
{
  BwExportDialog *self = BW_EXPORT_DIALOG (user_data);
  g_autofree char *done = bw_format_number (rows);
  g_autofree char *all = total >= 0 ? bw_format_count (total, total_is_exact) : NULL;
  g_autofree char *text = NULL;

  if (all == NULL)
    text = g_strdup_printf (ngettext ("%s row", "%s rows", (gulong) rows), done);
  else
    text = g_strdup_printf (ngettext ("%s of %s row", "%s of %s rows", (gulong) total), done, all);
  if (total_is_exact && rows >= total)
    adw_status_page_set_title (self->progress_page, _ ("Finishing the File"));
  adw_status_page_set_description (self->progress_page, text);
  if (total_is_exact && total > 0)
    gtk_progress_bar_set_fraction (self->progress_bar, MIN ((double) rows / (double) total, 1));
  else
    gtk_progress_bar_pulse (self->progress_bar);
}

static void
show_progress (BwExportDialog *self)
{
  adw_status_page_set_title (self->progress_page, _ ("Exporting"));
  adw_status_page_set_description (self->progress_page, _ ("Waiting for the first rows…"));
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  show_page (self, PAGE_PROGRESS);
  gtk_widget_grab_focus (self->cancel_button);
}

/* Who looks at something else while it takes long is told as well. */
static void
notify_end (BwExportDialog *self, const char *title, const char *body)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GNotification) notification = NULL;

  if (g_get_monotonic_time () - self->started_at < LONG
      || (GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root))))
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_application_send_notification (g_application_get_default (), "export", notification);
}

static void
show_done (BwExportDialog *self, gint64 rows)
{
  g_autofree char *number = bw_format_number (rows);
  g_autofree char *title =
      g_strdup_printf (ngettext ("%s Row Exported", "%s Rows Exported", (gulong) rows), number);
  g_autofree char *name = g_file_get_parse_name (self->target);
  g_autofree char *description = g_markup_escape_text (name, -1);

  adw_status_page_set_title (self->done_page, title);
  adw_status_page_set_description (self->done_page, description);
  show_page (self, PAGE_DONE);
  gtk_widget_grab_focus (self->open_button);
  notify_end (self, title, name);
}

static void
show_failed (BwExportDialog *self, const GError *error)
{
  g_autofree char *description = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->failed_page, description);
  show_page (self, PAGE_FAILED);
  gtk_widget_grab_focus (self->again_button);
  notify_end (self, _ ("Nothing Was Exported"), error->message);
}

static DexFuture *
start_export (BwExportDialog *self)
{
  g_auto (GStrv) columns = get_columns (self);
  BwExport how = { .format = get_format (self),
                   .target = self->target,
                   .title = self->title,
                   .columns = (const char *const *) columns,
                   .progress = progress_cb,
                   .user_data = g_object_ref (self),
                   .notify = g_object_unref };

  return bw_export_scope_start (self->scope, &how);
}

static DexFuture *
export_fiber (gpointer data)
{
  BwExportDialog *self = BW_EXPORT_DIALOG (data);
  g_autoptr (GError) error = NULL;
  gint64 rows;

  remember_choices (self);
  g_set_object (&self->target, NULL);
  self->target = dex_await_object (
      bw_export_ask_target (GTK_WIDGET (self), self->stem, get_format (self)), NULL);
  if (self->target == NULL)
    return dex_future_new_true ();
  self->cancellable = dex_cancellable_new ();
  self->started_at = g_get_monotonic_time ();
  show_progress (self);
  rows = dex_await_int64 (bw_dex_unless (start_export (self), self->cancellable), &error);
  dex_clear (&self->cancellable);
  if (error == NULL)
    show_done (self, rows);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_page (self, PAGE_CHOICES);
  else
    show_failed (self, error);
  return dex_future_new_true ();
}

static void
export_cb (BwExportDialog *self)
{
  dex_future_disown (bw_fiber_spawn (export_fiber, g_object_ref (self), g_object_unref));
}

static void
cancel_cb (BwExportDialog *self)
{
  if (self->cancellable != NULL)
    dex_cancellable_cancel (self->cancellable);
}

static void
close_cb (BwExportDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
again_cb (BwExportDialog *self)
{
  show_page (self, PAGE_CHOICES);
  gtk_widget_grab_focus (self->export_button);
}

static void
open_cb (BwExportDialog *self)
{
  bw_export_open (GTK_WIDGET (self), self->target, FALSE);
  close_cb (self);
}

static void
show_cb (BwExportDialog *self)
{
  bw_export_open (GTK_WIDGET (self), self->target, TRUE);
  close_cb (self);
}

static void
usual_cb (BwExportDialog *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    gtk_check_button_set_active (g_ptr_array_index (self->column_checks, i),
                                 g_array_index (self->columns, BwExportColumn, i).is_usual);
}

static GtkCheckButton *
add_check_row (AdwPreferencesGroup *group, const char *title, AdwActionRow **row)
{
  GtkWidget *check = gtk_check_button_new ();

  *row = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (*row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (*row), title);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_prefix (*row, check);
  adw_action_row_set_activatable_widget (*row, check);
  adw_preferences_group_add (group, GTK_WIDGET (*row));
  return GTK_CHECK_BUTTON (check);
}

static void
scope_toggled_cb (GtkCheckButton *check, BwExportDialog *self)
{
  if (gtk_check_button_get_active (check))
    self->scope = g_object_get_data (G_OBJECT (check), "scope");
}

static void
add_scope (BwExportDialog *self, BwExportScope *scope)
{
  AdwActionRow *row;
  GtkCheckButton *check;

  g_ptr_array_add (self->scopes, scope);
  check = add_check_row (self->scope_group, bw_export_scope_get_title (scope), &row);
  g_object_set_data (G_OBJECT (check), "scope", scope);
  g_object_bind_property (scope, "count", row, "subtitle", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (check, "toggled", G_CALLBACK (scope_toggled_cb), self,
                           G_CONNECT_DEFAULT);
  gtk_check_button_set_group (check, self->first);
  if (self->first == NULL)
    {
      self->first = check;
      gtk_check_button_set_active (check, TRUE);
    }
  /* Where there is one thing to export, there is nothing to choose. */
  gtk_widget_set_visible (GTK_WIDGET (self->first), self->scopes->len > 1);
}

/* The columns that were chosen the last time, if this version still has any of them. */
static gboolean
is_chosen (BwExportDialog *self, const BwExportColumn *column, GStrv remembered)
{
  if (remembered[0] == NULL)
    return column->is_usual;
  return g_strv_contains ((const char *const *) remembered, column->column.id);
}

static void
add_columns (BwExportDialog *self)
{
  g_auto (GStrv) remembered = g_settings_get_strv (self->settings, self->columns_key);

  for (guint i = 0; i < self->columns->len; i++)
    {
      const BwExportColumn *column = &g_array_index (self->columns, BwExportColumn, i);
      AdwActionRow *row;
      GtkCheckButton *check = add_check_row (self->columns_group, column->column.title, &row);

      g_ptr_array_add (self->column_checks, check);
      gtk_check_button_set_active (check, is_chosen (self, column, remembered));
    }
  for (guint i = 0; i < self->column_checks->len; i++)
    g_signal_connect_object (g_ptr_array_index (self->column_checks, i), "toggled",
                             G_CALLBACK (update_export_button), self, G_CONNECT_SWAPPED);
  update_export_button (self);
}

static void
bw_export_dialog_dispose (GObject *object)
{
  BwExportDialog *self = BW_EXPORT_DIALOG (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->target);
  g_clear_pointer (&self->scopes, g_ptr_array_unref);
  g_clear_pointer (&self->column_checks, g_ptr_array_unref);
  g_clear_pointer (&self->columns, g_array_unref);
  g_clear_pointer (&self->stem, g_free);
  g_clear_pointer (&self->title, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_EXPORT_DIALOG);

  G_OBJECT_CLASS (bw_export_dialog_parent_class)->dispose (object);
}

static void
bind_callbacks (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_bind_template_callback (widget_class, usual_cb);
}

static void
bw_export_dialog_class_init (BwExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_export_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, export_button);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, scope_group);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, csv_check);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, xlsx_check);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, columns_group);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, progress_page);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, done_page);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, open_button);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, failed_page);
  gtk_widget_class_bind_template_child (widget_class, BwExportDialog, again_button);
  bind_callbacks (widget_class);
}

static void
bw_export_dialog_init (BwExportDialog *self)
{
  g_autofree char *format = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_dialog_set_default_widget (ADW_DIALOG (self), self->export_button);
  self->scopes = g_ptr_array_new_with_free_func (g_object_unref);
  self->column_checks = g_ptr_array_new ();
  self->settings = g_settings_new ("io.github.batchwork.Batchwork");
  format = g_settings_get_string (self->settings, "export-format");
  gtk_check_button_set_active (g_str_equal (format, "xlsx") ? self->xlsx_check : self->csv_check,
                               TRUE);
}

/* Takes @columns. */
static BwExportDialog *
dialog_new (const char *stem, const char *title, GArray *columns, const char *columns_key)
{
  BwExportDialog *self = g_object_new (BW_TYPE_EXPORT_DIALOG, NULL);

  self->stem = g_strdup (stem);
  self->title = g_strdup (title);
  self->columns = columns;
  self->columns_key = columns_key;
  gtk_widget_set_visible (GTK_WIDGET (self->columns_group), columns != NULL);
  if (columns != NULL)
    add_columns (self);
  return self;
}

/**
 * bw_export_dialog_present_for_jobs:
 * @parent: over what to show it
 * @business: whose jobs
 * @filter: what the list shows, and in which order; copied
 * @selected: (nullable) (element-type gint64): ids of the rows that are selected, in order; copied
 *
 * Offers to export the selected jobs, those that match the filter, or all.
 */
void
bw_export_dialog_present_for_jobs (GtkWidget *parent,
                                   BwBusiness *business,
                                   const BwFilter *filter,
                                   const GArray *selected)
{
  BwExportDialog *self =
      dialog_new ("jobs-export", _ ("Jobs"), bw_export_columns_for_jobs (), "export-job-columns");
  g_autoptr (BwFilter) all = bw_filter_new ();

  adw_dialog_set_title (ADW_DIALOG (self), _ ("Export Jobs"));
  if (selected != NULL && selected->len > 0)
    add_scope (self, bw_export_scope_new_selected (business, selected));
  if (!bw_filter_same_scope (filter, all))
    add_scope (self, bw_export_scope_new_filtered (business, filter, FALSE));
  all->sort = filter->sort;
  all->descending = filter->descending;
  add_scope (self, bw_export_scope_new_filtered (business, all, TRUE));
  adw_dialog_present (ADW_DIALOG (self), parent);
}

static gboolean
narrows_items (const BwItemFilter *filter)
{
  return filter != NULL && (filter->states != 0 || filter->relation != NULL || filter->q != NULL);
}

/**
 * bw_export_dialog_present_for_items:
 * @parent: over what to show it
 * @business: whose job
 * @job: whose items
 * @filter: (nullable): which of them are shown; copied
 *
 * Offers to export the items that match the filter, or all.
 */
void
bw_export_dialog_present_for_items (GtkWidget *parent,
                                    BwBusiness *business,
                                    BwJob *job,
                                    const BwItemFilter *filter)
{
  g_autofree char *stem = g_strdup_printf (_ ("%s items"), job->name);
  BwExportDialog *self =
      dialog_new (stem, job->name, bw_export_columns_for_items (), "export-item-columns");

  adw_dialog_set_title (ADW_DIALOG (self), _ ("Export Items"));
  if (narrows_items (filter))
    add_scope (self, bw_export_scope_new_items (business, job, filter));
  add_scope (self, bw_export_scope_new_items (business, job, NULL));
  adw_dialog_present (ADW_DIALOG (self), parent);
}

/**
 * bw_export_dialog_present_for_table:
 * @parent: over what to show it
 * @stem: the name to propose for the file, without its ending
 * @title: what the table is called: the dialog's title and the sheet's name
 * @columns: (array length=n_columns): the columns
 * @n_columns: how many
 * @source: asked for the rows, block by block; from the beginning for each attempt
 * @user_data: its argument
 * @notify: (nullable): frees @user_data
 *
 * Offers to export a table as it is shown.
 */
void
bw_export_dialog_present_for_table (GtkWidget *parent,
                                    const char *stem,
                                    const char *title,
                                    const BwColumn *columns,
                                    guint n_columns,
                                    BwTableSource source,
                                    gpointer user_data,
                                    GDestroyNotify notify)
{
  BwExportDialog *self = dialog_new (stem, title, NULL, NULL);
  BwExportScope *scope = bw_export_scope_new_table (columns, n_columns, source, user_data, notify);

  adw_dialog_set_title (ADW_DIALOG (self), title);
  gtk_widget_set_visible (GTK_WIDGET (self->scope_group), FALSE);
  adw_dialog_set_content_height (ADW_DIALOG (self), -1);
  g_ptr_array_add (self->scopes, scope);
  self->scope = scope;
  adw_dialog_present (ADW_DIALOG (self), parent);
}

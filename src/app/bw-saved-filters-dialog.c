/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-saved-filters-dialog.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"

struct _BwSavedFiltersDialog
{
  AdwDialog parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkListBox *list_box;

  BwSavedFilters *saved;
  BwListFilter *filter;
};

G_DEFINE_FINAL_TYPE (BwSavedFiltersDialog, bw_saved_filters_dialog, ADW_TYPE_DIALOG)

/* One of them that is being renamed. */
typedef struct
{
  BwSavedFiltersDialog *dialog;
  BwSavedFilter *saved;
} Rename;

static void
rename_free (gpointer data)
{
  Rename *rename = data;

  g_object_unref (rename->dialog);
  g_object_unref (rename->saved);
  g_free (rename);
}

static BwSavedFilter *
get_saved (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "saved");
}

static void
undo_cb (AdwToast *toast, BwSavedFilters *saved)
{
  bw_saved_filters_restore (saved);
}

static void
delete_cb (BwSavedFiltersDialog *self, GtkWidget *button)
{
  g_autoptr (BwSavedFilter) saved = g_object_ref (get_saved (button));
  g_autofree char *text = g_strdup_printf (_ ("“%s” is deleted."), bw_saved_filter_get_name (saved));
  AdwToast *toast = adw_toast_new (text);

  bw_saved_filters_remove (self->saved, bw_saved_filter_get_id (saved));
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self->saved, G_CONNECT_DEFAULT);
  /* Only the last one can be brought back. */
  adw_toast_overlay_dismiss_all (self->toasts);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static DexFuture *
rename_fiber (gpointer data)
{
  Rename *rename = data;
  const char *present = bw_saved_filter_get_name (rename->saved);
  g_autofree char *name
    = dex_await_string (bw_filter_name_ask (GTK_WIDGET (rename->dialog), rename->dialog->saved, _ ("Rename Filter"),
                                            present, present),
                        NULL);

  if (name != NULL && rename->dialog->saved != NULL)
    bw_saved_filters_rename (rename->dialog->saved, bw_saved_filter_get_id (rename->saved), name);

  return dex_future_new_true ();
}

static void
rename_cb (BwSavedFiltersDialog *self, GtkWidget *button)
{
  Rename *rename = g_new0 (Rename, 1);

  rename->dialog = g_object_ref (self);
  rename->saved = g_object_ref (get_saved (button));
  dex_future_disown (bw_fiber_spawn (rename_fiber, rename, rename_free));
}

static void
default_cb (BwSavedFiltersDialog *self, GtkWidget *button)
{
  g_autofree char *id = g_strdup (bw_saved_filter_get_id (get_saved (button)));
  gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button));

  bw_saved_filters_set_default (self->saved, active ? id : NULL);
}

static void
activated_cb (BwSavedFiltersDialog *self, GtkWidget *row)
{
  bw_saved_filters_apply (self->saved, bw_saved_filter_get_id (get_saved (row)), self->filter);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
prepare_button (BwSavedFiltersDialog *self, GtkWidget *row, BwSavedFilter *saved, GtkWidget *button,
                const char *words, const char *signal, GCallback callback)
{
  /* Translators: what a button does, and the name of a filter */
  g_autofree char *label = g_strdup_printf (_ ("%s: %s"), words, bw_saved_filter_get_name (saved));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "saved", g_object_ref (saved), g_object_unref);
  g_signal_connect_object (button, signal, callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  BwSavedFiltersDialog *self = user_data;
  BwSavedFilter *saved = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *star = gtk_toggle_button_new ();
  gboolean is_default = g_strcmp0 (bw_saved_filters_get_default (self->saved), bw_saved_filter_get_id (saved)) == 0;
  g_autoptr (BwListFilter) filter = bw_list_filter_new ();
  g_autofree char *words = NULL;

  bw_saved_filters_apply (self->saved, bw_saved_filter_get_id (saved), filter);
  words = bw_list_filter_describe (filter);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), bw_saved_filter_get_name (saved));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "saved", g_object_ref (saved), g_object_unref);
  g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);

  gtk_button_set_icon_name (GTK_BUTTON (star), is_default ? "starred-symbolic" : "non-starred-symbolic");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (star), is_default);
  prepare_button (self, row, saved, star, _ ("Use at Start"), "toggled", G_CALLBACK (default_cb));
  prepare_button (self, row, saved, gtk_button_new_from_icon_name ("document-edit-symbolic"), _ ("Rename"), "clicked",
                  G_CALLBACK (rename_cb));
  prepare_button (self, row, saved, gtk_button_new_from_icon_name ("user-trash-symbolic"), _ ("Delete"), "clicked",
                  G_CALLBACK (delete_cb));

  return row;
}

static void
update (BwSavedFiltersDialog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->saved));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

static void
bw_saved_filters_dialog_dispose (GObject *object)
{
  BwSavedFiltersDialog *self = BW_SAVED_FILTERS_DIALOG (object);

  if (self->list_box != NULL)
    gtk_list_box_bind_model (self->list_box, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_SAVED_FILTERS_DIALOG);
  g_clear_object (&self->saved);
  g_clear_object (&self->filter);

  G_OBJECT_CLASS (bw_saved_filters_dialog_parent_class)->dispose (object);
}

static void
bw_saved_filters_dialog_class_init (BwSavedFiltersDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_saved_filters_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-saved-filters-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwSavedFiltersDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BwSavedFiltersDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BwSavedFiltersDialog, list_box);
}

static void
bw_saved_filters_dialog_init (BwSavedFiltersDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_saved_filters_dialog_new:
 * @saved: the saved filters of a business
 * @filter: into which one is put that the user chooses
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
bw_saved_filters_dialog_new (BwSavedFilters *saved, BwListFilter *filter)
{
  BwSavedFiltersDialog *self = g_object_new (BW_TYPE_SAVED_FILTERS_DIALOG, NULL);

  self->saved = g_object_ref (saved);
  self->filter = g_object_ref (filter);
  gtk_list_box_bind_model (self->list_box, G_LIST_MODEL (saved), create_row, self, NULL);
  g_signal_connect_object (saved, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return ADW_DIALOG (self);
}

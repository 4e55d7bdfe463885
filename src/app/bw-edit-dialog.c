/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-edit-dialog.h"

#include <glib/gi18n.h>

#include "bw-business-bulk.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-job-terms.h"
#include "bw-json-editor.h"
#include "bw-start-row.h"

struct _BwEditDialog
{
  AdwDialog parent_instance;

  AdwBanner *banner;
  GtkButton *save_button;
  AdwEntryRow *name_row;
  AdwComboRow *items_row;
  GtkStringList *items_names;
  GtkSpinButton *priority_button;
  BwStartRow *start_row;
  BwJsonEditor *editor;

  BwBusiness *business;
  BwJobDetails *details;
  BwJobTerms *terms; /* as the job was when the dialog was opened */
  gboolean is_copy;
  gboolean saving;
};

enum
{
  SAVED,
  COPIED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwEditDialog, bw_edit_dialog, ADW_TYPE_DIALOG)

static char *
get_name (BwEditDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
}

static void
update (BwEditDialog *self)
{
  g_autofree char *name = get_name (self);
  BwTime run_at;
  gboolean can_save = *name != '\0' && bw_start_row_get_time (self->start_row, &run_at)
                      && bw_json_editor_get_valid (self->editor);

  if (*name == '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->name_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name_row), "error");
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), can_save && !self->saving);
}

/* What was typed. Parameters that only look different are the same. */
static BwJobTerms *
read_terms (BwEditDialog *self)
{
  BwJobTerms *terms = g_new0 (BwJobTerms, 1);
  g_autofree char *parameters = g_strstrip (bw_json_editor_dup_text (self->editor));

  terms->name = get_name (self);
  terms->priority = gtk_spin_button_get_value_as_int (self->priority_button);
  bw_start_row_get_time (self->start_row, &terms->run_at);
  if (*parameters != '\0')
    terms->parameters = g_steal_pointer (&parameters);

  return terms;
}

/* The job was not changed: what was typed stays, to be copied or tried again. */
static void
show_error (BwEditDialog *self, const GError *error)
{
  adw_banner_set_title (self->banner, error->message);
  adw_banner_set_revealed (self->banner, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
save_changes (BwEditDialog *self, const BwJobTerms *terms)
{
  g_autoptr (GBytes) changes = bw_job_terms_diff (self->terms, terms);
  g_autoptr (BwJobDetails) details = NULL;
  g_autoptr (GError) error = NULL;

  if (changes != NULL)
    details = dex_await_boxed (bw_business_edit (self->business, self->details->job->id, changes),
                               &error);
  if (error != NULL)
    {
      show_error (self, error);
      return;
    }

  if (details != NULL)
    g_signal_emit (self, signals[SAVED], 0, details);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
save_copy (BwEditDialog *self, const BwJobTerms *terms)
{
  BwJobCopy copy = BW_JOB_COPY_INIT;
  g_autoptr (GError) error = NULL;
  gint64 job;

  if (g_strcmp0 (terms->name, self->terms->name) != 0)
    copy.name = terms->name;
  if (g_strcmp0 (terms->parameters, self->terms->parameters) != 0)
    copy.parameters = terms->parameters != NULL ? terms->parameters : "{}";
  copy.set_priority = terms->priority != self->terms->priority;
  copy.priority = terms->priority;
  copy.run_at = terms->run_at;
  copy.only_failed = gtk_widget_get_visible (GTK_WIDGET (self->items_row))
                     && adw_combo_row_get_selected (self->items_row) == 1;
  job = dex_await_int64 (bw_business_copy_job (self->business, self->details->job->id, &copy),
                         &error);
  if (error != NULL)
    {
      show_error (self, error);
      return;
    }

  g_signal_emit (self, signals[COPIED], 0, job);
  adw_dialog_close (ADW_DIALOG (self));
}

static DexFuture *
save_fiber (gpointer user_data)
{
  BwEditDialog *self = user_data;
  g_autoptr (BwJobTerms) terms = read_terms (self);

  if (self->is_copy)
    save_copy (self, terms);
  else
    save_changes (self, terms);
  self->saving = FALSE;
  if (self->editor != NULL)
    update (self);

  return dex_future_new_true ();
}

static void
save_cb (BwEditDialog *self)
{
  update (self);
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->save_button)))
    return;

  self->saving = TRUE;
  adw_banner_set_revealed (self->banner, FALSE);
  update (self);
  dex_future_disown (bw_fiber_spawn (save_fiber, g_object_ref (self), g_object_unref));
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  save_cb (BW_EDIT_DIALOG (widget));
}

static void
cancel_cb (BwEditDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
dismiss_cb (BwEditDialog *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
}

static void
bw_edit_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_EDIT_DIALOG);

  G_OBJECT_CLASS (bw_edit_dialog_parent_class)->dispose (object);
}

static void
bw_edit_dialog_finalize (GObject *object)
{
  BwEditDialog *self = BW_EDIT_DIALOG (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->details, bw_job_details_unref);
  g_clear_pointer (&self->terms, bw_job_terms_free);

  G_OBJECT_CLASS (bw_edit_dialog_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_JSON_EDITOR);
  g_type_ensure (BW_TYPE_START_ROW);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-edit-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, items_row);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, items_names);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, priority_button);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, start_row);
  gtk_widget_class_bind_template_child (widget_class, BwEditDialog, editor);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
}

static void
bw_edit_dialog_class_init (BwEditDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bw_edit_dialog_dispose;
  object_class->finalize = bw_edit_dialog_finalize;

  signals[SAVED] = g_signal_new ("saved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, BW_TYPE_JOB_DETAILS);
  signals[COPIED] = g_signal_new ("copied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT64);

  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "edit.save", NULL, save_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "edit.save",
                                       NULL);
}

static void
bw_edit_dialog_init (BwEditDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* A job again for all of its items, or for those that are not done. */
static void
offer_items (BwEditDialog *self)
{
  const BwItemCounts *counts = &self->details->job->items;
  gint64 n_all = bw_item_counts_total (counts);
  gint64 n_failed =
      counts->in_state[BW_ITEM_STATE_FAILED] + counts->in_state[BW_ITEM_STATE_CANCELLED];
  g_autofree char *all = bw_format_number (n_all);
  g_autofree char *failed = bw_format_number (n_failed);
  /* Translators: in both, %s is a number */
  g_autofree char *first = g_strdup_printf (_ ("All %s"), all);
  g_autofree char *second = g_strdup_printf (_ ("Only the %s that failed"), failed);

  gtk_string_list_append (self->items_names, first);
  gtk_string_list_append (self->items_names, second);
  gtk_widget_set_visible (GTK_WIDGET (self->items_row), n_failed > 0 && n_failed < n_all);
}

static AdwDialog *
create (BwBusiness *business, BwJobDetails *details, gboolean is_copy)
{
  BwEditDialog *self = g_object_new (BW_TYPE_EDIT_DIALOG, NULL);

  self->business = g_object_ref (business);
  self->details = bw_job_details_ref (details);
  self->terms = bw_job_terms_new (details);
  self->is_copy = is_copy;
  adw_dialog_set_title (ADW_DIALOG (self), is_copy ? _ ("Run Again With Changes") : _ ("Edit Job"));
  gtk_button_set_label (self->save_button, is_copy ? _ ("_Run") : _ ("_Save"));
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), self->terms->name);
  gtk_spin_button_set_value (self->priority_button, self->terms->priority);
  bw_start_row_set_time (self->start_row, is_copy ? BW_TIME_NONE : self->terms->run_at);
  bw_json_editor_set_text (self->editor, self->terms->parameters);
  if (is_copy)
    offer_items (self);
  update (self);

  return ADW_DIALOG (self);
}

/**
 * bw_edit_dialog_new_for_changes:
 * @business: the job's business
 * @details: a job that has not started
 *
 * Returns: (transfer floating): a dialog that changes the job
 */
AdwDialog *
bw_edit_dialog_new_for_changes (BwBusiness *business, BwJobDetails *details)
{
  return create (business, details, FALSE);
}

/**
 * bw_edit_dialog_new_for_copy:
 * @business: the job's business
 * @details: a job
 *
 * Returns: (transfer floating): a dialog that makes a new job like it, with changes
 */
AdwDialog *
bw_edit_dialog_new_for_copy (BwBusiness *business, BwJobDetails *details)
{
  return create (business, details, TRUE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-pauses-dialog.h"

#include <glib/gi18n.h>

#include "bw-pause-acts.h"
#include "bw-pause-list.h"
#include "bw-pause-words.h"

struct _BwPausesDialog
{
  AdwDialog parent_instance;

  GtkWidget *add_button;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwStatusPage *error_page;
  GtkListBox *list_box;
  GtkWidget *resume_bar;
  GtkWidget *resume_all_button;

  BwBusiness *business;
  BwPauseList *list;
};

G_DEFINE_FINAL_TYPE (BwPausesDialog, bw_pauses_dialog, ADW_TYPE_DIALOG)

static void
resume_cb (BwPausesDialog *self, GtkWidget *button)
{
  BwPauseEntry *entry = g_object_get_data (G_OBJECT (button), "entry");

  gtk_widget_set_sensitive (button, FALSE);
  dex_future_disown (bw_pause_acts_resume (self->toasts, self->business, bw_pause_entry_get_pause (entry)));
}

static const char *
get_icon_name (const BwPause *pause)
{
  if (pause->all)
    return "bw-paused-symbolic";

  return pause->type != NULL ? "bw-jobs-symbolic" : "avatar-default-symbolic";
}

static GtkWidget *
create_resume_button (BwPausesDialog *self, BwPauseEntry *entry, const char *target)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Resume"));
  /* Translators: the placeholder is a user's name, a type of jobs or "Everything" */
  g_autofree char *label = g_strdup_printf (_ ("Resume %s"), target);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  /* "Resume" alone does not tell a screen reader what. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "entry", g_object_ref (entry), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (resume_cb), self, G_CONNECT_SWAPPED);

  return button;
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  BwPausesDialog *self = user_data;
  const BwPause *pause = bw_pause_entry_get_pause (item);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *target = bw_pause_describe_target (pause);
  g_autofree char *origin = bw_pause_describe_origin (pause);
  g_autofree char *subtitle
    = pause->reason != NULL ? g_strjoin ("\n", pause->reason, origin, NULL) : g_strdup (origin);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), target);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (get_icon_name (pause)));
  if (bw_business_may (self->business, BW_PERMISSION_PAUSE))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), create_resume_button (self, item, target));

  return row;
}

static void
update (BwPausesDialog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  const GError *error = bw_pause_list_get_error (self->list);
  gboolean loaded = bw_pause_list_get_loaded (self->list);
  gboolean may = bw_business_may (self->business, BW_PERMISSION_PAUSE);

  gtk_widget_set_visible (self->resume_bar, may && n > 0);
  gtk_widget_set_visible (self->add_button, may);
  if (n > 0)
    {
      gtk_stack_set_visible_child_name (self->stack, "list");
    }
  else if (loaded)
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
    }
  else if (error != NULL)
    {
      adw_status_page_set_description (self->error_page, error->message);
      gtk_stack_set_visible_child_name (self->stack, "error");
    }
}

/* What can be done now: nothing while the server is away. */
static void
state_cb (BwPausesDialog *self)
{
  BwConnection *connection = bw_business_get_connection (self->business);
  gboolean online = connection != NULL && bw_connection_get_state (connection) == BW_CONNECTION_STATE_ONLINE;
  const char *reason = online ? NULL : _ ("The server can’t be reached now.");

  gtk_widget_set_sensitive (self->resume_all_button, online);
  gtk_widget_set_tooltip_text (self->resume_all_button, reason);
  gtk_widget_set_sensitive (GTK_WIDGET (self->list_box), online);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->list_box), reason);
}

/* A right that came or went shows in every row. */
static void
permissions_cb (BwPausesDialog *self)
{
  gtk_list_box_bind_model (self->list_box, G_LIST_MODEL (self->list), create_row, self, NULL);
  update (self);
}

static void
retry_cb (BwPausesDialog *self)
{
  bw_pause_list_refresh (self->list);
}

static void
resume_all_cb (BwPausesDialog *self)
{
  dex_future_disown (bw_pause_acts_resume_all (GTK_WIDGET (self), self->toasts, self->business));
}

static void
bw_pauses_dialog_dispose (GObject *object)
{
  BwPausesDialog *self = BW_PAUSES_DIALOG (object);

  if (self->list_box != NULL)
    gtk_list_box_bind_model (self->list_box, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_PAUSES_DIALOG);
  g_clear_object (&self->list);
  g_clear_object (&self->business);

  G_OBJECT_CLASS (bw_pauses_dialog_parent_class)->dispose (object);
}

static void
bw_pauses_dialog_class_init (BwPausesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_pauses_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-pauses-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, error_page);
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, list_box);
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, resume_bar);
  gtk_widget_class_bind_template_child (widget_class, BwPausesDialog, resume_all_button);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, resume_all_cb);
}

static void
bw_pauses_dialog_init (BwPausesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_pauses_dialog_new:
 * @business: whose pauses to show
 *
 * Returns: (transfer floating): a dialog that follows them
 */
AdwDialog *
bw_pauses_dialog_new (BwBusiness *business)
{
  BwPausesDialog *self = g_object_new (BW_TYPE_PAUSES_DIALOG, NULL);

  self->business = g_object_ref (business);
  self->list = g_object_ref (bw_pause_list_get (business));
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (business, "notify::permissions", G_CALLBACK (permissions_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_connection (business), "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  permissions_cb (self);
  state_cb (self);

  return ADW_DIALOG (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-password-dialog.h"

#include <glib/gi18n.h>

#include "bw-business-admin.h"

struct _BwPasswordDialog
{
  BwFormDialog parent_instance;

  AdwPreferencesGroup *new_group;
  GtkEditable *old_row;
  GtkEditable *new_row;
  GtkEditable *repeat_row;

  BwConnection *connection;
};

G_DEFINE_FINAL_TYPE (BwPasswordDialog, bw_password_dialog, BW_TYPE_FORM_DIALOG)

/* Nobody is told of a difference while still typing what is the same so far. */
static void
changed_cb (BwPasswordDialog *self)
{
  const char *old = gtk_editable_get_text (self->old_row);
  const char *new = gtk_editable_get_text (self->new_row);
  const char *repeat = gtk_editable_get_text (self->repeat_row);
  gboolean differs = !g_str_has_prefix (new, repeat);

  if (differs)
    gtk_widget_add_css_class (GTK_WIDGET (self->repeat_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->repeat_row), "error");
  adw_preferences_group_set_description (
      self->new_group, differs ? _ ("The two new passwords are not the same.")
                               : _ ("Everywhere else that you are signed in, you are signed out."));
  bw_form_dialog_set_can_save (BW_FORM_DIALOG (self),
                               old[0] != '\0' && new[0] != '\0' && g_str_equal (new, repeat));
}

static DexFuture *
bw_password_dialog_save (BwFormDialog *dialog)
{
  BwPasswordDialog *self = BW_PASSWORD_DIALOG (dialog);

  return bw_connection_change_password (self->connection, gtk_editable_get_text (self->old_row),
                                        gtk_editable_get_text (self->new_row));
}

static void
bw_password_dialog_dispose (GObject *object)
{
  g_clear_object (&BW_PASSWORD_DIALOG (object)->connection);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_PASSWORD_DIALOG);

  G_OBJECT_CLASS (bw_password_dialog_parent_class)->dispose (object);
}

static void
bw_password_dialog_class_init (BwPasswordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_password_dialog_dispose;
  BW_FORM_DIALOG_CLASS (klass)->save = bw_password_dialog_save;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwPasswordDialog, new_group);
  gtk_widget_class_bind_template_child (widget_class, BwPasswordDialog, old_row);
  gtk_widget_class_bind_template_child (widget_class, BwPasswordDialog, new_row);
  gtk_widget_class_bind_template_child (widget_class, BwPasswordDialog, repeat_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
bw_password_dialog_init (BwPasswordDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  changed_cb (self);
}

/**
 * bw_password_dialog_new:
 * @connection: where the user is signed in
 *
 * Returns: (transfer floating): a dialog
 */
BwFormDialog *
bw_password_dialog_new (BwConnection *connection)
{
  BwPasswordDialog *self = g_object_new (BW_TYPE_PASSWORD_DIALOG, NULL);

  self->connection = g_object_ref (connection);

  return BW_FORM_DIALOG (self);
}

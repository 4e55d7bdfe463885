/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-role-dialog.h"

#include <glib/gi18n.h>

#include "bw-permission-rows.h"

struct _BwRoleDialog
{
  BwFormDialog parent_instance;

  GtkEditable *name_row;
  BwPermissionRows *permission_rows;
  AdwPreferencesGroup *remove_group;
  GtkWidget *remove_row;

  BwBusiness *business;
  char *id; /* NULL: a role is to be added */
};

G_DEFINE_FINAL_TYPE (BwRoleDialog, bw_role_dialog, BW_TYPE_FORM_DIALOG)

static void
changed_cb (BwRoleDialog *self)
{
  bw_form_dialog_set_can_save (BW_FORM_DIALOG (self),
                               gtk_editable_get_text (self->name_row)[0] != '\0'
                                   && bw_permission_rows_get (self->permission_rows) != 0);
}

static DexFuture *
bw_role_dialog_save (BwFormDialog *dialog)
{
  BwRoleDialog *self = BW_ROLE_DIALOG (dialog);
  const char *name = gtk_editable_get_text (self->name_row);
  BwPermissions permissions = bw_permission_rows_get (self->permission_rows);

  return self->id != NULL ? bw_business_change_role (self->business, self->id, name, permissions)
                          : bw_business_add_role (self->business, name, permissions);
}

static DexFuture *
remove_role (BwFormDialog *dialog)
{
  BwRoleDialog *self = BW_ROLE_DIALOG (dialog);

  return bw_business_remove_role (self->business, self->id);
}

static void
remove_cb (BwRoleDialog *self)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("Remove the Role “%s”?"), adw_dialog_get_title (ADW_DIALOG (self)));

  bw_form_dialog_ask (BW_FORM_DIALOG (self), heading,
                      _ ("Nobody has it, so nobody loses a right. It can’t be brought back."),
                      _ ("_Remove"), remove_role);
}

static void
bw_role_dialog_dispose (GObject *object)
{
  BwRoleDialog *self = BW_ROLE_DIALOG (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->id, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_ROLE_DIALOG);

  G_OBJECT_CLASS (bw_role_dialog_parent_class)->dispose (object);
}

static void
bw_role_dialog_class_init (BwRoleDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_role_dialog_dispose;
  BW_FORM_DIALOG_CLASS (klass)->save = bw_role_dialog_save;

  g_type_ensure (BW_TYPE_PERMISSION_ROWS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-role-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwRoleDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, BwRoleDialog, permission_rows);
  gtk_widget_class_bind_template_child (widget_class, BwRoleDialog, remove_group);
  gtk_widget_class_bind_template_child (widget_class, BwRoleDialog, remove_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
bw_role_dialog_init (BwRoleDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_role_dialog_new:
 * @business: where
 * @role: (nullable): the business's own role to change; %NULL to add one
 *
 * Returns: (transfer floating): a dialog
 */
BwFormDialog *
bw_role_dialog_new (BwBusiness *business, const BwRoleInfo *role)
{
  BwRoleDialog *self = g_object_new (BW_TYPE_ROLE_DIALOG, NULL);

  self->business = g_object_ref (business);
  bw_permission_rows_set_limit (self->permission_rows, bw_business_get_permissions (business));
  adw_dialog_set_title (ADW_DIALOG (self), role != NULL ? role->name : _ ("Add a Role"));
  gtk_widget_set_visible (GTK_WIDGET (self->remove_group), role != NULL);
  bw_permission_rows_set (self->permission_rows,
                          role != NULL ? role->permissions : BW_PERMISSION_VIEW_OWN);
  if (role != NULL)
    {
      self->id = g_strdup (role->id);
      gtk_editable_set_text (self->name_row, role->name);
      gtk_widget_set_sensitive (self->remove_row, role->members == 0);
      if (role->members > 0)
        adw_preferences_group_set_description (
            self->remove_group, _ ("Somebody has this role, so it can’t be removed."));
    }
  changed_cb (self);

  return BW_FORM_DIALOG (self);
}

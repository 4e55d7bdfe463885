/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-member-dialog.h"

#include <glib/gi18n.h>

#include "bw-permission-rows.h"
#include "bw-role-choice.h"

struct _BwMemberDialog
{
  BwFormDialog parent_instance;

  AdwPreferencesGroup *person_group;
  GtkEditable *login_row;
  GtkEditable *name_row;
  GtkEditable *password_row;
  AdwComboRow *role_row;
  BwPermissionRows *permission_rows;
  GtkWidget *remove_group;

  BwBusiness *business;
  BwMember *member; /* NULL: somebody is to be added */
};

G_DEFINE_FINAL_TYPE (BwMemberDialog, bw_member_dialog, BW_TYPE_FORM_DIALOG)

/* Returns: (nullable): what was typed; NULL for nothing */
static const char *
get_text (GtkEditable *row)
{
  const char *text = gtk_editable_get_text (row);

  return text[0] != '\0' ? text : NULL;
}

static void
changed_cb (BwMemberDialog *self)
{
  gboolean complete = self->member != NULL || get_text (self->login_row) != NULL;

  /* A name without a password makes nobody, and neither does a password without a name. */
  if (self->member == NULL)
    complete =
        complete && (get_text (self->name_row) != NULL) == (get_text (self->password_row) != NULL);
  else
    complete = complete && get_text (self->name_row) != NULL;

  bw_form_dialog_set_can_save (BW_FORM_DIALOG (self),
                               complete && bw_role_choice_get (self->role_row) != NULL);
}

static void
role_cb (BwMemberDialog *self)
{
  const BwRoleInfo *role = bw_role_choice_get (self->role_row);

  if (role == NULL)
    return;

  bw_permission_rows_set_given (self->permission_rows, role->permissions);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->role_row), "");
  changed_cb (self);
}

static DexFuture *
bw_member_dialog_save (BwFormDialog *dialog)
{
  BwMemberDialog *self = BW_MEMBER_DIALOG (dialog);
  const BwRoleInfo *role = bw_role_choice_get (self->role_row);
  BwMemberChange change = { role->id, TRUE, bw_permission_rows_get (self->permission_rows), NULL,
                            get_text (self->password_row) };

  if (self->member == NULL)
    return bw_business_add_member (self->business, get_text (self->login_row),
                                   get_text (self->name_row), get_text (self->password_row),
                                   role->id, change.added);

  if (g_strcmp0 (get_text (self->name_row), self->member->user_name) != 0)
    change.name = get_text (self->name_row);

  return bw_business_change_member (self->business, self->member->user_id, &change);
}

static DexFuture *
remove_member (BwFormDialog *dialog)
{
  BwMemberDialog *self = BW_MEMBER_DIALOG (dialog);

  return bw_business_remove_member (self->business, self->member->user_id);
}

static void
remove_cb (BwMemberDialog *self)
{
  g_autofree char *heading = g_strdup_printf (_ ("Remove %s?"), self->member->user_name);
  g_autofree char *body = g_strdup_printf (
      /* Translators: somebody’s name, twice, and the business’s */
      _ ("%s loses all access to %s at once. The jobs that %s started stay, and go on."),
      self->member->user_name, bw_business_get_name (self->business), self->member->user_name);

  bw_form_dialog_ask (BW_FORM_DIALOG (self), heading, body, _ ("_Remove"), remove_member);
}

static void
bw_member_dialog_dispose (GObject *object)
{
  BwMemberDialog *self = BW_MEMBER_DIALOG (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->member, bw_member_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_MEMBER_DIALOG);

  G_OBJECT_CLASS (bw_member_dialog_parent_class)->dispose (object);
}

static void
bw_member_dialog_class_init (BwMemberDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_member_dialog_dispose;
  BW_FORM_DIALOG_CLASS (klass)->save = bw_member_dialog_save;

  g_type_ensure (BW_TYPE_PERMISSION_ROWS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-member-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, person_group);
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, login_row);
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, role_row);
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, permission_rows);
  gtk_widget_class_bind_template_child (widget_class, BwMemberDialog, remove_group);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, role_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
bw_member_dialog_init (BwMemberDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_member (BwMemberDialog *self)
{
  const BwMember *member = self->member;

  adw_dialog_set_title (ADW_DIALOG (self), member->user_name);
  gtk_widget_set_visible (GTK_WIDGET (self->login_row), FALSE);
  adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->role_row));
  gtk_editable_set_text (self->name_row, member->user_name);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row), _ ("New Password"));
  bw_permission_rows_set (self->permission_rows, member->added);
}

/**
 * bw_member_dialog_new:
 * @business: where
 * @roles: (element-type BwRoleInfo): the roles that there are
 * @member: (nullable): the member to change; %NULL to add one
 *
 * Returns: (transfer floating): a dialog
 */
BwFormDialog *
bw_member_dialog_new (BwBusiness *business, GPtrArray *roles, const BwMember *member)
{
  BwMemberDialog *self = g_object_new (BW_TYPE_MEMBER_DIALOG, NULL);

  self->business = g_object_ref (business);
  self->member = member != NULL ? bw_member_copy (member) : NULL;
  bw_permission_rows_set_limit (self->permission_rows, bw_business_get_permissions (business));
  gtk_widget_set_visible (self->remove_group, member != NULL);
  if (member != NULL)
    {
      show_member (self);
    }
  else
    {
      adw_dialog_set_title (ADW_DIALOG (self), _ ("Add a Person"));
      adw_preferences_group_set_description (
          self->person_group,
          _ ("Somebody who is known on this server needs only the user name. For "
             "somebody new, give a name and a password too."));
    }
  bw_role_choice_fill (self->role_row, business, roles, member != NULL ? member->role : "staff");
  role_cb (self);

  return BW_FORM_DIALOG (self);
}

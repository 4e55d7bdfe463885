/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-token-dialog.h"

#include <glib/gi18n.h>

#include "bw-role-choice.h"

struct _BwTokenDialog
{
  BwFormDialog parent_instance;

  GtkStack *stack;
  GtkEditable *name_row;
  AdwComboRow *kind_row;
  AdwComboRow *role_row;
  AdwActionRow *token_row;
  GtkWidget *renew_row;
  GtkWidget *copy_button;

  BwBusiness *business;
  gint64 id;   /* 0: one is to be made */
  char *token; /* once it is known */
};

G_DEFINE_FINAL_TYPE (BwTokenDialog, bw_token_dialog, BW_TYPE_FORM_DIALOG)

static void
changed_cb (BwTokenDialog *self)
{
  bw_form_dialog_set_can_save (BW_FORM_DIALOG (self),
                               gtk_editable_get_text (self->name_row)[0] != '\0'
                                   && bw_role_choice_get (self->role_row) != NULL);
}

/* A worker claims by being one; what it sees of others' jobs beside needs a role, but seldom one.
 */
static void
kind_cb (BwTokenDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->role_row),
                          adw_combo_row_get_selected (self->kind_row) == 0);
}

static DexFuture *
bw_token_dialog_save (BwFormDialog *dialog)
{
  BwTokenDialog *self = BW_TOKEN_DIALOG (dialog);
  gboolean worker = adw_combo_row_get_selected (self->kind_row) == 1;

  if (self->token != NULL || self->id != 0)
    return dex_future_new_true ();

  return bw_business_add_token (self->business, gtk_editable_get_text (self->name_row),
                                worker ? BW_ACCOUNT_WORKER : BW_ACCOUNT_APPLICATION,
                                worker ? "staff" : bw_role_choice_get (self->role_row)->id, 0);
}

/* Returns: whether the dialog may close: not before the token was seen */
static gboolean
bw_token_dialog_saved (BwFormDialog *dialog, const GValue *answer)
{
  BwTokenDialog *self = BW_TOKEN_DIALOG (dialog);

  if (!G_VALUE_HOLDS (answer, BW_TYPE_TOKEN_INFO))
    return TRUE;

  g_set_str (&self->token, ((BwTokenInfo *) g_value_get_boxed (answer))->token);
  adw_action_row_set_subtitle (self->token_row, self->token);
  gtk_stack_set_visible_child_name (self->stack, "token");
  gtk_widget_grab_focus (self->copy_button);
  g_object_set (self, "save-label", _ ("_Done"), NULL);
  bw_form_dialog_set_can_save (dialog, TRUE);

  return FALSE;
}

static DexFuture *
renew_token (BwFormDialog *dialog)
{
  BwTokenDialog *self = BW_TOKEN_DIALOG (dialog);

  return bw_business_renew_token (self->business, self->id);
}

static void
renew_cb (BwTokenDialog *self)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("New Token for %s?"), adw_dialog_get_title (ADW_DIALOG (self)));

  bw_form_dialog_ask (
      BW_FORM_DIALOG (self), heading,
      _ ("The old token ends at once. The program is shut out until it has the new one."),
      _ ("_Make New Token"), renew_token);
}

static DexFuture *
remove_token (BwFormDialog *dialog)
{
  BwTokenDialog *self = BW_TOKEN_DIALOG (dialog);

  return bw_business_remove_token (self->business, self->id);
}

static void
remove_cb (BwTokenDialog *self)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("Shut %s Out?"), adw_dialog_get_title (ADW_DIALOG (self)));

  bw_form_dialog_ask (
      BW_FORM_DIALOG (self), heading,
      _ ("Its token ends at once, and the program can’t sign in any more. Jobs that "
         "it started stay."),
      _ ("_Shut Out"), remove_token);
}

static void
copy_cb (BwTokenDialog *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->token);
}

static void
bw_token_dialog_dispose (GObject *object)
{
  BwTokenDialog *self = BW_TOKEN_DIALOG (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->token, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_TOKEN_DIALOG);

  G_OBJECT_CLASS (bw_token_dialog_parent_class)->dispose (object);
}

static void
bw_token_dialog_class_init (BwTokenDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_token_dialog_dispose;
  BW_FORM_DIALOG_CLASS (klass)->save = bw_token_dialog_save;
  BW_FORM_DIALOG_CLASS (klass)->saved = bw_token_dialog_saved;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-token-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, role_row);
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, token_row);
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, renew_row);
  gtk_widget_class_bind_template_child (widget_class, BwTokenDialog, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, kind_cb);
  gtk_widget_class_bind_template_callback (widget_class, renew_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
bw_token_dialog_init (BwTokenDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_token_dialog_new:
 * @business: where
 * @roles: (element-type BwRoleInfo): the roles that there are
 * @token: (nullable): the token to renew or remove; %NULL to make one
 *
 * Returns: (transfer floating): a dialog
 */
BwFormDialog *
bw_token_dialog_new (BwBusiness *business, GPtrArray *roles, const BwTokenInfo *token)
{
  BwTokenDialog *self = g_object_new (BW_TYPE_TOKEN_DIALOG, NULL);

  self->business = g_object_ref (business);
  bw_role_choice_fill (self->role_row, business, roles, "staff");
  adw_dialog_set_title (ADW_DIALOG (self), token != NULL ? token->name : _ ("Let a Program In"));
  if (token != NULL)
    {
      self->id = token->id;
      g_object_set (self, "save-label", _ ("_Done"), "can-save", TRUE, NULL);
      gtk_stack_set_visible_child_name (self->stack, "existing");
      adw_dialog_set_focus (ADW_DIALOG (self), self->renew_row);
    }

  return BW_FORM_DIALOG (self);
}

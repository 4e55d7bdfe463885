/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-sign-in-dialog.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"

struct _BwSignInDialog
{
  AdwDialog parent_instance;

  GtkLabel *body_label;
  GtkLabel *error_label;
  GtkEditable *password_row;
  GtkWidget *sign_in_button;

  BwSession *session;
};

G_DEFINE_FINAL_TYPE (BwSignInDialog, bw_sign_in_dialog, ADW_TYPE_DIALOG)

static void
changed_cb (BwSignInDialog *self)
{
  gboolean busy = self->session != NULL && bw_session_get_busy (self->session);

  gtk_widget_set_sensitive (self->sign_in_button, *gtk_editable_get_text (self->password_row) != '\0' && !busy);
}

/* Signed in, here or from another window, or out. */
static void
lapsed_cb (BwSignInDialog *self)
{
  if (!bw_session_get_lapsed (self->session))
    adw_dialog_close (ADW_DIALOG (self));
}

static DexFuture *
sign_in_fiber (gpointer data)
{
  BwSignInDialog *self = data;
  g_autoptr (GError) error = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  if (!dex_await (bw_session_sign_in_again (self->session, gtk_editable_get_text (self->password_row)), &error)
      && self->error_label != NULL)
    {
      gtk_label_set_label (self->error_label, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
      gtk_editable_select_region (self->password_row, 0, -1);
    }

  return dex_future_new_true ();
}

static void
sign_in_cb (BwSignInDialog *self)
{
  dex_future_disown (bw_fiber_spawn (sign_in_fiber, g_object_ref (self), g_object_unref));
}

static void
bw_sign_in_dialog_dispose (GObject *object)
{
  BwSignInDialog *self = BW_SIGN_IN_DIALOG (object);

  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_SIGN_IN_DIALOG);

  G_OBJECT_CLASS (bw_sign_in_dialog_parent_class)->dispose (object);
}

static void
bw_sign_in_dialog_class_init (BwSignInDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_sign_in_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwSignInDialog, body_label);
  gtk_widget_class_bind_template_child (widget_class, BwSignInDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, BwSignInDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, BwSignInDialog, sign_in_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
}

static void
bw_sign_in_dialog_init (BwSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_sign_in_dialog_new:
 * @session: a session whose sign-in has lapsed
 *
 * Returns: (transfer floating): a dialog that closes by itself once the user is signed in again
 */
AdwDialog *
bw_sign_in_dialog_new (BwSession *session)
{
  BwSignInDialog *self = g_object_new (BW_TYPE_SIGN_IN_DIALOG, NULL);
  const char *url = bw_connection_get_url (bw_session_get_connection (session));
  g_autofree char *body = NULL;

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::busy", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::lapsed", G_CALLBACK (lapsed_cb), self, G_CONNECT_SWAPPED);
  /* Translators: a user name, and the address of a server */
  body = g_strdup_printf (_("The sign-in of %s at %s has lapsed. What you see is what was known until then."),
                          bw_session_get_user (session), url);
  gtk_label_set_label (self->body_label, body);

  return ADW_DIALOG (self);
}

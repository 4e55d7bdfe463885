/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-connect-page.h"

#include <glib/gi18n.h>

#include "bw-client-error.h"
#include "bw-fiber.h"

struct _BwConnectPage
{
  AdwBin parent_instance;

  GtkLabel *error_label;
  GtkEditable *server_row;
  GtkWidget *known_button;
  GMenu *known_menu;
  GtkEditable *user_row;
  GtkEditable *password_row;
  GtkWidget *connect_button;
  GtkWidget *busy_spinner;
  GtkWidget *this_computer_row;

  BwSession *session;
};

G_DEFINE_FINAL_TYPE (BwConnectPage, bw_connect_page, ADW_TYPE_BIN)

static gboolean
is_complete (BwConnectPage *self)
{
  return *gtk_editable_get_text (self->server_row) != '\0' && *gtk_editable_get_text (self->user_row) != '\0'
         && *gtk_editable_get_text (self->password_row) != '\0';
}

static void
show_error (BwConnectPage *self, const char *text)
{
  gtk_label_set_label (self->error_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), text != NULL);
}

static void
form_changed_cb (BwConnectPage *self)
{
  gboolean busy = self->session != NULL && bw_session_get_busy (self->session);

  gtk_widget_set_sensitive (self->connect_button, is_complete (self) && !busy);
  gtk_widget_set_sensitive (self->this_computer_row, !busy);
  gtk_widget_set_visible (self->busy_spinner, busy);
}

static void
session_error_cb (BwConnectPage *self)
{
  const GError *error = bw_session_get_error (self->session);

  show_error (self, error != NULL ? error->message : NULL);
}

/* What the session knows of a server, into the form. */
static void
fill_form (BwConnectPage *self, const char *server)
{
  g_autofree char *user = server != NULL ? bw_session_dup_user_at (self->session, server) : NULL;

  if (server != NULL)
    gtk_editable_set_text (self->server_row, server);
  if (user != NULL)
    gtk_editable_set_text (self->user_row, user);
}

static void
list_known_servers (BwConnectPage *self)
{
  g_auto (GStrv) servers = bw_session_list_servers (self->session);

  g_menu_remove_all (self->known_menu);
  for (guint i = 0; servers[i] != NULL; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (servers[i], NULL);

      g_menu_item_set_action_and_target (item, "connect.open", "s", servers[i]);
      g_menu_append_item (self->known_menu, item);
    }
  gtk_widget_set_visible (self->known_button, servers[0] != NULL);
}

/* When the page comes into sight: the cursor where the user has to write. */
static void
bw_connect_page_map (GtkWidget *widget)
{
  BwConnectPage *self = BW_CONNECT_PAGE (widget);
  gboolean is_known = *gtk_editable_get_text (self->server_row) != '\0'
                      && *gtk_editable_get_text (self->user_row) != '\0';

  list_known_servers (self);
  GTK_WIDGET_CLASS (bw_connect_page_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (is_known ? self->password_row : self->server_row));
}

/* Says what is wrong with the certificate, and by what it can be recognised. */
static AdwDialog *
create_certificate_question (GTlsCertificate *certificate, GTlsCertificateFlags reasons)
{
  g_autofree char *fingerprint = bw_certificate_get_fingerprint (certificate);
  g_autofree char *what = bw_certificate_flags_to_text (reasons);
  g_autofree char *body = NULL;
  AdwDialog *dialog;

  body = g_strdup_printf (_("Its certificate is not trusted: %s.\n\nNothing was sent to it. Ask your administrator for "
                            "the fingerprint of the server’s certificate, and go on only if it is this one:\n\n%s"),
                          what, fingerprint);
  dialog = adw_alert_dialog_new (_("Is This Your Office’s Server?"), body);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "no", _("_Don’t Connect"), "trust",
                                  _("_Trust This Certificate"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "trust", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "no");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "no");
  return dialog;
}

static void connect_cb (BwConnectPage *self);

static void
certificate_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BwConnectPage) self = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);
  GTlsCertificate *certificate = bw_session_get_refused_certificate (self->session, NULL);

  if (g_str_equal (response, "trust") && certificate != NULL)
    {
      g_autofree char *fingerprint = bw_certificate_get_fingerprint (certificate);

      bw_session_trust (self->session, fingerprint);
      connect_cb (self);
    }
}

static void
ask_about_certificate (BwConnectPage *self)
{
  GTlsCertificateFlags reasons = 0;
  GTlsCertificate *certificate = bw_session_get_refused_certificate (self->session, &reasons);

  if (certificate == NULL)
    return;
  adw_alert_dialog_choose (ADW_ALERT_DIALOG (create_certificate_question (certificate, reasons)), GTK_WIDGET (self), NULL,
                           certificate_answered_cb, g_object_ref (self));
}

static DexFuture *
connect_fiber (gpointer data)
{
  BwConnectPage *self = data;
  g_autoptr (GError) error = NULL;
  gboolean connected = dex_await (bw_session_sign_in (self->session, gtk_editable_get_text (self->server_row),
                                                      gtk_editable_get_text (self->user_row),
                                                      gtk_editable_get_text (self->password_row), TRUE),
                                  &error);

  if (self->session == NULL)  /* the window was closed meanwhile */
    return dex_future_new_true ();
  if (connected)
    gtk_editable_set_text (self->password_row, "");
  else if (g_error_matches (error, BW_CLIENT_ERROR, BW_CLIENT_ERROR_CERTIFICATE))
    ask_about_certificate (self);
  else if (g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED))
    gtk_widget_grab_focus (GTK_WIDGET (self->password_row));

  return dex_future_new_true ();
}

static void
connect_cb (BwConnectPage *self)
{
  if (is_complete (self) && !bw_session_get_busy (self->session))
    dex_future_disown (bw_fiber_spawn (connect_fiber, g_object_ref (self), g_object_unref));
}

static void
this_computer_cb (BwConnectPage *self)
{
  dex_future_disown (bw_session_use_this_computer (self->session));
}

/* A server of before: without asking, where the keyring still has the sign-in. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwConnectPage *self = BW_CONNECT_PAGE (widget);
  const char *server = g_variant_get_string (parameter, NULL);

  fill_form (self, server);
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
  dex_future_disown (bw_session_open (self->session, server));
}

static void
bw_connect_page_dispose (GObject *object)
{
  BwConnectPage *self = BW_CONNECT_PAGE (object);

  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_CONNECT_PAGE);

  G_OBJECT_CLASS (bw_connect_page_parent_class)->dispose (object);
}

static void
bw_connect_page_class_init (BwConnectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_connect_page_dispose;
  widget_class->map = bw_connect_page_map;

  gtk_widget_class_install_action (widget_class, "connect.open", "s", open_action);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-connect-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, known_button);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, known_menu);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, user_row);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, busy_spinner);
  gtk_widget_class_bind_template_child (widget_class, BwConnectPage, this_computer_row);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, form_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, this_computer_cb);
}

static void
bw_connect_page_init (BwConnectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_connect_page_set_session:
 * @self: a page
 * @session: what to sign in to. Once for each page.
 */
void
bw_connect_page_set_session (BwConnectPage *self, BwSession *session)
{
  g_autofree char *server = NULL;

  g_return_if_fail (BW_IS_CONNECT_PAGE (self));
  g_return_if_fail (BW_IS_SESSION (session));

  g_set_object (&self->session, session);
  g_signal_connect_object (session, "notify::busy", G_CALLBACK (form_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::error", G_CALLBACK (session_error_cb), self, G_CONNECT_SWAPPED);
  server = bw_session_dup_server (session);
  fill_form (self, server);
  form_changed_cb (self);
  session_error_cb (self);
}

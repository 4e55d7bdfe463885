/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-preferences-dialog.h"

#include <glib/gi18n.h>

#include "bw-mail-preferences.h"
#include "bw-password-dialog.h"
#include "bw-role-words.h"

struct _BwPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  GtkWidget *auto_refresh_row;
  GtkWidget *page_size_button;
  GtkWidget *background_row;
  GtkWidget *done_row;
  GtkWidget *failed_row;
  GtkWidget *stalled_row;
  GtkWidget *others_row;
  BwMailPreferences *mail_page;
  AdwPreferencesPage *account_page;
  AdwActionRow *user_row;
  GtkWidget *password_row;
  AdwPreferencesGroup *businesses_group;

  GSettings *settings;
  BwConnection *connection; /* NULL while nobody is signed in */
};

G_DEFINE_FINAL_TYPE (BwPreferencesDialog, bw_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
say_changed (BwPreferencesDialog *self)
{
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self),
                                    adw_toast_new (_ ("Your password was changed.")));
}

static void
password_cb (BwPreferencesDialog *self)
{
  BwFormDialog *dialog = bw_password_dialog_new (self->connection);

  g_signal_connect_object (dialog, "saved", G_CALLBACK (say_changed), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* What is shown of an account is another's, or nobody's, from now on. */
static void
connection_cb (BwPreferencesDialog *self, GParamSpec *pspec, BwSession *session)
{
  if (bw_session_get_connection (session) != self->connection)
    adw_dialog_force_close (ADW_DIALOG (self));
}

static void
add_business (BwPreferencesDialog *self, const BwMembership *membership)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (bw_role_get_title (membership->role, membership->role_name));

  gtk_widget_add_css_class (label, "dimmed");
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), membership->name);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_preferences_group_add (self->businesses_group, row);
}

/* The password of the server on this computer is the program's own. */
static void
show_account (BwPreferencesDialog *self, BwSession *session, const BwMe *me)
{
  gboolean local = bw_session_is_on_this_computer (session);
  g_autofree char *subtitle =
      local ? g_strdup (_ ("On this computer"))
            /* Translators: a name to sign in with, and the server's address */
            : g_strdup_printf (_ ("%s at %s"), me->login, bw_connection_get_url (self->connection));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->user_row), me->name);
  adw_action_row_set_subtitle (self->user_row, subtitle);
  gtk_widget_set_visible (self->password_row, !local);
  gtk_widget_set_visible (GTK_WIDGET (self->businesses_group), me->businesses->len > 0);
  for (guint i = 0; i < me->businesses->len; i++)
    add_business (self, g_ptr_array_index (me->businesses, i));
}

/* The object */

static void
bw_preferences_dialog_dispose (GObject *object)
{
  BwPreferencesDialog *self = BW_PREFERENCES_DIALOG (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->connection);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_PREFERENCES_DIALOG);

  G_OBJECT_CLASS (bw_preferences_dialog_parent_class)->dispose (object);
}

static void
bw_preferences_dialog_class_init (BwPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_preferences_dialog_dispose;

  g_type_ensure (BW_TYPE_MAIL_PREFERENCES);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, auto_refresh_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, page_size_button);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, background_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, done_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, failed_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, stalled_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, others_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, mail_page);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, account_page);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, BwPreferencesDialog, businesses_group);
  gtk_widget_class_bind_template_callback (widget_class, password_cb);
}

static void
bw_preferences_dialog_init (BwPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = g_settings_new ("io.github.batchwork.Batchwork");
  g_settings_bind (self->settings, "auto-refresh", self->auto_refresh_row, "active", 0);
  g_settings_bind (self->settings, "page-size", self->page_size_button, "value", 0);
  g_settings_bind (self->settings, "run-in-background", self->background_row, "active", 0);
  g_settings_bind (self->settings, "notify-done", self->done_row, "active", 0);
  g_settings_bind (self->settings, "notify-failed", self->failed_row, "active", 0);
  g_settings_bind (self->settings, "notify-stalled", self->stalled_row, "active", 0);
  g_settings_bind (self->settings, "notify-others", self->others_row, "active", 0);
}

/**
 * bw_preferences_dialog_new:
 * @session: who is signed in, and where
 * @business: (nullable): the id of the business in use
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
bw_preferences_dialog_new (BwSession *session, const char *business)
{
  BwPreferencesDialog *self = g_object_new (BW_TYPE_PREFERENCES_DIALOG, NULL);
  AdwPreferencesDialog *dialog = ADW_PREFERENCES_DIALOG (self);
  const BwMe *me;

  g_set_object (&self->connection, bw_session_get_connection (session));
  g_signal_connect_object (session, "notify::connection", G_CALLBACK (connection_cb), self,
                           G_CONNECT_SWAPPED);
  me = self->connection != NULL ? bw_connection_get_me (self->connection) : NULL;

  if (me != NULL && me->businesses->len > 0)
    bw_mail_preferences_set_connection (self->mail_page, self->connection, business);
  else
    adw_preferences_dialog_remove (dialog, ADW_PREFERENCES_PAGE (self->mail_page));
  if (me != NULL)
    show_account (self, session, me);
  else
    adw_preferences_dialog_remove (dialog, self->account_page);

  return ADW_DIALOG (self);
}

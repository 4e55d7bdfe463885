/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-server-button.h"

#include <glib/gi18n.h>

#include "bw-activity-icon.h"
#include "bw-format.h"

struct _BwServerButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  BwActivityIcon *icon;
  GtkPopover *popover;
  GtkImage *state_image;
  GtkLabel *state_label;
  GtkLabel *address_label;
  GtkLabel *user_label;
  GtkLabel *active_label;
  GtkWidget *show_button;
  GtkWidget *retry_button;

  BwConnection *connection;
  guint n_active;
};

G_DEFINE_FINAL_TYPE (BwServerButton, bw_server_button, ADW_TYPE_BIN)

static void
update_active (BwServerButton *self)
{
  gboolean online = self->connection != NULL
                    && bw_connection_get_state (self->connection) == BW_CONNECTION_STATE_ONLINE;
  gboolean active = online && self->n_active > 0;
  g_autofree char *figure = bw_format_number (self->n_active);
  g_autofree char *text = NULL;

  if (!online)
    text = g_strdup (_ ("Not connected"));
  else if (self->n_active == 0)
    text = g_strdup (_ ("No jobs are running"));
  else
    /* Translators: the placeholder is a figure */
    text = g_strdup_printf (ngettext ("%s job is running", "%s jobs are running", self->n_active),
                            figure);

  bw_activity_icon_set_active (self->icon, active);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), text);
  gtk_label_set_text (self->active_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->active_label), online);
  gtk_widget_set_visible (self->show_button, active);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Server"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_BUSY, active,
                               -1);
}

static const char *
describe_state (BwConnectionState state, const char **icon_name)
{
  switch (state)
    {
    case BW_CONNECTION_STATE_ONLINE:
      *icon_name = "bw-success-symbolic";
      return _ ("Connected");
    case BW_CONNECTION_STATE_CONNECTING:
      *icon_name = "bw-processing-symbolic";
      return _ ("Connecting…");
    case BW_CONNECTION_STATE_OFFLINE:
      *icon_name = "bw-failed-symbolic";
      return _ ("The server can’t be reached");
    case BW_CONNECTION_STATE_SIGNED_OUT:
    default:
      *icon_name = "bw-cancelled-symbolic";
      return _ ("Not signed in");
    }
}

static void
update_state (BwServerButton *self)
{
  BwConnectionState state = BW_CONNECTION_STATE_SIGNED_OUT;
  const char *icon_name;
  const BwMe *me = NULL;

  if (self->connection != NULL)
    {
      state = bw_connection_get_state (self->connection);
      me = bw_connection_get_me (self->connection);
      gtk_label_set_text (self->address_label, bw_connection_get_url (self->connection));
    }

  gtk_label_set_text (self->state_label, describe_state (state, &icon_name));
  gtk_image_set_from_icon_name (self->state_image, icon_name);
  gtk_widget_set_visible (GTK_WIDGET (self->address_label), self->connection != NULL);
  gtk_label_set_text (self->user_label, me != NULL ? me->name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->user_label), me != NULL);
  gtk_widget_set_visible (self->retry_button, state == BW_CONNECTION_STATE_OFFLINE);
  update_active (self);
}

static void
popdown_cb (BwServerButton *self)
{
  gtk_popover_popdown (self->popover);
}

static void
bw_server_button_dispose (GObject *object)
{
  BwServerButton *self = BW_SERVER_BUTTON (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_func (self->connection, update_state, self);
  g_clear_object (&self->connection);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_SERVER_BUTTON);

  G_OBJECT_CLASS (bw_server_button_parent_class)->dispose (object);
}

static void
bw_server_button_class_init (BwServerButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_server_button_dispose;

  g_type_ensure (BW_TYPE_ACTIVITY_ICON);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-server-button.ui");
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, button);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, icon);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, popover);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, state_image);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, state_label);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, address_label);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, user_label);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, active_label);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, show_button);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, retry_button);
  gtk_widget_class_bind_template_callback (widget_class, popdown_cb);
}

static void
bw_server_button_init (BwServerButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_state (self);
}

/**
 * bw_server_button_new:
 *
 * Returns: (transfer floating): a button of no server yet
 */
GtkWidget *
bw_server_button_new (void)
{
  return g_object_new (BW_TYPE_SERVER_BUTTON, NULL);
}

/**
 * bw_server_button_set_connection:
 * @self: a button
 * @connection: (nullable): the connection to tell of
 */
void
bw_server_button_set_connection (BwServerButton *self, BwConnection *connection)
{
  g_return_if_fail (BW_IS_SERVER_BUTTON (self));

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_func (self->connection, update_state, self);

  g_set_object (&self->connection, connection);
  if (connection != NULL)
    {
      g_signal_connect_swapped (connection, "notify::state", G_CALLBACK (update_state), self);
      g_signal_connect_swapped (connection, "notify::me", G_CALLBACK (update_state), self);
    }

  update_state (self);
}

/**
 * bw_server_button_set_active:
 * @self: a button
 * @n_active: how many jobs that the user may see are active
 */
void
bw_server_button_set_active (BwServerButton *self, guint n_active)
{
  g_return_if_fail (BW_IS_SERVER_BUTTON (self));

  self->n_active = n_active;
  update_active (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-server-button.h"

#include <glib/gi18n.h>

#include "bw-activity-icon.h"
#include "bw-format.h"
#include "bw-quick-list.h"

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
  GtkWidget *quick_area;
  BwQuickList *quick_list;

  BwConnection *connection;
  BwBusiness *business;
  AdwToastOverlay *toasts; /* weak */
  GSimpleActionGroup *actions;
  gint64 n_running;
};

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_TOASTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwServerButton, bw_server_button, ADW_TYPE_BIN)

static void
update_running (BwServerButton *self)
{
  gboolean online = self->connection != NULL
                    && bw_connection_get_state (self->connection) == BW_CONNECTION_STATE_ONLINE;
  gboolean active = online && self->n_running > 0;
  g_autofree char *figure = bw_format_number (self->n_running);
  g_autofree char *text = NULL;

  if (!online)
    text = g_strdup (_ ("Not connected"));
  else if (self->n_running == 0)
    text = g_strdup (_ ("No jobs are running"));
  else
    /* Translators: the placeholder is a figure */
    text = g_strdup_printf (ngettext ("%s job is running", "%s jobs are running",
                                      (gulong) self->n_running),
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
  update_running (self);
}

static void
popdown_cb (BwServerButton *self)
{
  gtk_popover_popdown (self->popover);
}

static void
set_business (BwServerButton *self, BwBusiness *business)
{
  g_autoptr (GPtrArray) businesses = NULL;

  if (!g_set_object (&self->business, business))
    return;

  if (business != NULL)
    {
      businesses = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (businesses, g_object_ref (business));
    }
  bw_quick_list_set_businesses (self->quick_list, businesses);
  gtk_widget_set_visible (self->quick_area, business != NULL);
}

static void
popup_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_menu_button_popup (BW_SERVER_BUTTON (user_data)->button);
}

/* From the keyboard and the tray it can be opened wherever the focus is. */
static void
bw_server_button_root (GtkWidget *widget)
{
  BwServerButton *self = BW_SERVER_BUTTON (widget);

  GTK_WIDGET_CLASS (bw_server_button_parent_class)->root (widget);
  gtk_widget_insert_action_group (GTK_WIDGET (gtk_widget_get_root (widget)), "server",
                                  G_ACTION_GROUP (self->actions));
}

static void
bw_server_button_unroot (GtkWidget *widget)
{
  gtk_widget_insert_action_group (GTK_WIDGET (gtk_widget_get_root (widget)), "server", NULL);
  GTK_WIDGET_CLASS (bw_server_button_parent_class)->unroot (widget);
}

static void
bw_server_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwServerButton *self = BW_SERVER_BUTTON (object);

  switch (id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, self->business);
      break;
    case PROP_TOASTS:
      g_value_set_object (value, self->toasts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_server_button_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwServerButton *self = BW_SERVER_BUTTON (object);

  switch (id)
    {
    case PROP_BUSINESS:
      set_business (self, g_value_get_object (value));
      break;
    case PROP_TOASTS:
      g_set_weak_pointer (&self->toasts, g_value_get_object (value));
      bw_quick_list_set_toasts (self->quick_list, self->toasts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_server_button_dispose (GObject *object)
{
  BwServerButton *self = BW_SERVER_BUTTON (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_func (self->connection, update_state, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->business);
  g_clear_weak_pointer (&self->toasts);
  g_clear_object (&self->actions);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_SERVER_BUTTON);

  G_OBJECT_CLASS (bw_server_button_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
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
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, quick_area);
  gtk_widget_class_bind_template_child (widget_class, BwServerButton, quick_list);
  gtk_widget_class_bind_template_callback (widget_class, popdown_cb);
}

static void
bw_server_button_class_init (BwServerButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = bw_server_button_dispose;
  object_class->get_property = bw_server_button_get_property;
  object_class->set_property = bw_server_button_set_property;
  widget_class->root = bw_server_button_root;
  widget_class->unroot = bw_server_button_unroot;

  /**
   * BwServerButton:business:
   *
   * Whose running and recent jobs the quick tool lists.
   */
  properties[PROP_BUSINESS] = g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS, flags);

  /**
   * BwServerButton:toasts:
   *
   * Where the outcome of what is done in the quick tool is said.
   */
  properties[PROP_TOASTS] =
      g_param_spec_object ("toasts", NULL, NULL, ADW_TYPE_TOAST_OVERLAY, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_ACTIVITY_ICON);
  g_type_ensure (BW_TYPE_QUICK_LIST);
  bind_template (widget_class);
}

static void
bw_server_button_init (BwServerButton *self)
{
  static const GActionEntry entries[] = { { "popup", popup_action } };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
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
 * bw_server_button_set_running:
 * @self: a button
 * @n_running: how many jobs that the user may see run, or will as soon as a worker takes them
 */
void
bw_server_button_set_running (BwServerButton *self, gint64 n_running)
{
  g_return_if_fail (BW_IS_SERVER_BUTTON (self));

  self->n_running = n_running;
  update_running (self);
}

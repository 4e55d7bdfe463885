/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-background.h"

#include <glib/gi18n.h>
#include <libportal/portal.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define NOTIFICATION_ID "background"

struct _BwBackground
{
  GObject parent_instance;

  GtkApplication *application; /* which has this */
  BwSession *session;
  GSettings *settings;
  GCancellable *cancellable;

  gboolean holding; /* the application goes on without a window */
  gboolean asked;   /* the desktop was asked for its leave */
  gboolean refused; /* and did not give it */
};

G_DEFINE_FINAL_TYPE (BwBackground, bw_background, G_TYPE_OBJECT)

static gboolean
has_sign_in (BwBackground *self)
{
  return bw_session_get_connection (self->session) != NULL
         || bw_session_get_restoring (self->session);
}

static void
update (BwBackground *self)
{
  gboolean hold = !self->refused && has_sign_in (self)
                  && g_settings_get_boolean (self->settings, "run-in-background");

  if (hold == self->holding)
    return;

  self->holding = hold;
  if (hold)
    g_application_hold (G_APPLICATION (self->application));
  else
    {
      g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_ID);
      g_application_release (G_APPLICATION (self->application));
    }
}

/* Who closes the window for the first time may think that this was the end of it. */
static void
explain (BwBackground *self)
{
  g_autoptr (GNotification) notification = NULL;

  if (!self->holding || g_settings_get_boolean (self->settings, "background-explained"))
    return;

  g_settings_set_boolean (self->settings, "background-explained", TRUE);
  notification = g_notification_new (_ ("Batchwork goes on in the background"));
  g_notification_set_body (notification, _ ("It tells you when jobs are done."));
  g_notification_set_default_action (notification, "app.activate");
  g_notification_add_button (notification, _ ("Switch Off"), "app.leave-background");
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION_ID,
                                   notification);
}

static void
refuse (BwBackground *self)
{
  g_autoptr (GNotification) notification =
      g_notification_new (_ ("Batchwork may not go on in the background"));

  g_notification_set_body (
      notification, _ ("You are not told when jobs are done while its window is closed. Allow it "
                       "in the settings of your desktop, under Apps."));
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION_ID,
                                   notification);
  self->refused = TRUE;
  self->holding = FALSE;
  g_application_release (G_APPLICATION (self->application));
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BwBackground *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean granted = xdp_portal_request_background_finish (XDP_PORTAL (source), result, &error);

  if (!granted && g_cancellable_is_cancelled (self->cancellable))
    {
      g_object_unref (self);
      return;
    }

  /* A portal that can't be asked does not forbid anything. */
  if (!granted
      && (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED)))
    {
      if (self->holding)
        refuse (self);
    }
  else
    {
      if (error != NULL)
        g_message ("The desktop could not be asked whether to go on in the background: %s",
                   error->message);
      explain (self);
    }
  g_object_unref (self);
}

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BwBackground) self = user_data;
  g_autoptr (GDBusProxy) proxy = g_dbus_proxy_new_for_bus_finish (result, NULL);
  g_autoptr (XdpPortal) portal = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (proxy == NULL || g_dbus_proxy_get_cached_property (proxy, "version") == NULL)
    {
      explain (self);
      return;
    }

  portal = xdp_portal_new ();
  xdp_portal_request_background (portal, NULL, _ ("To tell you when jobs are done"), NULL,
                                 XDP_BACKGROUND_FLAG_NONE, self->cancellable, asked_cb,
                                 g_object_ref (self));
}

static void
ask (BwBackground *self)
{
  if (!self->holding)
    return;
  if (self->asked)
    {
      explain (self);
      return;
    }

  self->asked = TRUE;
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS, NULL,
                            PORTAL_NAME, "/org/freedesktop/portal/desktop",
                            "org.freedesktop.portal.Background", self->cancellable, portal_cb,
                            g_object_ref (self));
}

static void
window_removed_cb (BwBackground *self)
{
  if (gtk_application_get_windows (self->application) == NULL)
    ask (self);
}

static void
window_added_cb (BwBackground *self)
{
  g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_ID);
}

static void
bw_background_dispose (GObject *object)
{
  BwBackground *self = BW_BACKGROUND (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (bw_background_parent_class)->dispose (object);
}

static void
bw_background_class_init (BwBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_background_dispose;
}

static void
bw_background_init (BwBackground *self)
{
  self->cancellable = g_cancellable_new ();
  self->settings = g_settings_new ("io.github.batchwork.Batchwork");
}

/**
 * bw_background_new:
 * @application: what goes on or ends; outlives this
 * @session: whose sign-in it goes on for
 *
 * Returns: (transfer full): what holds the application
 */
BwBackground *
bw_background_new (GtkApplication *application, BwSession *session)
{
  BwBackground *self = g_object_new (BW_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::connection", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::restoring", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::run-in-background", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "window-removed", G_CALLBACK (window_removed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "window-added", G_CALLBACK (window_added_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);

  return self;
}

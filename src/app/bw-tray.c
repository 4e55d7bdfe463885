/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The protocol: org.kde.StatusNotifierItem, as freedesktop.org's draft and KDE's interface files
 * have it. Icons go by name, so that the desktop draws them in its own colours.
 */
#include "bw-config.h"

#include "bw-tray.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-notice.h"
#include "bw-pause-list.h"
#include "bw-tray-menu.h"

#define ITEM_INTERFACE "org.kde.StatusNotifierItem"
#define ITEM_PATH "/StatusNotifierItem"
#define MENU_PATH "/StatusNotifierItem/Menu"
#define WATCHER_NAME "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"

/* A turn in as many pictures; how long each of them stands, in milliseconds. */
#define N_FRAMES 8
#define FRAME_TIME 400

/* How often the menu is brought up to date at most, in milliseconds. */
#define MENU_INTERVAL 1000

/* How many running jobs the menu names. */
#define MAX_JOBS 8

static const char interface_xml[] =
    "<node><interface name='" ITEM_INTERFACE "'>"
    "<property name='Category' type='s' access='read'/>"
    "<property name='Id' type='s' access='read'/>"
    "<property name='Title' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/>"
    "<property name='WindowId' type='i' access='read'/>"
    "<property name='IconThemePath' type='s' access='read'/>"
    "<property name='Menu' type='o' access='read'/>"
    "<property name='ItemIsMenu' type='b' access='read'/>"
    "<property name='IconName' type='s' access='read'/>"
    "<property name='IconAccessibleDesc' type='s' access='read'/>"
    "<property name='IconPixmap' type='a(iiay)' access='read'/>"
    "<property name='OverlayIconName' type='s' access='read'/>"
    "<property name='OverlayIconPixmap' type='a(iiay)' access='read'/>"
    "<property name='AttentionIconName' type='s' access='read'/>"
    "<property name='AttentionIconPixmap' type='a(iiay)' access='read'/>"
    "<property name='AttentionMovieName' type='s' access='read'/>"
    "<property name='ToolTip' type='(sa(iiay)ss)' access='read'/>"
    "<method name='ContextMenu'>"
    "<arg name='x' type='i' direction='in'/><arg name='y' type='i' direction='in'/></method>"
    "<method name='Activate'>"
    "<arg name='x' type='i' direction='in'/><arg name='y' type='i' direction='in'/></method>"
    "<method name='SecondaryActivate'>"
    "<arg name='x' type='i' direction='in'/><arg name='y' type='i' direction='in'/></method>"
    "<method name='Scroll'>"
    "<arg name='delta' type='i' direction='in'/>"
    "<arg name='orientation' type='s' direction='in'/></method>"
    "<method name='ProvideXdgActivationToken'>"
    "<arg name='token' type='s' direction='in'/></method>"
    "<signal name='NewTitle'/><signal name='NewIcon'/><signal name='NewAttentionIcon'/>"
    "<signal name='NewOverlayIcon'/><signal name='NewMenu'/><signal name='NewToolTip'/>"
    "<signal name='NewStatus'><arg name='status' type='s'/></signal>"
    "</interface></node>";

struct _BwTray
{
  GObject parent_instance;

  GApplication *application; /* which has the tray */
  BwJobWatch *watch;
  BwTrayMenu *menu;

  guint watcher_watch;
  GDBusConnection *bus; /* while there is a watcher */
  guint registration;   /* of the item; 0 while it is not offered */
  GCancellable *registering;
  char *token; /* with which the next window may come to the front */

  gint64 n_running;
  guint frame; /* 0: at rest; 1 to N_FRAMES: moving */
  guint frame_source;
  guint menu_source;
};

G_DEFINE_FINAL_TYPE (BwTray, bw_tray, G_TYPE_OBJECT)

/* What the icon says */

static char *
get_icon_name (BwTray *self)
{
  if (self->frame == 0)
    return g_strdup (APPLICATION_ID "-tray-symbolic");

  return g_strdup_printf (APPLICATION_ID "-tray-%u-symbolic", self->frame);
}

static char *
describe_running (BwTray *self)
{
  g_autofree char *figure = bw_format_number (self->n_running);

  if (self->n_running == 0)
    return g_strdup (_ ("No jobs are running"));

  /* Translators: the placeholder is a figure */
  return g_strdup_printf (
      ngettext ("%s job is running", "%s jobs are running", (gulong) self->n_running), figure);
}

static GVariant *
get_text_property (BwTray *self, const char *name)
{
  g_autofree char *running = describe_running (self);

  if (g_str_equal (name, "IconName"))
    return g_variant_new_take_string (get_icon_name (self));
  if (g_str_equal (name, "IconAccessibleDesc"))
    /* Translators: what a screen reader says of the icon; %s is "3 jobs are running" */
    return g_variant_new_take_string (g_strdup_printf (_ ("Batchwork: %s"), running));
  if (g_str_equal (name, "ToolTip"))
    return g_variant_new ("(s@a(iiay)ss)", "", g_variant_new ("a(iiay)", NULL), _ ("Batchwork"),
                          running);

  return NULL;
}

static GVariant *
get_property_cb (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *name,
                 GError **error,
                 gpointer user_data)
{
  const char *icons = g_getenv ("BATCHWORK_ICON_PATH");

  if (g_str_equal (name, "Category"))
    return g_variant_new_string ("ApplicationStatus");
  if (g_str_equal (name, "Id"))
    return g_variant_new_string (APPLICATION_ID);
  if (g_str_equal (name, "Title"))
    return g_variant_new_string (_ ("Batchwork"));
  if (g_str_equal (name, "Status"))
    return g_variant_new_string ("Active");
  if (g_str_equal (name, "WindowId"))
    return g_variant_new_int32 (0);
  if (g_str_equal (name, "IconThemePath"))
    return g_variant_new_string (icons != NULL ? icons : "");
  if (g_str_equal (name, "Menu"))
    return g_variant_new_object_path (MENU_PATH);
  if (g_str_equal (name, "ItemIsMenu"))
    return g_variant_new_boolean (FALSE);
  if (g_str_has_suffix (name, "Pixmap"))
    return g_variant_new ("a(iiay)", NULL);
  if (g_str_has_prefix (name, "Overlay") || g_str_has_prefix (name, "Attention"))
    return g_variant_new_string ("");

  return get_text_property (user_data, name);
}

static void
emit (BwTray *self, const char *signal)
{
  if (self->registration != 0)
    g_dbus_connection_emit_signal (self->bus, NULL, ITEM_PATH, ITEM_INTERFACE, signal, NULL, NULL);
}

/* What moves */

static gboolean
frame_cb (gpointer user_data)
{
  BwTray *self = user_data;

  self->frame = self->frame % N_FRAMES + 1;
  emit (self, "NewIcon");

  return G_SOURCE_CONTINUE;
}

/* Nothing wakes up for an icon that is at rest, or that nobody shows. */
static void
update_movement (BwTray *self)
{
  gboolean moving = self->n_running > 0 && self->registration != 0;

  if (moving == (self->frame_source != 0))
    return;

  if (moving)
    {
      self->frame_source = g_timeout_add (FRAME_TIME, frame_cb, self);
      self->frame = 1;
    }
  else
    {
      g_clear_handle_id (&self->frame_source, g_source_remove);
      self->frame = 0;
    }
  emit (self, "NewIcon");
}

/* The menu */

/* Underscores would be taken for mnemonics. */
static char *
escape (const char *text)
{
  GString *escaped = g_string_new (text);

  g_string_replace (escaped, "_", "__", 0);

  return g_string_free_and_steal (escaped);
}

static void
add_item (GPtrArray *items,
          const char *key,
          const char *label,
          const char *action,
          GVariant *target)
{
  g_ptr_array_add (items, bw_tray_item_new (key, label, action, target));
}

static void
add_running (BwTray *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) jobs = bw_job_watch_list_running (self->watch, MAX_JOBS);
  g_autofree char *running = describe_running (self);

  add_item (items, "running", running, NULL, NULL);
  for (guint i = 0; i < jobs->len; i++)
    {
      const BwWatchedJob *running_job = g_ptr_array_index (jobs, i);
      const BwJob *job = running_job->job;
      g_autofree char *key = bw_notice_get_id (running_job->business, job->id);
      g_autofree char *name = escape (job->name);
      g_autofree char *progress =
          job->state == BW_JOB_STATE_PROCESSING
              ? bw_format_progress (job)
              : g_strdup (bw_format_job_state (job->state, job->conditions));
      /* Translators: a job's name, and how far it is: "48 of 120", "40%" or "Initiated" */
      g_autofree char *label = g_strdup_printf (_ ("%s: %s"), name, progress);

      add_item (items, key, label, "open-job",
                bw_notice_get_target (running_job->business, job->id));
    }
  add_item (items, "line-1", NULL, NULL, NULL);
}

/* Who has no right to it is offered neither; and nobody what would change nothing. */
static gboolean
is_offered (BwBusiness *business, const char *action)
{
  BwPauseList *pauses = bw_pause_list_get (business);

  if (!bw_business_may (business, BW_PERMISSION_PAUSE))
    return FALSE;
  if (g_str_equal (action, "pause-all"))
    return bw_pause_list_find_for_all (pauses) == NULL;

  return g_list_model_get_n_items (G_LIST_MODEL (pauses)) > 0;
}

/* One entry where there is one business; a submenu where there are several. */
static void
add_for_businesses (BwTray *self,
                    GPtrArray *items,
                    const char *action,
                    const char *label,
                    const char *label_of_several)
{
  g_autoptr (GPtrArray) children =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_tray_item_free);
  BwTrayItem *item;

  for (guint i = 0; i < bw_job_watch_get_n_businesses (self->watch); i++)
    {
      BwBusiness *business = bw_job_watch_get_business (self->watch, i);
      const char *id = bw_business_get_id (business);
      g_autofree char *name = escape (bw_business_get_name (business));
      g_autofree char *key = g_strdup_printf ("%s-%s", action, id);

      if (is_offered (business, action))
        add_item (children, key, name, action, g_variant_new_string (id));
    }
  if (children->len == 0)
    return;

  if (bw_job_watch_get_n_businesses (self->watch) == 1)
    {
      BwTrayItem *only = g_ptr_array_steal_index (children, 0);

      g_set_str (&only->label, label);
      g_ptr_array_add (items, only);
      return;
    }

  item = bw_tray_item_new (action, label_of_several, NULL, NULL);
  item->children = g_steal_pointer (&children);
  g_ptr_array_add (items, item);
}

static void
update_menu (BwTray *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_tray_item_free);

  g_clear_handle_id (&self->menu_source, g_source_remove);
  add_running (self, items);
  add_item (items, "open", _ ("_Open Batchwork"), "activate", NULL);
  add_item (items, "quick-tool", _ ("Running and _Recent Jobs"), "quick-tool", NULL);
  add_for_businesses (self, items, "pause-all", _ ("_Pause All Jobs…"), _ ("_Pause All Jobs"));
  add_for_businesses (self, items, "resume-all", _ ("R_esume All Jobs…"), _ ("R_esume All Jobs"));
  add_item (items, "line-2", NULL, NULL, NULL);
  add_item (items, "quit", _ ("_Quit"), "quit", NULL);
  bw_tray_menu_set_items (self->menu, items);
}

static gboolean
menu_cb (gpointer user_data)
{
  BwTray *self = user_data;

  self->menu_source = 0;
  update_menu (self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (BwTray *self)
{
  gint64 n_running = bw_job_watch_count_running (self->watch, NULL);

  if (n_running != self->n_running)
    {
      self->n_running = n_running;
      update_movement (self);
      emit (self, "NewToolTip");
    }
  if (self->registration != 0 && self->menu_source == 0)
    self->menu_source = g_timeout_add (MENU_INTERVAL, menu_cb, self);
}

/* As if the desktop had called the action by D-Bus, so that windows come to the front. */
static void
activate (BwTray *self, const char *action, GVariant *target)
{
  GApplicationClass *application_class = G_APPLICATION_GET_CLASS (self->application);
  g_autoptr (GVariant) platform_data = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (self->token != NULL)
    g_variant_dict_insert (&dict, "activation-token", "s", self->token);
  g_clear_pointer (&self->token, g_free);
  platform_data = g_variant_ref_sink (g_variant_dict_end (&dict));

  application_class->before_emit (self->application, platform_data);
  if (g_str_equal (action, "activate"))
    g_application_activate (self->application);
  else
    g_action_group_activate_action (G_ACTION_GROUP (self->application), action, target);
  application_class->after_emit (self->application, platform_data);
}

static void
activated_cb (BwTray *self, const char *action, GVariant *target)
{
  activate (self, action, target);
}

static void
method_call_cb (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  BwTray *self = user_data;

  if (g_str_equal (method, "ProvideXdgActivationToken"))
    {
      g_free (self->token);
      g_variant_get (parameters, "(s)", &self->token);
    }
  else if (g_str_equal (method, "Activate"))
    activate (self, "activate", NULL);
  else if (g_str_equal (method, "SecondaryActivate"))
    activate (self, "quick-tool", NULL);

  g_dbus_method_invocation_return_value (invocation, NULL);
}

/* Where trays come and go */

static void
withdraw (BwTray *self)
{
  if (self->registering != NULL)
    g_cancellable_cancel (self->registering);
  g_clear_object (&self->registering);
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->bus, self->registration);
  self->registration = 0;
  bw_tray_menu_unexport (self->menu);
  g_clear_handle_id (&self->menu_source, g_source_remove);
  update_movement (self);
}

static void
registered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_message ("The notification area does not take the icon: %s", error->message);
  withdraw (BW_TRAY (user_data));
}

static void
offer (BwTray *self)
{
  static const GDBusInterfaceVTable vtable = { .method_call = method_call_cb,
                                               .get_property = get_property_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (GError) error = NULL;

  self->registration = g_dbus_connection_register_object (self->bus, ITEM_PATH, info->interfaces[0],
                                                          &vtable, self, NULL, &error);
  if (self->registration == 0 || !bw_tray_menu_export (self->menu, self->bus, MENU_PATH, &error))
    {
      g_message ("The icon can't be offered to the notification area: %s", error->message);
      withdraw (self);
      return;
    }

  update_menu (self);
  update_movement (self);
  self->registering = g_cancellable_new ();
  g_dbus_connection_call (
      self->bus, WATCHER_NAME, WATCHER_PATH, WATCHER_NAME, "RegisterStatusNotifierItem",
      g_variant_new ("(s)", g_dbus_connection_get_unique_name (self->bus)), NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->registering, registered_cb, self);
}

/* The icon is there while there is something to follow, and somewhere to show it. */
static void
update_offer (BwTray *self)
{
  gboolean wanted = self->bus != NULL && bw_job_watch_get_n_businesses (self->watch) > 0;

  self->n_running = bw_job_watch_count_running (self->watch, NULL);
  if (wanted && self->registration == 0)
    offer (self);
  else if (!wanted && self->registration != 0)
    withdraw (self);
}

static void
watcher_appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  BwTray *self = user_data;

  g_set_object (&self->bus, bus);
  update_offer (self);
}

static void
watcher_vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  BwTray *self = user_data;

  withdraw (self);
  g_clear_object (&self->bus);
}

static void
bw_tray_dispose (GObject *object)
{
  BwTray *self = BW_TRAY (object);

  g_clear_handle_id (&self->watcher_watch, g_bus_unwatch_name);
  if (self->menu != NULL)
    withdraw (self);
  g_clear_handle_id (&self->frame_source, g_source_remove);
  g_clear_object (&self->menu);
  g_clear_object (&self->watch);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->token, g_free);

  G_OBJECT_CLASS (bw_tray_parent_class)->dispose (object);
}

static void
bw_tray_class_init (BwTrayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_tray_dispose;
}

static void
bw_tray_init (BwTray *self)
{
  self->menu = bw_tray_menu_new ();
  g_signal_connect_swapped (self->menu, "about-to-show", G_CALLBACK (update_menu), self);
  g_signal_connect_swapped (self->menu, "activated", G_CALLBACK (activated_cb), self);
}

/**
 * bw_tray_new:
 * @application: what the menu speaks to; outlives the tray
 * @watch: tells what runs
 *
 * Returns: (transfer full): the icon, which shows itself where and when there is a tray
 */
BwTray *
bw_tray_new (GApplication *application, BwJobWatch *watch)
{
  BwTray *self = g_object_new (BW_TYPE_TRAY, NULL);

  self->application = application;
  self->watch = g_object_ref (watch);
  g_signal_connect_object (watch, "businesses", G_CALLBACK (update_offer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (watch, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  self->watcher_watch =
      g_bus_watch_name (G_BUS_TYPE_SESSION, WATCHER_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                        watcher_appeared_cb, watcher_vanished_cb, self, NULL);

  return self;
}

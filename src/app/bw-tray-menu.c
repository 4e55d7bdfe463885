/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The protocol: com.canonical.dbusmenu, version 3, as libdbusmenu documents it and as the trays of
 * KDE, GNOME's AppIndicator extension and others speak it.
 */
#include "bw-config.h"

#include "bw-tray-menu.h"

#include <gtk/gtk.h>

/* Not every tray tells when the menu is closed: after this long it is taken for closed. */
#define OPEN_FOR (30 * G_TIME_SPAN_SECOND)

#define INTERFACE "com.canonical.dbusmenu"

static const char interface_xml[] =
    "<node><interface name='" INTERFACE "'>"
    "<property name='Version' type='u' access='read'/>"
    "<property name='TextDirection' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/>"
    "<property name='IconThemePath' type='as' access='read'/>"
    "<method name='GetLayout'>"
    "<arg type='i' name='parent' direction='in'/><arg type='i' name='depth' direction='in'/>"
    "<arg type='as' name='names' direction='in'/>"
    "<arg type='u' name='revision' direction='out'/>"
    "<arg type='(ia{sv}av)' name='layout' direction='out'/></method>"
    "<method name='GetGroupProperties'>"
    "<arg type='ai' name='ids' direction='in'/><arg type='as' name='names' direction='in'/>"
    "<arg type='a(ia{sv})' name='properties' direction='out'/></method>"
    "<method name='GetProperty'>"
    "<arg type='i' name='id' direction='in'/><arg type='s' name='name' direction='in'/>"
    "<arg type='v' name='value' direction='out'/></method>"
    "<method name='Event'>"
    "<arg type='i' name='id' direction='in'/><arg type='s' name='event' direction='in'/>"
    "<arg type='v' name='data' direction='in'/><arg type='u' name='time' direction='in'/></method>"
    "<method name='EventGroup'>"
    "<arg type='a(isvu)' name='events' direction='in'/>"
    "<arg type='ai' name='unknown' direction='out'/></method>"
    "<method name='AboutToShow'>"
    "<arg type='i' name='id' direction='in'/><arg type='b' name='changed' "
    "direction='out'/></method>"
    "<method name='AboutToShowGroup'>"
    "<arg type='ai' name='ids' direction='in'/><arg type='ai' name='changed' direction='out'/>"
    "<arg type='ai' name='unknown' direction='out'/></method>"
    "<signal name='ItemsPropertiesUpdated'>"
    "<arg type='a(ia{sv})' name='updated'/><arg type='a(ias)' name='removed'/></signal>"
    "<signal name='LayoutUpdated'>"
    "<arg type='u' name='revision'/><arg type='i' name='parent'/></signal>"
    "<signal name='ItemActivationRequested'>"
    "<arg type='i' name='id'/><arg type='u' name='time'/></signal>"
    "</interface></node>";

struct _BwTrayMenu
{
  GObject parent_instance;

  GDBusConnection *bus;
  char *path;
  guint registration;

  BwTrayItem *root;
  GHashTable *ids; /* char * → id of the entry that has or had the key */
  int last_id;
  guint32 revision;
  gint64 opened_at; /* monotonic; 0: closed */
};

enum
{
  ABOUT_TO_SHOW,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwTrayMenu, bw_tray_menu, G_TYPE_OBJECT)

/* Entries */

static BwTrayItem *
find (BwTrayItem *item, int id)
{
  if (item->id == id)
    return item;

  for (guint i = 0; item->children != NULL && i < item->children->len; i++)
    {
      BwTrayItem *found = find (g_ptr_array_index (item->children, i), id);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
is_asked_for (const char *name, const char *const *names)
{
  return names == NULL || names[0] == NULL || g_strv_contains (names, name);
}

/* Only what differs from what the protocol presumes is told. */
static GVariant *
get_properties (const BwTrayItem *item, const char *const *names)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (item->id != 0 && item->label == NULL && is_asked_for ("type", names))
    g_variant_builder_add (&builder, "{sv}", "type", g_variant_new_string ("separator"));
  if (item->label != NULL && is_asked_for ("label", names))
    g_variant_builder_add (&builder, "{sv}", "label", g_variant_new_string (item->label));
  if (item->label != NULL && item->action == NULL && item->children == NULL
      && is_asked_for ("enabled", names))
    g_variant_builder_add (&builder, "{sv}", "enabled", g_variant_new_boolean (FALSE));
  if (item->children != NULL && is_asked_for ("children-display", names))
    g_variant_builder_add (&builder, "{sv}", "children-display", g_variant_new_string ("submenu"));

  return g_variant_builder_end (&builder);
}

static GVariant *
get_layout (const BwTrayItem *item, int depth, const char *const *names)
{
  GVariantBuilder children;

  g_variant_builder_init (&children, G_VARIANT_TYPE ("av"));
  for (guint i = 0; depth != 0 && item->children != NULL && i < item->children->len; i++)
    g_variant_builder_add (&children, "v",
                           get_layout (g_ptr_array_index (item->children, i), depth - 1, names));

  return g_variant_new ("(i@a{sv}av)", item->id, get_properties (item, names), &children);
}

/* Entries keep their ids as long as they are there. */
static void
assign_ids (BwTrayMenu *self, BwTrayItem *item, GHashTable *ids)
{
  for (guint i = 0; item->children != NULL && i < item->children->len; i++)
    {
      BwTrayItem *child = g_ptr_array_index (item->children, i);

      child->id = GPOINTER_TO_INT (g_hash_table_lookup (self->ids, child->key));
      if (child->id == 0)
        child->id = ++self->last_id;
      g_hash_table_insert (ids, g_strdup (child->key), GINT_TO_POINTER (child->id));
      assign_ids (self, child, ids);
    }
}

/* Whether both have the same entries in the same places, whatever these say. */
static gboolean
has_same_layout (const BwTrayItem *a, const BwTrayItem *b)
{
  if (a->id != b->id || (a->children == NULL) != (b->children == NULL))
    return FALSE;
  if (a->children == NULL)
    return TRUE;
  if (a->children->len != b->children->len)
    return FALSE;

  for (guint i = 0; i < a->children->len; i++)
    if (!has_same_layout (a->children->pdata[i], b->children->pdata[i]))
      return FALSE;

  return TRUE;
}

/* Which entries say something else than the tray knows. New ones it asks for. */
static void
note_outdated (BwTrayItem *old_root, BwTrayItem *item)
{
  const BwTrayItem *old = find (old_root, item->id);

  item->outdated = old != NULL
                   && (old->outdated || g_strcmp0 (old->label, item->label) != 0
                       || (old->action == NULL) != (item->action == NULL));
  for (guint i = 0; item->children != NULL && i < item->children->len; i++)
    note_outdated (old_root, item->children->pdata[i]);
}

/* What the tray is told */

static void
emit (BwTrayMenu *self, const char *signal, GVariant *parameters)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);

  if (self->registration != 0)
    g_dbus_connection_emit_signal (self->bus, NULL, self->path, INTERFACE, signal, sunk, NULL);
}

static void
collect_outdated (BwTrayItem *item, GVariantBuilder *builder, guint *n)
{
  if (item->outdated)
    {
      g_variant_builder_add (builder, "(i@a{sv})", item->id, get_properties (item, NULL));
      item->outdated = FALSE;
      ++*n;
    }
  for (guint i = 0; item->children != NULL && i < item->children->len; i++)
    collect_outdated (item->children->pdata[i], builder, n);
}

static guint
tell_outdated (BwTrayMenu *self)
{
  GVariantBuilder builder;
  guint n = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ia{sv})"));
  collect_outdated (self->root, &builder, &n);
  if (n > 0)
    emit (self, "ItemsPropertiesUpdated",
          g_variant_new ("(a(ia{sv})@a(ias))", &builder, g_variant_new ("a(ias)", NULL)));
  else
    g_variant_builder_clear (&builder);

  return n;
}

/* What the tray asks */

static gboolean
about_to_show (BwTrayMenu *self)
{
  guint32 revision = self->revision;

  self->opened_at = g_get_monotonic_time ();
  g_signal_emit (self, signals[ABOUT_TO_SHOW], 0);
  tell_outdated (self);

  return self->revision != revision;
}

static gboolean
take_event (BwTrayMenu *self, int id, const char *event)
{
  BwTrayItem *item = find (self->root, id);

  if (item == NULL)
    return FALSE;
  if (id == 0 && g_str_equal (event, "closed"))
    self->opened_at = 0;
  else if (id == 0 && g_str_equal (event, "opened"))
    self->opened_at = g_get_monotonic_time ();
  else if (g_str_equal (event, "clicked") && item->action != NULL)
    {
      /* What is done may change the menu. */
      g_autofree char *action = g_strdup (item->action);
      g_autoptr (GVariant) target = item->target != NULL ? g_variant_ref (item->target) : NULL;

      self->opened_at = 0;
      g_signal_emit (self, signals[ACTIVATED], 0, action, target);
    }

  return TRUE;
}

static GVariant *
answer_get_group_properties (BwTrayMenu *self, GVariant *parameters)
{
  g_autoptr (GVariantIter) ids = NULL;
  g_autofree const char **names = NULL;
  GVariantBuilder builder;
  int id;

  g_variant_get (parameters, "(ai^a&s)", &ids, &names);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ia{sv})"));
  while (g_variant_iter_next (ids, "i", &id))
    {
      const BwTrayItem *item = find (self->root, id);

      if (item != NULL)
        g_variant_builder_add (&builder, "(i@a{sv})", id,
                               get_properties (item, (const char *const *) names));
    }

  return g_variant_new ("(a(ia{sv}))", &builder);
}

static GVariant *
answer_event_group (BwTrayMenu *self, GVariant *parameters)
{
  g_autoptr (GVariantIter) events = NULL;
  GVariantBuilder unknown;
  const char *event;
  int id;

  g_variant_get (parameters, "(a(isvu))", &events);
  g_variant_builder_init (&unknown, G_VARIANT_TYPE ("ai"));
  while (g_variant_iter_next (events, "(i&svu)", &id, &event, NULL, NULL))
    if (!take_event (self, id, event))
      g_variant_builder_add (&unknown, "i", id);

  return g_variant_new ("(ai)", &unknown);
}

static GVariant *
answer_about_to_show_group (BwTrayMenu *self, GVariant *parameters)
{
  g_autoptr (GVariantIter) ids = NULL;
  gboolean changed = about_to_show (self);
  GVariantBuilder outdated, unknown;
  int id;

  g_variant_get (parameters, "(ai)", &ids);
  g_variant_builder_init (&outdated, G_VARIANT_TYPE ("ai"));
  g_variant_builder_init (&unknown, G_VARIANT_TYPE ("ai"));
  while (g_variant_iter_next (ids, "i", &id))
    if (find (self->root, id) == NULL)
      g_variant_builder_add (&unknown, "i", id);
    else if (changed)
      g_variant_builder_add (&outdated, "i", id);

  return g_variant_new ("(aiai)", &outdated, &unknown);
}

/* Returns: (nullable): the answer; %NULL where the entry asked for is not there */
static GVariant *
answer_get_layout (BwTrayMenu *self, GVariant *parameters)
{
  g_autofree const char **names = NULL;
  const BwTrayItem *item;
  int id, depth;

  g_variant_get (parameters, "(ii^a&s)", &id, &depth, &names);
  item = find (self->root, id);

  return item != NULL ? g_variant_new ("(u@(ia{sv}av))", self->revision,
                                       get_layout (item, depth, (const char *const *) names))
                      : NULL;
}

static GVariant *
answer_get_property (BwTrayMenu *self, GVariant *parameters)
{
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) value = NULL;
  const BwTrayItem *item;
  const char *name;
  int id;

  g_variant_get (parameters, "(i&s)", &id, &name);
  item = find (self->root, id);
  if (item == NULL)
    return NULL;

  properties = g_variant_ref_sink (get_properties (item, NULL));
  value = g_variant_lookup_value (properties, name, NULL);

  return value != NULL ? g_variant_new ("(v)", value) : NULL;
}

static GVariant *
answer_event (BwTrayMenu *self, GVariant *parameters)
{
  const char *event;
  int id;

  g_variant_get (parameters, "(i&svu)", &id, &event, NULL, NULL);

  return take_event (self, id, event) ? g_variant_new_tuple (NULL, 0) : NULL;
}

static GVariant *
answer_about_to_show (BwTrayMenu *self, GVariant *parameters)
{
  return g_variant_new ("(b)", about_to_show (self));
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
  static const struct
  {
    const char *method;
    GVariant *(*answer) (BwTrayMenu *, GVariant *);
  } methods[] = {
    { "GetLayout", answer_get_layout },
    { "GetGroupProperties", answer_get_group_properties },
    { "GetProperty", answer_get_property },
    { "Event", answer_event },
    { "EventGroup", answer_event_group },
    { "AboutToShow", answer_about_to_show },
    { "AboutToShowGroup", answer_about_to_show_group },
  };
  GVariant *answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].method, method))
      answer = methods[i].answer (user_data, parameters);

  if (answer != NULL)
    g_dbus_method_invocation_return_value (invocation, answer);
  else
    g_dbus_method_invocation_return_error_literal (
        invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
        "The menu has no such entry, or it no such property");
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
  if (g_str_equal (name, "Version"))
    return g_variant_new_uint32 (3);
  if (g_str_equal (name, "TextDirection"))
    return g_variant_new_string (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? "rtl"
                                                                                         : "ltr");
  if (g_str_equal (name, "Status"))
    return g_variant_new_string ("normal");

  return g_variant_new_strv (NULL, 0);
}

static void
bw_tray_menu_dispose (GObject *object)
{
  bw_tray_menu_unexport (BW_TRAY_MENU (object));

  G_OBJECT_CLASS (bw_tray_menu_parent_class)->dispose (object);
}

static void
bw_tray_menu_finalize (GObject *object)
{
  BwTrayMenu *self = BW_TRAY_MENU (object);

  bw_tray_item_free (self->root);
  g_hash_table_unref (self->ids);

  G_OBJECT_CLASS (bw_tray_menu_parent_class)->finalize (object);
}

static void
bw_tray_menu_class_init (BwTrayMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_tray_menu_dispose;
  G_OBJECT_CLASS (klass)->finalize = bw_tray_menu_finalize;

  signals[ABOUT_TO_SHOW] = g_signal_new ("about-to-show", BW_TYPE_TRAY_MENU, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", BW_TYPE_TRAY_MENU, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
}

static void
bw_tray_menu_init (BwTrayMenu *self)
{
  self->root = bw_tray_item_new ("", NULL, NULL, NULL);
  self->root->children = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_tray_item_free);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->revision = 1;
}

/**
 * bw_tray_menu_new:
 *
 * Returns: (transfer full): a menu without entries
 */
BwTrayMenu *
bw_tray_menu_new (void)
{
  return g_object_new (BW_TYPE_TRAY_MENU, NULL);
}

/**
 * bw_tray_menu_export:
 * @self: a menu
 * @bus: where trays are
 * @path: where on it
 * @error: return location
 *
 * Offers the menu on the bus.
 *
 * Returns: whether that went well
 */
gboolean
bw_tray_menu_export (BwTrayMenu *self, GDBusConnection *bus, const char *path, GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = method_call_cb,
                                               .get_property = get_property_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (interface_xml, NULL);

  g_return_val_if_fail (BW_IS_TRAY_MENU (self), FALSE);
  g_return_val_if_fail (self->registration == 0, FALSE);

  self->registration = g_dbus_connection_register_object (bus, path, info->interfaces[0], &vtable,
                                                          self, NULL, error);
  if (self->registration == 0)
    return FALSE;

  self->bus = g_object_ref (bus);
  self->path = g_strdup (path);

  return TRUE;
}

/**
 * bw_tray_menu_unexport:
 * @self: a menu
 *
 * Takes it off the bus.
 */
void
bw_tray_menu_unexport (BwTrayMenu *self)
{
  g_return_if_fail (BW_IS_TRAY_MENU (self));

  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->bus, self->registration);
  self->registration = 0;
  self->opened_at = 0;
  g_clear_object (&self->bus);
  g_clear_pointer (&self->path, g_free);
}

/**
 * bw_tray_menu_is_open:
 * @self: a menu
 *
 * Returns: whether the user may be looking at it
 */
gboolean
bw_tray_menu_is_open (BwTrayMenu *self)
{
  g_return_val_if_fail (BW_IS_TRAY_MENU (self), FALSE);

  return self->opened_at != 0 && g_get_monotonic_time () - self->opened_at < OPEN_FOR;
}

/**
 * bw_tray_menu_set_items:
 * @self: a menu
 * @items: (transfer full) (element-type BwTrayItem): its entries from now on
 *
 * Tells the tray of entries that came, went or moved; of entries that only say something else, if
 * the menu is open, or as soon as it is.
 */
void
bw_tray_menu_set_items (BwTrayMenu *self, GPtrArray *items)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BwTrayItem *old;

  g_return_if_fail (BW_IS_TRAY_MENU (self));

  old = g_steal_pointer (&self->root);
  self->root = bw_tray_item_new ("", NULL, NULL, NULL);
  self->root->children = items;
  assign_ids (self, self->root, ids);
  g_hash_table_unref (self->ids);
  self->ids = ids;
  note_outdated (old, self->root);

  if (!has_same_layout (old, self->root))
    {
      self->revision++;
      emit (self, "LayoutUpdated", g_variant_new ("(ui)", self->revision, 0));
    }
  if (bw_tray_menu_is_open (self))
    tell_outdated (self);
  bw_tray_item_free (old);
}

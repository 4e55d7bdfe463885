/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-saved-filters-menu.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-saved-filters-dialog.h"
#include "bw-saved-filters.h"

/* How many of them have keys of their own. */
#define N_KEYS 9

struct _BwSavedFiltersMenu
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GMenu *menu;
  GSimpleActionGroup *actions;
  BwSavedFilters *saved;
  BwListFilter *filter;
};

G_DEFINE_FINAL_TYPE (BwSavedFiltersMenu, bw_saved_filters_menu, ADW_TYPE_BIN)

static GSimpleAction *
get_action (BwSavedFiltersMenu *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name));
}

/* Which of them the present filter is, and whether there is something to save. */
static void
follow (BwSavedFiltersMenu *self)
{
  const char *id = NULL;

  if (self->filter == NULL || self->saved == NULL)
    return;

  id = bw_saved_filters_match (self->saved, self->filter);
  g_simple_action_set_state (get_action (self, "choose"), g_variant_new_string (id != NULL ? id : ""));
  g_simple_action_set_enabled (get_action (self, "save"), id == NULL && !bw_list_filter_is_default (self->filter));
}

static void
add_saved (BwSavedFiltersMenu *self, GMenu *section)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->saved));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BwSavedFilter) saved = g_list_model_get_item (G_LIST_MODEL (self->saved), i);
      /* An underscore in a name is no mnemonic. */
      g_auto (GStrv) parts = g_strsplit (bw_saved_filter_get_name (saved), "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);
      g_autofree char *key = g_strdup_printf ("<Control>%u", i + 1);

      g_menu_item_set_action_and_target (item, "saved.choose", "s", bw_saved_filter_get_id (saved));
      if (i < N_KEYS)
        g_menu_item_set_attribute (item, "accel", "s", key);
      g_menu_append_item (section, item);
    }
}

static void
update_menu (BwSavedFiltersMenu *self)
{
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) second = g_menu_new ();
  g_autoptr (GMenuItem) save = g_menu_item_new (_ ("_Save Filter…"), "saved.save");

  add_saved (self, first);
  g_menu_item_set_attribute (save, "accel", "s", "<Control>s");
  g_menu_append_item (second, save);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->saved)) > 0)
    g_menu_append (second, _ ("_Manage Saved Filters…"), "saved.manage");

  g_menu_remove_all (self->menu);
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (first));
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (second));
  follow (self);
}

/* Actions */

static void
choose_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwSavedFiltersMenu *self = user_data;

  bw_saved_filters_apply (self->saved, g_variant_get_string (parameter, NULL), self->filter);
}

static DexFuture *
save_fiber (gpointer data)
{
  BwSavedFiltersMenu *self = data;
  g_autoptr (BwSavedFilters) saved = g_object_ref (self->saved);
  g_autoptr (BwListFilter) filter = g_object_ref (self->filter);
  g_autofree char *suggestion = bw_list_filter_describe (filter);
  g_autofree char *name = dex_await_string (
    bw_filter_name_ask (GTK_WIDGET (self), saved, _ ("Save Filter"), suggestion, NULL), NULL);

  if (name != NULL)
    bw_saved_filters_add (saved, name, filter);

  return dex_future_new_true ();
}

static void
save_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwSavedFiltersMenu *self = user_data;

  if (self->saved != NULL && self->filter != NULL)
    dex_future_disown (bw_fiber_spawn (save_fiber, g_object_ref (self), g_object_unref));
}

static void
manage_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwSavedFiltersMenu *self = user_data;

  adw_dialog_present (bw_saved_filters_dialog_new (self->saved, self->filter), GTK_WIDGET (self));
}

/* Keys */

static gboolean
save_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  BwSavedFiltersMenu *self = BW_SAVED_FILTERS_MENU (widget);

  g_action_activate (G_ACTION (get_action (self, "save")), NULL);

  return GDK_EVENT_STOP;
}

static gboolean
choose_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  BwSavedFiltersMenu *self = BW_SAVED_FILTERS_MENU (widget);
  guint position = GPOINTER_TO_UINT (user_data);
  g_autoptr (BwSavedFilter) saved
    = self->saved != NULL ? g_list_model_get_item (G_LIST_MODEL (self->saved), position) : NULL;

  if (saved == NULL)
    return GDK_EVENT_PROPAGATE;

  bw_saved_filters_apply (self->saved, bw_saved_filter_get_id (saved), self->filter);

  return GDK_EVENT_STOP;
}

static void
add_keys (BwSavedFiltersMenu *self)
{
  GtkShortcutController *controller = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());

  gtk_shortcut_controller_set_scope (controller, GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
    controller, gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_s, GDK_CONTROL_MASK),
                                  gtk_callback_action_new (save_key_cb, NULL, NULL)));
  for (guint i = 0; i < N_KEYS; i++)
    gtk_shortcut_controller_add_shortcut (
      controller, gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_1 + i, GDK_CONTROL_MASK),
                                    gtk_callback_action_new (choose_key_cb, GUINT_TO_POINTER (i), NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (controller));
}

static void
unset (BwSavedFiltersMenu *self)
{
  if (self->saved != NULL)
    g_signal_handlers_disconnect_by_func (self->saved, update_menu, self);
  g_clear_object (&self->saved);
}

static void
bw_saved_filters_menu_dispose (GObject *object)
{
  BwSavedFiltersMenu *self = BW_SAVED_FILTERS_MENU (object);

  unset (self);
  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_func (self->filter, follow, self);
  g_clear_object (&self->filter);
  g_clear_object (&self->menu);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "saved", NULL);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (bw_saved_filters_menu_parent_class)->dispose (object);
}

static void
bw_saved_filters_menu_class_init (BwSavedFiltersMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_saved_filters_menu_dispose;
}

static void
bw_saved_filters_menu_init (BwSavedFiltersMenu *self)
{
  static const GActionEntry entries[] = {
    { "choose", choose_action, "s", "''" },
    { "save", save_action },
    { "manage", manage_action },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "saved", G_ACTION_GROUP (self->actions));
  self->menu = g_menu_new ();
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_label (self->button, _ ("Saved Filters"));
  gtk_menu_button_set_menu_model (self->button, G_MENU_MODEL (self->menu));
  gtk_menu_button_set_has_frame (self->button, FALSE);
  gtk_menu_button_set_always_show_arrow (self->button, TRUE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  add_keys (self);
}

/**
 * bw_saved_filters_menu_set_filter:
 * @self: a menu
 * @filter: the filter that is saved, and into which a saved one is put
 */
void
bw_saved_filters_menu_set_filter (BwSavedFiltersMenu *self, BwListFilter *filter)
{
  g_return_if_fail (BW_IS_SAVED_FILTERS_MENU (self));

  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_func (self->filter, follow, self);
  g_set_object (&self->filter, filter);
  g_signal_connect_swapped (filter, "changed", G_CALLBACK (follow), self);
  follow (self);
}

/**
 * bw_saved_filters_menu_set_business:
 * @self: a menu
 * @business: whose saved filters to offer
 */
void
bw_saved_filters_menu_set_business (BwSavedFiltersMenu *self, BwBusiness *business)
{
  g_return_if_fail (BW_IS_SAVED_FILTERS_MENU (self));

  unset (self);
  self->saved = g_object_ref (bw_saved_filters_get (bw_connection_get_url (bw_business_get_connection (business)),
                                                    bw_business_get_id (business)));
  g_signal_connect_swapped (self->saved, "items-changed", G_CALLBACK (update_menu), self);
  update_menu (self);
}

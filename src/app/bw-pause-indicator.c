/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-pause-indicator.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-pause-acts.h"
#include "bw-pause-dialog.h"
#include "bw-pause-list.h"
#include "bw-pause-words.h"
#include "bw-pauses-dialog.h"

/* How many pauses the tooltip tells of: more are in the list. */
#define MAX_TOLD 3

struct _BwPauseIndicator
{
  AdwBin parent_instance;

  GtkWidget *button;
  GtkLabel *label;

  GSimpleActionGroup *actions;
  BwBusiness *business;
  BwPauseList *list;
  AdwToastOverlay *toasts; /* weak */
  AdwDialog *dialog;       /* weak: the list of pauses while it is open */
  gboolean narrow;
};

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_TOASTS,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwPauseIndicator, bw_pause_indicator, ADW_TYPE_BIN)

/* Actions */

static void
present (BwPauseIndicator *self, AdwDialog *dialog)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  adw_dialog_present (dialog, root != NULL ? GTK_WIDGET (root) : GTK_WIDGET (self));
}

static void
list_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwPauseIndicator *self = user_data;

  if (self->dialog != NULL)
    return;

  g_set_weak_pointer (&self->dialog, bw_pauses_dialog_new (self->business));
  present (self, self->dialog);
}

static void
pause_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwPauseIndicator *self = user_data;
  const char *name = g_action_get_name (G_ACTION (action));
  BwPauseKind kind = g_str_equal (name, "users")   ? BW_PAUSE_USERS
                     : g_str_equal (name, "types") ? BW_PAUSE_TYPES
                                                   : BW_PAUSE_EVERYTHING;

  present (self, bw_pause_dialog_new (self->business, kind, self->toasts));
}

static void
resume_all_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwPauseIndicator *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  dex_future_disown (bw_pause_acts_resume_all (root != NULL ? GTK_WIDGET (root) : GTK_WIDGET (self), self->toasts,
                                               self->business));
}

static const GActionEntry entries[] = {
  { "list", list_action },
  { "users", pause_action },
  { "types", pause_action },
  { "all", pause_action },
  { "resume-all", resume_all_action },
};

static void
set_offered (BwPauseIndicator *self, const GActionEntry *entry, gboolean offered, gboolean enabled)
{
  GActionMap *map = G_ACTION_MAP (self->actions);
  GAction *action = g_action_map_lookup_action (map, entry->name);

  if (!offered)
    {
      g_action_map_remove_action (map, entry->name);
      return;
    }

  if (action == NULL)
    g_action_map_add_action_entries (map, entry, 1, self);
  action = g_action_map_lookup_action (map, entry->name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (BwPauseIndicator *self)
{
  BwConnection *connection = self->business != NULL ? bw_business_get_connection (self->business) : NULL;
  gboolean online = connection != NULL && bw_connection_get_state (connection) == BW_CONNECTION_STATE_ONLINE;
  gboolean may = self->business != NULL && bw_business_may (self->business, BW_PERMISSION_PAUSE);
  guint n = self->list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;

  set_offered (self, &entries[0], self->business != NULL, TRUE);
  for (guint i = 1; i < G_N_ELEMENTS (entries); i++)
    set_offered (self, &entries[i], may, online && (!g_str_equal (entries[i].name, "resume-all") || n > 0));
}

/* What is shown */

static char *
describe (BwPauseIndicator *self, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, MAX_TOLD); i++)
    {
      g_autoptr (BwPauseEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->list), i);
      g_autofree char *words = bw_pause_explain (bw_pause_entry_get_pause (entry));

      g_string_append_printf (text, "%s%s", i > 0 ? "\n\n" : "", words);
    }
  if (n > MAX_TOLD)
    g_string_append (text, "\n\n…");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update (BwPauseIndicator *self)
{
  guint n = self->list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
  g_autofree char *figure = bw_format_number (n);
  g_autofree char *words = g_strdup_printf (ngettext ("%s pause", "%s pauses", n), figure);
  g_autofree char *told = describe (self, n);

  gtk_label_set_text (self->label, self->narrow ? figure : words);
  gtk_widget_set_tooltip_text (self->button, told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, told, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  update_actions (self);
}

static void
clicked_cb (BwPauseIndicator *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->actions), "list", NULL);
}

static void
unfollow (BwPauseIndicator *self)
{
  if (self->business == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->list, self);
  g_signal_handlers_disconnect_by_data (self->business, self);
  g_signal_handlers_disconnect_by_data (bw_business_get_connection (self->business), self);
  g_clear_object (&self->list);
  g_clear_object (&self->business);
}

static void
set_business (BwPauseIndicator *self, BwBusiness *business)
{
  if (self->business == business)
    return;

  unfollow (self);
  if (self->dialog != NULL)
    adw_dialog_force_close (self->dialog);
  if (business != NULL)
    {
      self->business = g_object_ref (business);
      self->list = g_object_ref (bw_pause_list_get (business));
      g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (business, "notify::permissions", G_CALLBACK (update_actions), self);
      g_signal_connect_swapped (bw_business_get_connection (business), "notify::state", G_CALLBACK (update_actions),
                                self);
    }
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSINESS]);
}

static void
bw_pause_indicator_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwPauseIndicator *self = BW_PAUSE_INDICATOR (object);

  switch (id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, self->business);
      break;
    case PROP_TOASTS:
      g_value_set_object (value, self->toasts);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_pause_indicator_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwPauseIndicator *self = BW_PAUSE_INDICATOR (object);

  switch (id)
    {
    case PROP_BUSINESS:
      set_business (self, g_value_get_object (value));
      break;
    case PROP_TOASTS:
      g_set_weak_pointer (&self->toasts, g_value_get_object (value));
      break;
    case PROP_NARROW:
      self->narrow = g_value_get_boolean (value);
      update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_pause_indicator_dispose (GObject *object)
{
  BwPauseIndicator *self = BW_PAUSE_INDICATOR (object);

  unfollow (self);
  g_clear_weak_pointer (&self->toasts);
  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->actions);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_PAUSE_INDICATOR);

  G_OBJECT_CLASS (bw_pause_indicator_parent_class)->dispose (object);
}

static void
bw_pause_indicator_class_init (BwPauseIndicatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = bw_pause_indicator_dispose;
  object_class->get_property = bw_pause_indicator_get_property;
  object_class->set_property = bw_pause_indicator_set_property;

  properties[PROP_BUSINESS] = g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS,
                                                   flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_TOASTS] = g_param_spec_object ("toasts", NULL, NULL, ADW_TYPE_TOAST_OVERLAY, flags);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-pause-indicator.ui");
  gtk_widget_class_bind_template_child (widget_class, BwPauseIndicator, button);
  gtk_widget_class_bind_template_child (widget_class, BwPauseIndicator, label);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
bw_pause_indicator_init (BwPauseIndicator *self)
{
  self->actions = g_simple_action_group_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_pause_indicator_get_actions:
 * @self: an indicator
 *
 * Returns: (transfer none): its actions, for the window that it is in. Their prefix is "pause".
 */
GActionGroup *
bw_pause_indicator_get_actions (BwPauseIndicator *self)
{
  g_return_val_if_fail (BW_IS_PAUSE_INDICATOR (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-choice-button.h"

#include <glib/gi18n.h>

struct _BwChoiceButton
{
  GtkWidget parent_instance;

  GtkMenuButton *button;
  GtkLabel *label;
  GtkPopover *popover;
  BwChoiceList *list;
  GtkWidget *clear_button;

  char *title;
  gboolean searchable;
  gboolean multiple;
  GListStore *selected; /* of BwChoice */
  gulong selected_handler;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SEARCHABLE,
  PROP_MULTIPLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwChoiceButton, bw_choice_button, GTK_TYPE_WIDGET)

static void
update_label (BwChoiceButton *self)
{
  g_autofree char *chosen = bw_choices_describe (G_LIST_MODEL (self->selected));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selected));
  g_autofree char *text = NULL;
  g_autofree char *spoken = NULL;

  if (n == 0)
    text = g_strdup (self->title);
  else if (n == 1)
    text = g_strdup (chosen);
  else
    /* Translators: the name of a field and how many of its values are chosen, "Type: 3" */
    text = g_strdup_printf (_ ("%s: %u"), self->title, n);

  /* Translators: the name of a field and its value */
  spoken = n == 0 ? g_strdup_printf (_ ("%s: all"), self->title)
                  : g_strdup_printf (_ ("%s: %s"), self->title, chosen);

  gtk_label_set_text (self->label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), n > 0 ? spoken : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  gtk_widget_set_visible (self->clear_button, n > 0);

  if (n > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "chosen");
}

static void
popover_show_cb (BwChoiceButton *self)
{
  bw_choice_list_load (self->list);
  if (self->searchable)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
popdown_cb (BwChoiceButton *self)
{
  gtk_popover_popdown (self->popover);
}

static void
clear_cb (BwChoiceButton *self)
{
  gtk_popover_popdown (self->popover);
  g_list_store_remove_all (self->selected);
}

static gboolean
bw_choice_button_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (BW_CHOICE_BUTTON (widget)->button));
}

static void
bw_choice_button_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwChoiceButton *self = BW_CHOICE_BUTTON (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SEARCHABLE:
      g_value_set_boolean (value, self->searchable);
      break;
    case PROP_MULTIPLE:
      g_value_set_boolean (value, self->multiple);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_choice_button_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  BwChoiceButton *self = BW_CHOICE_BUTTON (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_set_str (&self->title, g_value_get_string (value));
      update_label (self);
      break;
    case PROP_SEARCHABLE:
      self->searchable = g_value_get_boolean (value);
      break;
    case PROP_MULTIPLE:
      self->multiple = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_choice_button_dispose (GObject *object)
{
  BwChoiceButton *self = BW_CHOICE_BUTTON (object);
  GtkWidget *child;

  g_clear_signal_handler (&self->selected_handler, self->selected);
  g_clear_object (&self->selected);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_CHOICE_BUTTON);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (bw_choice_button_parent_class)->dispose (object);
}

static void
bw_choice_button_finalize (GObject *object)
{
  BwChoiceButton *self = BW_CHOICE_BUTTON (object);

  g_free (self->title);

  G_OBJECT_CLASS (bw_choice_button_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  /**
   * BwChoiceButton:title:
   *
   * What the field is, shown while nothing is chosen.
   */
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags | G_PARAM_CONSTRUCT);

  /**
   * BwChoiceButton:searchable:
   *
   * Whether the popover has a search entry. Without one the function gets empty queries only.
   */
  properties[PROP_SEARCHABLE] = g_param_spec_boolean ("searchable", NULL, NULL, FALSE, flags);

  /**
   * BwChoiceButton:multiple:
   *
   * Whether several may be chosen at once.
   */
  properties[PROP_MULTIPLE] =
      g_param_spec_boolean ("multiple", NULL, NULL, TRUE, flags | G_PARAM_CONSTRUCT);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_choice_button_class_init (BwChoiceButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_choice_button_dispose;
  object_class->finalize = bw_choice_button_finalize;
  object_class->get_property = bw_choice_button_get_property;
  object_class->set_property = bw_choice_button_set_property;
  widget_class->grab_focus = bw_choice_button_grab_focus;
  install_properties (object_class);

  g_type_ensure (BW_TYPE_CHOICE_LIST);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-choice-button.ui");
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, button);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, label);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, popover);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, list);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, popdown_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
bw_choice_button_init (BwChoiceButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected = g_list_store_new (BW_TYPE_CHOICE);
  bw_choice_list_set_selected (self->list, self->selected);
}

/**
 * bw_choice_button_new:
 *
 * Returns: (transfer floating): a button with nothing to choose from yet
 */
GtkWidget *
bw_choice_button_new (void)
{
  return g_object_new (BW_TYPE_CHOICE_BUTTON, NULL);
}

/**
 * bw_choice_button_set_func:
 * @self: a button
 * @func: (nullable) (scope notified): finds what there is to choose from, whenever the popover
 *   opens and whenever the user has typed
 * @user_data: for @func
 * @notify: (nullable): frees @user_data
 */
void
bw_choice_button_set_func (BwChoiceButton *self,
                           BwChoiceFunc func,
                           gpointer user_data,
                           GDestroyNotify notify)
{
  g_return_if_fail (BW_IS_CHOICE_BUTTON (self));

  bw_choice_list_set_func (self->list, func, user_data, notify);
}

/**
 * bw_choice_button_set_selected:
 * @self: a button
 * @selected: a list of BwChoice: what is chosen. The button changes it, and follows its changes.
 */
void
bw_choice_button_set_selected (BwChoiceButton *self, GListStore *selected)
{
  g_return_if_fail (BW_IS_CHOICE_BUTTON (self));

  g_clear_signal_handler (&self->selected_handler, self->selected);
  g_set_object (&self->selected, selected);
  bw_choice_list_set_selected (self->list, selected);
  self->selected_handler =
      g_signal_connect_swapped (selected, "items-changed", G_CALLBACK (update_label), self);
  update_label (self);
}

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
  GtkWidget *search_entry;
  GtkListBox *list_box;
  GtkLabel *placeholder;
  GtkWidget *clear_button;

  char *title;
  gboolean searchable;
  gboolean multiple;
  BwChoiceFunc func;
  gpointer func_data;
  GDestroyNotify func_notify;
  GListStore *selected; /* of BwChoice */
  gulong selected_handler;
  guint request; /* the number of the last search: answers to others are too late */
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

/* A search in flight. */
typedef struct
{
  BwChoiceButton *self;
  char *query;
  guint request;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->self);
  g_free (search->query);
  g_free (search);
}

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
show_chosen (GtkWidget *row, gboolean chosen)
{
  GtkWidget *mark = g_object_get_data (G_OBJECT (row), "mark");

  gtk_widget_set_opacity (mark, chosen ? 1 : 0);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_CHECKED, chosen, -1);
}

static void
add_row (BwChoiceButton *self, BwChoice *choice)
{
  GtkAccessibleRole role =
      self->multiple ? GTK_ACCESSIBLE_ROLE_CHECKBOX : GTK_ACCESSIBLE_ROLE_RADIO;
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "accessible-role", role, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (bw_choice_get_label (choice));
  GtkWidget *mark = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_tooltip_text (label, bw_choice_get_label (choice));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), mark);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  bw_choice_get_label (choice), -1);
  g_object_set_data_full (G_OBJECT (row), "choice", g_object_ref (choice), g_object_unref);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  show_chosen (row,
               bw_choices_find (G_LIST_MODEL (self->selected), bw_choice_get_id (choice), NULL));
  gtk_list_box_append (self->list_box, row);
}

/* What is chosen stands on top while nothing is searched for, so that it can be taken back. */
static void
show_choices (BwChoiceButton *self, GListModel *choices, const char *query)
{
  guint n_selected = g_list_model_get_n_items (G_LIST_MODEL (self->selected));
  guint n = g_list_model_get_n_items (choices);

  gtk_list_box_remove_all (self->list_box);

  for (guint i = 0; *query == 0 && i < n_selected; i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->selected), i);

      if (!bw_choices_find (choices, bw_choice_get_id (choice), NULL))
        add_row (self, choice);
    }

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (choices, i);

      add_row (self, choice);
    }

  gtk_label_set_text (self->placeholder,
                      *query != 0 ? _ ("Nothing found") : _ ("Nothing to choose from"));
}

static DexFuture *
search_fiber (gpointer data)
{
  Search *search = data;
  BwChoiceButton *self = search->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) choices = NULL;

  choices = dex_await_object (self->func (search->query, self->func_data), &error);

  if (search->request != self->request || self->list_box == NULL)
    return dex_future_new_for_boolean (FALSE);

  if (choices != NULL)
    {
      show_choices (self, choices, search->query);
      if (!self->searchable)
        gtk_widget_child_focus (GTK_WIDGET (self->list_box), GTK_DIR_TAB_FORWARD);
    }
  else
    {
      gtk_list_box_remove_all (self->list_box);
      gtk_label_set_text (self->placeholder, error->message);
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
start_search (BwChoiceButton *self)
{
  Search *search;

  if (self->func == NULL)
    return;

  search = g_new0 (Search, 1);
  search->self = g_object_ref (self);
  search->query = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));
  search->request = ++self->request;
  gtk_label_set_text (self->placeholder, _ ("Loading…"));
  dex_future_disown (
      dex_scheduler_spawn (NULL, 0, search_fiber, search, (GDestroyNotify) search_free));
}

static void
popover_show_cb (BwChoiceButton *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  start_search (self);
  if (self->searchable)
    gtk_widget_grab_focus (self->search_entry);
}

static void
search_changed_cb (BwChoiceButton *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->popover)))
    start_search (self);
}

static void
search_activate_cb (BwChoiceButton *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list_box, 0);

  if (row != NULL)
    g_signal_emit_by_name (row, "activate");
}

static gboolean
search_key_cb (BwChoiceButton *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_child_focus (GTK_WIDGET (self->list_box), GTK_DIR_TAB_FORWARD);
}

static void
stop_search_cb (BwChoiceButton *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  else
    gtk_popover_popdown (self->popover);
}

static void
row_activated_cb (BwChoiceButton *self, GtkListBoxRow *row)
{
  gpointer choice = g_object_get_data (G_OBJECT (row), "choice");
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selected));
  guint position;

  if (!self->multiple)
    {
      gtk_popover_popdown (self->popover);
      g_list_store_splice (self->selected, 0, n, &choice, 1);
      return;
    }

  if (bw_choices_find (G_LIST_MODEL (self->selected), bw_choice_get_id (choice), &position))
    g_list_store_remove (self->selected, position);
  else
    g_list_store_append (self->selected, choice);
  show_chosen (GTK_WIDGET (row),
               bw_choices_find (G_LIST_MODEL (self->selected), bw_choice_get_id (choice), NULL));
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

  bw_choice_button_set_func (self, NULL, NULL, NULL);
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

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-choice-button.ui");
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, button);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, label);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, popover);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, list_box);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, placeholder);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceButton, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
bw_choice_button_init (BwChoiceButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected = g_list_store_new (BW_TYPE_CHOICE);
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

  if (self->func_notify != NULL)
    self->func_notify (self->func_data);

  self->func = func;
  self->func_data = user_data;
  self->func_notify = notify;
  self->request++;
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
  self->selected_handler =
      g_signal_connect_swapped (selected, "items-changed", G_CALLBACK (update_label), self);
  update_label (self);
}

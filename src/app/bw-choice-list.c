/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-choice-list.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-help.h"
#include "bw-tooltip.h"

struct _BwChoiceList
{
  GtkWidget parent_instance;

  GtkWidget *search_entry;
  GtkListBox *list_box;
  GtkLabel *placeholder;

  char *placeholder_text;
  gboolean searchable;
  gboolean multiple;
  BwChoiceFunc func;
  gpointer func_data;
  GDestroyNotify func_notify;
  BwChoiceNoteFunc note_func;
  gpointer note_data;
  GListStore *selected; /* of BwChoice */
  gulong selected_handler;
  guint request; /* the number of the last search: answers to others are too late */
};

enum
{
  PROP_0,
  PROP_SEARCHABLE,
  PROP_MULTIPLE,
  PROP_PLACEHOLDER_TEXT,
  N_PROPS
};

enum
{
  CHOSEN,
  STOP_SEARCH,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwChoiceList, bw_choice_list, GTK_TYPE_WIDGET)

/* A search in flight. */
typedef struct
{
  BwChoiceList *self;
  char *query;
  guint request;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_object_unref (search->self);
  g_free (search->query);
  g_free (search);
}

static BwChoice *
get_choice (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "choice");
}

static void
show_chosen (BwChoiceList *self, GtkListBoxRow *row)
{
  GtkWidget *mark = g_object_get_data (G_OBJECT (row), "mark");
  gboolean chosen =
      bw_choices_find (G_LIST_MODEL (self->selected), bw_choice_get_id (get_choice (row)), NULL);

  gtk_widget_set_opacity (mark, chosen ? 1 : 0);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_CHECKED, chosen, -1);
}

static void
selected_cb (BwChoiceList *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    show_chosen (self, row);
}

static GtkWidget *
create_words (const char *label, const char *note)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  const char *words[] = { label, note };

  gtk_widget_set_hexpand (box, TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  for (guint i = 0; i < G_N_ELEMENTS (words) && words[i] != NULL; i++)
    {
      GtkWidget *line = gtk_label_new (words[i]);

      gtk_label_set_ellipsize (GTK_LABEL (line), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (line), 0);
      bw_tooltip_follow_label (line);
      if (i > 0)
        gtk_widget_add_css_class (line, "caption");
      gtk_box_append (GTK_BOX (box), line);
    }

  return box;
}

/* What has a note can't be chosen: the note says why. */
static void
add_row (BwChoiceList *self, BwChoice *choice)
{
  GtkAccessibleRole role =
      self->multiple ? GTK_ACCESSIBLE_ROLE_CHECKBOX : GTK_ACCESSIBLE_ROLE_RADIO;
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "accessible-role", role, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *mark = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  g_autofree char *note =
      self->note_func != NULL ? self->note_func (choice, self->note_data) : NULL;

  gtk_box_append (GTK_BOX (box), create_words (bw_choice_get_label (choice), note));
  gtk_box_append (GTK_BOX (box), mark);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  bw_choice_get_label (choice), -1);
  if (note != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, note,
                                    -1);
  gtk_widget_set_sensitive (row, note == NULL);
  g_object_set_data_full (G_OBJECT (row), "choice", g_object_ref (choice), g_object_unref);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  show_chosen (self, GTK_LIST_BOX_ROW (row));
  gtk_list_box_append (self->list_box, row);
}

/* A title above the first row of each section that has one. */
static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  const char *section = bw_choice_get_section (get_choice (row));
  const char *last = before != NULL ? bw_choice_get_section (get_choice (before)) : NULL;
  GtkWidget *label;

  if (section == NULL || g_strcmp0 (section, last) == 0)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }

  label = gtk_label_new (section);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_widget_add_css_class (label, "choice-section");
  gtk_list_box_row_set_header (row, label);
}

/* What is chosen stands on top while nothing is searched for, so that it can be taken back. */
static void
show_choices (BwChoiceList *self, GListModel *choices, const char *query)
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
  BwChoiceList *self = search->self;
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
start_search (BwChoiceList *self)
{
  Search *search;

  if (self->func == NULL || self->selected == NULL)
    return;

  search = g_new0 (Search, 1);
  search->self = g_object_ref (self);
  search->query = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));
  search->request = ++self->request;
  gtk_label_set_text (self->placeholder, _ ("Loading…"));
  dex_future_disown (bw_fiber_spawn (search_fiber, search, search_free));
}

static void
search_changed_cb (BwChoiceList *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    start_search (self);
}

static gboolean
search_key_cb (BwChoiceList *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_child_focus (GTK_WIDGET (self->list_box), GTK_DIR_TAB_FORWARD);
}

static void
stop_search_cb (BwChoiceList *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  else
    g_signal_emit (self, signals[STOP_SEARCH], 0);
}

static void
row_activated_cb (BwChoiceList *self, GtkListBoxRow *row)
{
  gpointer choice = get_choice (row);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selected));
  guint position;

  if (!self->multiple)
    {
      g_object_ref (choice);
      g_signal_emit (self, signals[CHOSEN], 0);
      g_list_store_splice (self->selected, 0, n, &choice, 1);
      g_object_unref (choice);
      return;
    }

  if (bw_choices_find (G_LIST_MODEL (self->selected), bw_choice_get_id (choice), &position))
    g_list_store_remove (self->selected, position);
  else
    g_list_store_append (self->selected, choice);
}

/* Takes what was found first. The focus stays, so that the next can be searched for. */
static void
search_activate_cb (BwChoiceList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list_box, 0);

  if (row == NULL || !gtk_widget_is_sensitive (GTK_WIDGET (row)))
    return;

  gtk_editable_select_region (GTK_EDITABLE (self->search_entry), 0, -1);
  row_activated_cb (self, row);
}

static gboolean
bw_choice_list_grab_focus (GtkWidget *widget)
{
  BwChoiceList *self = BW_CHOICE_LIST (widget);

  if (self->searchable)
    return gtk_widget_grab_focus (self->search_entry);

  return gtk_widget_child_focus (GTK_WIDGET (self->list_box), GTK_DIR_TAB_FORWARD);
}

static void
bw_choice_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwChoiceList *self = BW_CHOICE_LIST (object);

  switch (prop_id)
    {
    case PROP_SEARCHABLE:
      g_value_set_boolean (value, self->searchable);
      break;
    case PROP_MULTIPLE:
      g_value_set_boolean (value, self->multiple);
      break;
    case PROP_PLACEHOLDER_TEXT:
      g_value_set_string (value, self->placeholder_text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_choice_list_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BwChoiceList *self = BW_CHOICE_LIST (object);

  switch (prop_id)
    {
    case PROP_SEARCHABLE:
      self->searchable = g_value_get_boolean (value);
      break;
    case PROP_MULTIPLE:
      self->multiple = g_value_get_boolean (value);
      break;
    case PROP_PLACEHOLDER_TEXT:
      g_set_str (&self->placeholder_text, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_choice_list_dispose (GObject *object)
{
  BwChoiceList *self = BW_CHOICE_LIST (object);
  GtkWidget *child;

  g_clear_signal_handler (&self->selected_handler, self->selected);
  g_clear_object (&self->selected);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_CHOICE_LIST);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (bw_choice_list_parent_class)->dispose (object);
}

static void
bw_choice_list_finalize (GObject *object)
{
  BwChoiceList *self = BW_CHOICE_LIST (object);

  bw_choice_list_set_func (self, NULL, NULL, NULL);
  g_free (self->placeholder_text);

  G_OBJECT_CLASS (bw_choice_list_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  /**
   * BwChoiceList:searchable:
   *
   * Whether there is a search entry. Without one the function gets empty queries only.
   */
  properties[PROP_SEARCHABLE] = g_param_spec_boolean ("searchable", NULL, NULL, FALSE, flags);

  /**
   * BwChoiceList:multiple:
   *
   * Whether several may be chosen at once.
   */
  properties[PROP_MULTIPLE] =
      g_param_spec_boolean ("multiple", NULL, NULL, TRUE, flags | G_PARAM_CONSTRUCT);

  /**
   * BwChoiceList:placeholder-text:
   *
   * What the search entry says while it is empty.
   */
  properties[PROP_PLACEHOLDER_TEXT] =
      g_param_spec_string ("placeholder-text", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
install_signals (void)
{
  /**
   * BwChoiceList::chosen:
   * @self: the list
   *
   * One of those that exclude each other was taken; "selected" is about to change.
   */
  signals[CHOSEN] = g_signal_new ("chosen", BW_TYPE_CHOICE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  /**
   * BwChoiceList::stop-search:
   * @self: the list
   *
   * Escape was pressed while nothing was searched for.
   */
  signals[STOP_SEARCH] = g_signal_new ("stop-search", BW_TYPE_CHOICE_LIST, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bw_choice_list_class_init (BwChoiceListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_choice_list_dispose;
  object_class->finalize = bw_choice_list_finalize;
  object_class->get_property = bw_choice_list_get_property;
  object_class->set_property = bw_choice_list_set_property;
  widget_class->grab_focus = bw_choice_list_grab_focus;
  bw_help_add_key (widget_class);
  install_properties (object_class);
  install_signals ();

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-choice-list.ui");
  gtk_widget_class_bind_template_child (widget_class, BwChoiceList, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceList, list_box);
  gtk_widget_class_bind_template_child (widget_class, BwChoiceList, placeholder);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
bw_choice_list_init (BwChoiceList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list_box, header_cb, NULL, NULL);
}

/**
 * bw_choice_list_set_func:
 * @self: a list
 * @func: (nullable): what gives the choices
 * @user_data: its last argument
 * @notify: frees @user_data
 */
void
bw_choice_list_set_func (BwChoiceList *self,
                         BwChoiceFunc func,
                         gpointer user_data,
                         GDestroyNotify notify)
{
  g_return_if_fail (BW_IS_CHOICE_LIST (self));

  if (self->func_notify != NULL)
    self->func_notify (self->func_data);

  /* An answer to another function is of no use any more. */
  self->request++;
  self->func = func;
  self->func_data = user_data;
  self->func_notify = notify;
}

/**
 * bw_choice_list_set_note_func:
 * @self: a list
 * @func: (nullable): says why something can't be chosen
 * @user_data: its last argument; it must outlive the list
 */
void
bw_choice_list_set_note_func (BwChoiceList *self, BwChoiceNoteFunc func, gpointer user_data)
{
  g_return_if_fail (BW_IS_CHOICE_LIST (self));

  self->note_func = func;
  self->note_data = user_data;
}

/**
 * bw_choice_list_set_selected:
 * @self: a list
 * @selected: what is chosen, of BwChoice; the list changes and follows it
 */
void
bw_choice_list_set_selected (BwChoiceList *self, GListStore *selected)
{
  g_return_if_fail (BW_IS_CHOICE_LIST (self));

  g_clear_signal_handler (&self->selected_handler, self->selected);
  g_set_object (&self->selected, selected);
  self->selected_handler =
      g_signal_connect_swapped (selected, "items-changed", G_CALLBACK (selected_cb), self);
  selected_cb (self);
}

/**
 * bw_choice_list_load:
 * @self: a list
 *
 * Asks anew for what can be chosen, without what was searched for.
 */
void
bw_choice_list_load (BwChoiceList *self)
{
  g_return_if_fail (BW_IS_CHOICE_LIST (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  start_search (self);
}

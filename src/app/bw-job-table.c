/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-table.h"

#include <glib/gi18n.h>

#include "bw-job-columns.h"
#include "bw-filter-match.h"
#include "bw-job-row.h"
#include "bw-row-menu.h"
#include "bw-title-menu.h"

struct _BwJobTable
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  BwRowSelection *selection;
  GtkColumnViewColumn *columns[BW_N_JOB_COLUMNS];
  GtkWidget *states_button; /* in the title; NULL if there was no way to put it there */
  GMenuModel *row_menu;

  BwListFilter *filter;
  BwJobList *list;
  BwFilter *chosen_from; /* the list's filter when the rows were chosen */
  BwJobLayout layout;
  GHashTable *cells; /* of BwJobCell: those that show more or less with the layout */
  guint n_unseen;
  gboolean syncing; /* the titles follow the filter, not the other way */
};

enum
{
  PROP_0,
  PROP_N_UNSEEN,
  N_PROPS
};

enum
{
  ACTIVATE,
  PREPARE_MENU,
  SELECTION_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwJobTable, bw_job_table, ADW_TYPE_BIN)

static GtkAdjustment *
get_adjustment (BwJobTable *self)
{
  return gtk_scrolled_window_get_vadjustment (self->scroller);
}

static gboolean
is_at_top (BwJobTable *self)
{
  return gtk_adjustment_get_value (get_adjustment (self)) < 1;
}

static void
set_n_unseen (BwJobTable *self, guint n_unseen)
{
  if (self->n_unseen == n_unseen)
    return;

  self->n_unseen = n_unseen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSEEN]);
}

/* Columns and rows */

static void
cell_setup_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell, BwJobTable *self)
{
  BwJobColumn column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column"));
  GtkWidget *child = bw_job_cell_new (column);

  bw_job_cell_set_layout (BW_JOB_CELL (child), self->layout);
  if (column == BW_JOB_COLUMN_NAME || column == BW_JOB_COLUMN_STATE)
    g_hash_table_add (self->cells, child);
  gtk_column_view_cell_set_child (cell, child);
  gtk_column_view_cell_set_focusable (cell, FALSE);
}

static void
cell_teardown_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell, BwJobTable *self)
{
  if (self->cells != NULL)
    g_hash_table_remove (self->cells, gtk_column_view_cell_get_child (cell));
}

static void
cell_bind_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell)
{
  bw_job_cell_set_entry (BW_JOB_CELL (gtk_column_view_cell_get_child (cell)),
                         gtk_column_view_cell_get_item (cell));
}

static void
cell_unbind_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell)
{
  bw_job_cell_set_entry (BW_JOB_CELL (gtk_column_view_cell_get_child (cell)), NULL);
}

static void
set_factories (BwJobTable *self)
{
  g_autoptr (GtkListItemFactory) rows = bw_job_row_factory_new ();

  for (guint i = 0; i < BW_N_JOB_COLUMNS; i++)
    {
      g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

      g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (i));
      g_signal_connect_object (factory, "setup", G_CALLBACK (cell_setup_cb), self,
                               G_CONNECT_DEFAULT);
      g_signal_connect_object (factory, "teardown", G_CALLBACK (cell_teardown_cb), self,
                               G_CONNECT_DEFAULT);
      g_signal_connect (factory, "bind", G_CALLBACK (cell_bind_cb), NULL);
      g_signal_connect (factory, "unbind", G_CALLBACK (cell_unbind_cb), NULL);
      gtk_column_view_column_set_factory (self->columns[i], factory);

      if (bw_job_columns[i].sort >= 0)
        {
          /* The server sorts; this one only makes the title clickable and keeps its arrow. */
          g_autoptr (GtkCustomSorter) sorter = gtk_custom_sorter_new (NULL, NULL, NULL);

          gtk_column_view_column_set_sorter (self->columns[i], GTK_SORTER (sorter));
        }
    }

  gtk_column_view_set_row_factory (self->view, rows);
}

static void
update_states_button (BwJobTable *self)
{
  if (self->states_button == NULL)
    return;

  if (bw_list_filter_get_states (self->filter) != 0)
    gtk_widget_add_css_class (self->states_button, "chosen");
  else
    gtk_widget_remove_css_class (self->states_button, "chosen");
}

static void
update_widths (BwJobTable *self)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));

  for (guint i = 0; i < BW_N_JOB_COLUMNS; i++)
    gtk_column_view_column_set_fixed_width (
        self->columns[i], bw_job_column_get_width ((BwJobColumn) i, self->layout, settings));
}

/* Sorting */

static void
sorter_changed_cb (BwJobTable *self, GtkSorterChange change, GtkColumnViewSorter *sorter)
{
  GtkColumnViewColumn *column = gtk_column_view_sorter_get_primary_sort_column (sorter);

  if (self->syncing || self->filter == NULL || column == NULL)
    return;

  for (guint i = 0; i < BW_N_JOB_COLUMNS; i++)
    if (self->columns[i] == column)
      bw_list_filter_set_sort (self->filter, (BwSortKey) bw_job_columns[i].sort,
                               gtk_column_view_sorter_get_primary_sort_order (sorter)
                                   == GTK_SORT_DESCENDING);
}

static void
filter_changed_cb (BwJobTable *self)
{
  GtkColumnViewSorter *sorter = GTK_COLUMN_VIEW_SORTER (gtk_column_view_get_sorter (self->view));
  GtkColumnViewColumn *column = NULL;
  gboolean descending;
  BwSortKey sort = bw_list_filter_get_sort (self->filter, &descending);
  GtkSortType order = descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING;

  for (guint i = 0; i < BW_N_JOB_COLUMNS; i++)
    if (bw_job_columns[i].sort == (int) sort)
      column = self->columns[i];

  update_states_button (self);
  if (column == gtk_column_view_sorter_get_primary_sort_column (sorter)
      && order == gtk_column_view_sorter_get_primary_sort_order (sorter))
    return;

  self->syncing = TRUE;
  gtk_column_view_sort_by_column (self->view, column, order);
  self->syncing = FALSE;
}

/* Arrivals */

/* By the row, not by the adjustment: that one still stands at the top when rows were added there,
 * until the next layout moves it along with the row that stood first. */
static gboolean
back_to_top_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  BwJobTable *self = BW_JOB_TABLE (widget);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    gtk_column_view_scroll_to (self->view, 0, NULL, GTK_LIST_SCROLL_NONE, NULL);

  return G_SOURCE_REMOVE;
}

/* Rows keep their place by themselves, but who looks at the top wants to see what arrives there. */
static void
items_changed_cb (BwJobTable *self, guint position, guint removed, guint added, GListModel *list)
{
  if (position != 0 || added <= removed || added == g_list_model_get_n_items (list))
    return;

  if (is_at_top (self))
    gtk_widget_add_tick_callback (GTK_WIDGET (self), back_to_top_cb, NULL, NULL);
  else
    set_n_unseen (self, self->n_unseen + added - removed);
}

static void
scrolled_cb (BwJobTable *self)
{
  if (is_at_top (self))
    set_n_unseen (self, 0);
}

/* What is no longer shown must not be acted upon; in another order it is still the same. */
static void
list_filter_cb (BwJobTable *self)
{
  const BwFilter *filter = bw_job_list_get_filter (self->list);

  if (bw_row_selection_is_all (self->selection)
      || !bw_filter_same_scope (self->chosen_from, filter))
    bw_row_selection_clear (self->selection);
  g_clear_pointer (&self->chosen_from, bw_filter_free);
  self->chosen_from = bw_filter_copy (filter);

  set_n_unseen (self, 0);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), back_to_top_cb, NULL, NULL);
}

/* Selection and the row's menu */

static void
event_cb (BwJobTable *self, BwEvent *event)
{
  const BwFilter *filter = bw_job_list_get_filter (self->list);

  if (event->kind == BW_EVENT_DELETED
      || (event->kind == BW_EVENT_JOB && !bw_filter_matches (filter, event->job)))
    bw_row_selection_drop (self->selection, event->job_id);
  else if (event->kind == BW_EVENT_JOB)
    bw_row_selection_update (self->selection, event->job_id, event->job);
}

static void
selection_changed_cb (BwJobTable *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
activate_cb (BwJobTable *self, guint position)
{
  g_autoptr (BwJobEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (entry != NULL)
    g_signal_emit (self, signals[ACTIVATE], 0, entry);
}

static void
popup_menu (BwJobTable *self, double x, double y)
{
  g_signal_emit (self, signals[PREPARE_MENU], 0);
  if (self->row_menu != NULL)
    bw_row_menu_popup (GTK_WIDGET (self), GTK_WIDGET (self->view), self->row_menu, x, y);
}

/* The cell at or around @widget: a press on the padding of a cell is one on its row. */
static BwJobCell *
find_cell (BwJobTable *self, GtkWidget *widget)
{
  for (; widget != NULL && widget != GTK_WIDGET (self->view);
       widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *child = gtk_widget_get_first_child (widget);

      if (BW_IS_JOB_CELL (widget))
        return BW_JOB_CELL (widget);
      if (child != NULL && BW_IS_JOB_CELL (child))
        return BW_JOB_CELL (child);
      if (child != NULL && BW_IS_JOB_CELL (gtk_widget_get_first_child (child)))
        return BW_JOB_CELL (gtk_widget_get_first_child (child));
    }

  return NULL;
}

static void
popup_menu_at (BwJobTable *self, double x, double y)
{
  BwJobCell *cell =
      find_cell (self, gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT));
  BwJobEntry *entry = cell != NULL ? bw_job_cell_get_entry (cell) : NULL;
  gint64 id = entry != NULL ? bw_paged_entry_get_id (BW_PAGED_ENTRY (entry)) : 0;
  guint position;

  if (id == 0 || !bw_job_list_find (self->list, id, &position))
    return;

  /* The menu is of all that is chosen; of what is not, for itself. */
  if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  popup_menu (self, x, y);
}

static void
secondary_pressed_cb (BwJobTable *self, int n_press, double x, double y)
{
  popup_menu_at (self, x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  BwJobTable *self = BW_JOB_TABLE (widget);
  double x, y;

  if (bw_row_selection_get_size (self->selection) == 0
      || !bw_row_menu_find_focus (GTK_WIDGET (self->view), &x, &y))
    return FALSE;

  popup_menu (self, x, y);

  return TRUE;
}

/* Escape does nothing here where nothing is chosen: it is for others then. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  BwJobTable *self = BW_JOB_TABLE (widget);

  if (bw_row_selection_get_size (self->selection) == 0)
    return FALSE;

  bw_row_selection_clear (self->selection);

  return TRUE;
}

static void
bw_job_table_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwJobTable *self = BW_JOB_TABLE (object);

  switch (prop_id)
    {
    case PROP_N_UNSEEN:
      g_value_set_uint (value, self->n_unseen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
disconnect_list (BwJobTable *self)
{
  if (self->list == NULL)
    return;

  g_signal_handlers_disconnect_by_func (self->list, items_changed_cb, self);
  g_signal_handlers_disconnect_by_func (self->list, list_filter_cb, self);
  g_signal_handlers_disconnect_by_func (
      bw_business_get_event_stream (bw_job_list_get_business (self->list)), event_cb, self);
  g_clear_object (&self->list);
  g_clear_pointer (&self->chosen_from, bw_filter_free);
}

static void
bw_job_table_dispose (GObject *object)
{
  BwJobTable *self = BW_JOB_TABLE (object);

  disconnect_list (self);
  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_func (self->filter, filter_changed_cb, self);
  g_clear_object (&self->filter);
  g_clear_object (&self->row_menu);
  bw_row_menu_close (GTK_WIDGET (self));
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_JOB_TABLE);
  g_clear_pointer (&self->cells, g_hash_table_unref);

  G_OBJECT_CLASS (bw_job_table_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_ROW_SELECTION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-job-table.ui");
  gtk_widget_class_bind_template_child (widget_class, BwJobTable, scroller);
  gtk_widget_class_bind_template_child (widget_class, BwJobTable, view);
  gtk_widget_class_bind_template_child (widget_class, BwJobTable, selection);
  for (guint i = 0; i < BW_N_JOB_COLUMNS; i++)
    gtk_widget_class_bind_template_child_full (widget_class, bw_job_columns[i].name, FALSE,
                                               G_STRUCT_OFFSET (BwJobTable, columns[i]));
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, popup_menu_at);
}

static void
bw_job_table_class_init (BwJobTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bw_job_table_dispose;
  object_class->get_property = bw_job_table_get_property;

  /**
   * BwJobTable:n-unseen:
   *
   * How many jobs arrived above what is on screen.
   */
  properties[PROP_N_UNSEEN] = g_param_spec_uint ("n-unseen", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ACTIVATE] = g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, BW_TYPE_JOB_ENTRY);

  /* The menu of the rows chosen is about to open: time for bw_job_table_set_row_menu(). */
  signals[PREPARE_MENU] =
      g_signal_new ("prepare-menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /* Other rows are chosen, or one that is changed. */
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);

  bind_template (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "job.delete", NULL);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Delete, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "jobs.clear", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK, "job.edit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "job.copy", NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
}

static void
bw_job_table_init (BwJobTable *self)
{
  self->cells = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  set_factories (self);
  update_widths (self);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)), "notify::gtk-xft-dpi",
                           G_CALLBACK (update_widths), self, G_CONNECT_SWAPPED);
  self->states_button = bw_title_add_menu (self->view, BW_JOB_COLUMN_STATE, "bw-filter-symbolic",
                                           _ ("Filter by State"));
  g_signal_connect_object (gtk_column_view_get_sorter (self->view), "changed",
                           G_CALLBACK (sorter_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_adjustment (self), "value-changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * bw_job_table_set_filter:
 * @self: a table
 * @filter: what the titles sort by
 */
void
bw_job_table_set_filter (BwJobTable *self, BwListFilter *filter)
{
  g_return_if_fail (BW_IS_JOB_TABLE (self));

  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_func (self->filter, filter_changed_cb, self);
  g_set_object (&self->filter, filter);
  g_signal_connect_swapped (filter, "changed", G_CALLBACK (filter_changed_cb), self);
  filter_changed_cb (self);
}

/**
 * bw_job_table_set_list:
 * @self: a table
 * @list: (nullable): the jobs to show
 */
void
bw_job_table_set_list (BwJobTable *self, BwJobList *list)
{
  g_return_if_fail (BW_IS_JOB_TABLE (self));

  disconnect_list (self);
  set_n_unseen (self, 0);
  bw_row_selection_set_list (self->selection, list != NULL ? BW_PAGED_LIST (list) : NULL);
  if (list == NULL)
    return;

  self->list = g_object_ref (list);
  self->chosen_from = bw_filter_copy (bw_job_list_get_filter (list));
  g_signal_connect_swapped (bw_business_get_event_stream (bw_job_list_get_business (list)), "event",
                            G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (list, "notify::filter", G_CALLBACK (list_filter_cb), self);
}

/**
 * bw_job_table_set_layout:
 * @self: a table
 * @layout: how much room there is
 */
void
bw_job_table_set_layout (BwJobTable *self, BwJobLayout layout)
{
  GHashTableIter iter;
  gpointer cell;

  g_return_if_fail (BW_IS_JOB_TABLE (self));

  if (self->layout == layout)
    return;

  self->layout = layout;
  for (guint i = 0; i < BW_N_JOB_COLUMNS; i++)
    gtk_column_view_column_set_visible (self->columns[i], layout <= bw_job_columns[i].layout);
  update_widths (self);

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    bw_job_cell_set_layout (cell, layout);
}

/**
 * bw_job_table_get_selection:
 * @self: a table
 *
 * Returns: (transfer none): the rows chosen, of BwJob
 */
BwRowSelection *
bw_job_table_get_selection (BwJobTable *self)
{
  g_return_val_if_fail (BW_IS_JOB_TABLE (self), NULL);

  return self->selection;
}

/**
 * bw_job_table_get_n_unseen:
 * @self: a table
 *
 * Returns: how many jobs arrived above what is on screen
 */
guint
bw_job_table_get_n_unseen (BwJobTable *self)
{
  g_return_val_if_fail (BW_IS_JOB_TABLE (self), 0);

  return self->n_unseen;
}

/**
 * bw_job_table_scroll_to_top:
 * @self: a table
 */
void
bw_job_table_scroll_to_top (BwJobTable *self)
{
  g_return_if_fail (BW_IS_JOB_TABLE (self));

  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    gtk_column_view_scroll_to (self->view, 0, NULL, GTK_LIST_SCROLL_FOCUS, NULL);
  set_n_unseen (self, 0);
}

/**
 * bw_job_table_set_row_menu:
 * @self: a table
 * @menu: the menu of the rows chosen
 */
void
bw_job_table_set_row_menu (BwJobTable *self, GMenuModel *menu)
{
  g_return_if_fail (BW_IS_JOB_TABLE (self));

  g_set_object (&self->row_menu, menu);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-figure-table.h"

#include <glib/gi18n.h>

#include "bw-figure-cell.h"
#include "bw-format.h"

struct _BwFigureTable
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  GtkSingleSelection *selection;
  GtkSortListModel *sorted;

  GListStore *rows;
  BwFigureColumn *columns;
  guint n_columns;
  BwKeyFunc get_key;
  GHashTable *cells; /* of BwFigureCell */
  gboolean narrow;
  gboolean sortable;
};

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_NARROW,
  PROP_SORTABLE,
  N_PROPS
};

enum
{
  ACTIVATE,
  END_REACHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwFigureTable, bw_figure_table, ADW_TYPE_BIN)

/* Cells */

static const BwFigureColumn *
get_column (BwFigureTable *self, gpointer factory)
{
  return &self->columns[GPOINTER_TO_UINT (g_object_get_data (factory, "column"))];
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell, BwFigureTable *self)
{
  GtkWidget *child = bw_figure_cell_new (get_column (self, factory));

  bw_figure_cell_set_narrow (BW_FIGURE_CELL (child), self->narrow);
  g_hash_table_add (self->cells, child);
  gtk_column_view_cell_set_child (cell, child);
  gtk_column_view_cell_set_focusable (cell, FALSE);
}

static void
teardown_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell, BwFigureTable *self)
{
  if (self->cells != NULL)
    g_hash_table_remove (self->cells, gtk_column_view_cell_get_child (cell));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell)
{
  bw_figure_cell_set_row (BW_FIGURE_CELL (gtk_column_view_cell_get_child (cell)),
                          gtk_column_view_cell_get_item (cell));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell)
{
  bw_figure_cell_set_row (BW_FIGURE_CELL (gtk_column_view_cell_get_child (cell)), NULL);
}

/* Rows: what a screen reader says of each as a whole */

static void
describe_row (GtkColumnViewRow *row)
{
  BwLiveRow *item = gtk_column_view_row_get_item (row);
  BwFigureTable *self = g_object_get_data (G_OBJECT (row), "table");
  gconstpointer value = bw_live_row_get_value (item);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < self->n_columns; i++)
    {
      const BwFigureColumn *column = &self->columns[i];
      g_autofree char *text = bw_figure_column_get_text (column, value);

      if (column->flags & BW_FIGURE_NAME)
        gtk_column_view_row_set_accessible_label (row, text);
      else if (*text != '\0')
        g_string_append_printf (words, "%s%s: %s", words->len > 0 ? ", " : "", _ (column->title),
                                text);
    }

  gtk_column_view_row_set_accessible_description (row, words->str);
  g_string_free (words, TRUE);
}

static void
row_bind_cb (GtkSignalListItemFactory *factory, GtkColumnViewRow *row, BwFigureTable *self)
{
  g_object_set_data (G_OBJECT (row), "table", self);
  g_signal_connect_object (gtk_column_view_row_get_item (row), "notify::value",
                           G_CALLBACK (describe_row), row, G_CONNECT_SWAPPED);
  describe_row (row);
}

static void
row_unbind_cb (GtkSignalListItemFactory *factory, GtkColumnViewRow *row)
{
  g_signal_handlers_disconnect_by_data (gtk_column_view_row_get_item (row), row);
}

/* Columns */

static double
get_number (const BwFigureColumn *column, gconstpointer value)
{
  if (column->get_time != NULL)
    return (double) column->get_time (value);

  return column->get_number (value);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const BwFigureColumn *column = user_data;
  gconstpointer first = bw_live_row_get_value ((BwLiveRow *) a);
  gconstpointer second = bw_live_row_get_value ((BwLiveRow *) b);

  if (column->get_number == NULL && column->get_time == NULL)
    {
      g_autofree char *one = column->get_text (first, column);
      g_autofree char *other = column->get_text (second, column);

      return g_utf8_collate (one, other);
    }

  return (get_number (column, first) > get_number (column, second))
         - (get_number (column, first) < get_number (column, second));
}

static GtkColumnViewColumn *
create_column (BwFigureTable *self, guint i)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  const BwFigureColumn *info = &self->columns[i];
  GtkColumnViewColumn *column = gtk_column_view_column_new (_ (info->title), factory);

  g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (i));
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (factory, "teardown", G_CALLBACK (teardown_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);

  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_expand (column, (info->flags & BW_FIGURE_EXPAND) != 0);
  gtk_column_view_column_set_visible (column, !self->narrow || (info->flags & BW_FIGURE_NARROW));
  if (info->width > 0)
    gtk_column_view_column_set_fixed_width (
        column, (int) adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, info->width,
                                             gtk_widget_get_settings (GTK_WIDGET (self))));
  if (self->sortable)
    {
      g_autoptr (GtkSorter) sorter =
          GTK_SORTER (gtk_custom_sorter_new (compare, (gpointer) info, NULL));

      gtk_column_view_column_set_sorter (column, sorter);
    }

  return column;
}

/* GTK has no way to align a title. This puts its words at the end of its box, after the arrow of
 * the order; where a later GTK makes titles in another way, they stay at the start. */
static void
align_title (BwFigureTable *self, guint i)
{
  GtkWidget *title = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *box;
  GtkWidget *label;

  title = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  for (; i > 0 && title != NULL; i--)
    title = gtk_widget_get_next_sibling (title);
  box = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  label = GTK_IS_BOX (box) ? gtk_widget_get_first_child (box) : NULL;
  if (GTK_IS_LABEL (label))
    {
      gtk_box_reorder_child_after (GTK_BOX (box), label, gtk_widget_get_last_child (box));
      gtk_widget_set_hexpand (label, TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 1);
    }
}

static void
remove_columns (BwFigureTable *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);

  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (self->view, column);
    }
  g_clear_pointer (&self->columns, g_free);
  self->n_columns = 0;
}

/* The object */

static void
activate_cb (BwFigureTable *self, guint position)
{
  g_autoptr (BwLiveRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row != NULL)
    g_signal_emit (self, signals[ACTIVATE], 0, row);
}

/* A screenful ahead, so that what follows is there when it comes into sight. */
static void
scrolled_cb (BwFigureTable *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double page = gtk_adjustment_get_page_size (adjustment);

  if (page > 0
      && gtk_adjustment_get_value (adjustment) + 2 * page > gtk_adjustment_get_upper (adjustment))
    g_signal_emit (self, signals[END_REACHED], 0);
}

static void
bw_figure_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwFigureTable *self = BW_FIGURE_TABLE (object);

  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_SORTABLE:
      g_value_set_boolean (value, self->sortable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_figure_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwFigureTable *self = BW_FIGURE_TABLE (object);

  switch (id)
    {
    case PROP_LABEL:
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      g_value_get_string (value), -1);
      break;
    case PROP_NARROW:
      bw_figure_table_set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_SORTABLE:
      self->sortable = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_figure_table_dispose (GObject *object)
{
  BwFigureTable *self = BW_FIGURE_TABLE (object);

  g_clear_pointer (&self->cells, g_hash_table_unref);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_FIGURE_TABLE);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (bw_figure_table_parent_class)->dispose (object);
}

static void
bw_figure_table_finalize (GObject *object)
{
  g_free (BW_FIGURE_TABLE (object)->columns);

  G_OBJECT_CLASS (bw_figure_table_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_LABEL] =
      g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  properties[PROP_SORTABLE] =
      g_param_spec_boolean ("sortable", NULL, NULL, TRUE, flags | G_PARAM_CONSTRUCT);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_figure_table_class_init (BwFigureTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bw_figure_table_get_property;
  object_class->set_property = bw_figure_table_set_property;
  object_class->dispose = bw_figure_table_dispose;
  object_class->finalize = bw_figure_table_finalize;
  install_properties (object_class);

  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, BW_TYPE_LIVE_ROW);
  signals[END_REACHED] = g_signal_new ("end-reached", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-figure-table.ui");
  gtk_widget_class_bind_template_child (widget_class, BwFigureTable, scroller);
  gtk_widget_class_bind_template_child (widget_class, BwFigureTable, view);
  gtk_widget_class_bind_template_child (widget_class, BwFigureTable, selection);
  gtk_widget_class_bind_template_child (widget_class, BwFigureTable, sorted);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
bw_figure_table_init (BwFigureTable *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkAdjustment *adjustment;

  self->cells = g_hash_table_new (NULL, NULL);
  self->rows = bw_live_rows_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_sort_list_model_set_model (self->sorted, G_LIST_MODEL (self->rows));
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);

  g_signal_connect_object (factory, "bind", G_CALLBACK (row_bind_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect (factory, "unbind", G_CALLBACK (row_unbind_cb), NULL);
  gtk_column_view_set_row_factory (self->view, factory);
}

/**
 * bw_figure_column_get_text:
 * @self: a column
 * @value: the values of a row
 *
 * Returns: (transfer full): what stands there, also for a screen reader
 */
char *
bw_figure_column_get_text (const BwFigureColumn *self, gconstpointer value)
{
  if (self->get_time != NULL)
    return bw_format_time_human (self->get_time (value), bw_time_now ());
  if (self->get_text != NULL)
    return self->get_text (value, self);
  if (self->get_number (value) < 0)
    return g_strdup ("–");

  return bw_format_number ((gint64) self->get_number (value));
}

/**
 * bw_figure_table_new:
 *
 * Returns: (transfer floating): a table without columns
 */
GtkWidget *
bw_figure_table_new (void)
{
  return g_object_new (BW_TYPE_FIGURE_TABLE, NULL);
}

/**
 * bw_figure_table_set_columns:
 * @self: a table
 * @columns: (array length=n_columns): its columns; copied, but not their titles
 * @n_columns: how many
 * @get_key: says what a value is of
 *
 * Columns like those before only lose their rows.
 */
void
bw_figure_table_set_columns (BwFigureTable *self,
                             const BwFigureColumn *columns,
                             guint n_columns,
                             BwKeyFunc get_key)
{
  g_return_if_fail (BW_IS_FIGURE_TABLE (self));

  g_list_store_remove_all (self->rows);
  remove_columns (self);
  self->columns = g_memdup2 (columns, n_columns * sizeof (BwFigureColumn));
  self->n_columns = n_columns;
  self->get_key = get_key;
  for (guint i = 0; i < n_columns; i++)
    {
      g_autoptr (GtkColumnViewColumn) column = create_column (self, i);

      gtk_column_view_append_column (self->view, column);
      if (columns[i].flags & BW_FIGURE_NUMBER)
        align_title (self, i);
    }
}

/**
 * bw_figure_table_take:
 * @self: a table with columns
 * @values: (transfer none): what its rows are to show; it owns the values
 */
void
bw_figure_table_take (BwFigureTable *self, GPtrArray *values)
{
  GtkSorter *sorter;

  g_return_if_fail (BW_IS_FIGURE_TABLE (self));

  bw_live_rows_take (self->rows, values, self->get_key);
  sorter = gtk_column_view_get_sorter (self->view);
  if (gtk_column_view_sorter_get_primary_sort_column (GTK_COLUMN_VIEW_SORTER (sorter)) != NULL)
    gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

/**
 * bw_figure_table_set_narrow:
 * @self: a table
 * @narrow: whether to show only what is most telling
 */
void
bw_figure_table_set_narrow (BwFigureTable *self, gboolean narrow)
{
  GListModel *columns;
  GHashTableIter iter;
  gpointer cell;

  g_return_if_fail (BW_IS_FIGURE_TABLE (self));

  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  columns = gtk_column_view_get_columns (self->view);
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      gtk_column_view_column_set_visible (
          column, !narrow || (self->columns[i].flags & BW_FIGURE_NARROW) != 0);
    }

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    bw_figure_cell_set_narrow (cell, narrow);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

/**
 * bw_figure_table_get_n_rows:
 * @self: a table
 *
 * Returns: how many rows it has
 */
guint
bw_figure_table_get_n_rows (BwFigureTable *self)
{
  g_return_val_if_fail (BW_IS_FIGURE_TABLE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

/**
 * bw_figure_table_set_natural:
 * @self: a table
 * @max_height: in pixels
 *
 * Makes the table as high as its rows, and scroll from @max_height on, for a table among others.
 */
void
bw_figure_table_set_natural (BwFigureTable *self, int max_height)
{
  g_return_if_fail (BW_IS_FIGURE_TABLE (self));

  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), FALSE);
  gtk_scrolled_window_set_propagate_natural_height (self->scroller, TRUE);
  gtk_scrolled_window_set_max_content_height (self->scroller, max_height);
}

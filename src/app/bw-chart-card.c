/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart-card.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-chart.h"
#include "bw-figure-table.h"

/* A table among charts scrolls by itself from this height on, in pixels. */
#define MAX_TABLE_HEIGHT 360

#define DEFAULT_CHART_HEIGHT 200

struct _BwChartCard
{
  AdwBin parent_instance;

  GtkLabel *span_label;
  GtkToggleButton *table_button;
  AdwWrapBox *legend;
  GtkStack *stack;
  BwChart *chart;
  BwFigureTable *table;
  GtkWidget *nothing_label;

  char *title;
  int chart_height;
  GPtrArray *values; /* of GtkLabel: what stands beside each name in the legend */
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_CHART_HEIGHT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwChartCard, bw_chart_card, ADW_TYPE_BIN)

/* The legend */

static void
add_legend_entry (BwChartCard *self, const BwChartSeries *series)
{
  GtkWidget *entry = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = gtk_label_new (series->name);
  GtkWidget *value = gtk_label_new (NULL);

  gtk_widget_add_css_class (swatch, "series");
  gtk_widget_add_css_class (swatch, series->style);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (name, "caption");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (value, "caption-heading");
  gtk_widget_add_css_class (value, "numeric");
  gtk_label_set_width_chars (GTK_LABEL (value), 3);
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_box_append (GTK_BOX (entry), swatch);
  gtk_box_append (GTK_BOX (entry), name);
  gtk_box_append (GTK_BOX (entry), value);
  adw_wrap_box_append (self->legend, entry);
  g_ptr_array_add (self->values, value);
}

static void
remove_legend (BwChartCard *self)
{
  GtkWidget *entry = gtk_widget_get_first_child (GTK_WIDGET (self->legend));

  g_ptr_array_set_size (self->values, 0);
  for (; entry != NULL; entry = gtk_widget_get_first_child (GTK_WIDGET (self->legend)))
    adw_wrap_box_remove (self->legend, entry);
}

static gboolean
has_same_series (const BwChartData *a, const BwChartData *b)
{
  if (a == NULL || b == NULL || a->series->len != b->series->len)
    return FALSE;

  for (guint i = 0; i < a->series->len; i++)
    {
      const BwChartSeries *one = g_ptr_array_index (a->series, i);
      const BwChartSeries *other = g_ptr_array_index (b->series, i);

      if (!g_str_equal (one->name, other->name) || !g_str_equal (one->style, other->style))
        return FALSE;
    }

  return TRUE;
}

static void
cursor_cb (BwChartCard *self)
{
  const BwChartData *data = bw_chart_get_data (self->chart);
  int cursor = bw_chart_get_cursor (self->chart);
  g_autofree char *span = NULL;

  if (data == NULL)
    return;

  if (cursor >= 0)
    span = bw_chart_format_span (data->grain, data->edges[cursor], data->edges[cursor + 1],
                                 data->zone);
  else
    span = bw_chart_format_days (data->edges[0], data->edges[data->n], data->zone);
  gtk_label_set_text (self->span_label, span);

  for (guint i = 0; i < self->values->len && i < data->series->len; i++)
    {
      const BwChartSeries *series = g_ptr_array_index (data->series, i);
      double value = cursor >= 0 ? series->values[cursor] : series->total;
      g_autofree char *text = bw_chart_format_value (data->unit, value);

      gtk_label_set_text (g_ptr_array_index (self->values, i),
                          cursor < 0 && isnan (value) ? "" : text);
    }
}

/* The table: a row a span, a column a series */

typedef struct
{
  BwChartData *data;
  guint span;
} Span;

static void
span_free (gpointer data)
{
  Span *span = data;

  bw_chart_data_unref (span->data);
  g_free (span);
}

static char *
get_span_text (gconstpointer value, const BwFigureColumn *column)
{
  const Span *span = value;

  return bw_chart_format_span (span->data->grain, span->data->edges[span->span],
                               span->data->edges[span->span + 1], span->data->zone);
}

static char *
get_value_text (gconstpointer value, const BwFigureColumn *column)
{
  const Span *span = value;
  const BwChartSeries *series = g_ptr_array_index (span->data->series, column->index);

  return bw_chart_format_value (span->data->unit, series->values[span->span]);
}

static char *
get_span_key (gconstpointer value)
{
  const Span *span = value;

  return g_strdup_printf ("%" G_GINT64_FORMAT, span->data->edges[span->span]);
}

static void
set_columns (BwChartCard *self, const BwChartData *data)
{
  g_autofree BwFigureColumn *columns = g_new0 (BwFigureColumn, data->series->len + 1);

  columns[0].title = N_ ("Time");
  columns[0].flags = BW_FIGURE_EXPAND | BW_FIGURE_NARROW | BW_FIGURE_NAME;
  columns[0].get_text = get_span_text;
  for (guint i = 0; i < data->series->len; i++)
    {
      const BwChartSeries *series = g_ptr_array_index (data->series, i);

      columns[i + 1].title = g_intern_string (series->name);
      columns[i + 1].flags = BW_FIGURE_NUMBER | BW_FIGURE_NARROW;
      columns[i + 1].get_text = get_value_text;
      columns[i + 1].index = i;
    }

  bw_figure_table_set_columns (self->table, columns, data->series->len + 1, get_span_key);
}

static void
fill_table (BwChartCard *self, BwChartData *data)
{
  g_autoptr (GPtrArray) spans = g_ptr_array_new_with_free_func (span_free);

  for (guint i = data->n; i > 0; i--)
    {
      Span *span = g_new0 (Span, 1);

      span->data = bw_chart_data_ref (data);
      span->span = i - 1;
      g_ptr_array_add (spans, span);
    }

  bw_figure_table_take (self->table, spans);
}

static void
update_page (BwChartCard *self)
{
  BwChartData *data = bw_chart_get_data (self->chart);

  if (data == NULL || bw_chart_data_is_empty (data))
    gtk_stack_set_visible_child_name (self->stack, "nothing");
  else if (gtk_toggle_button_get_active (self->table_button))
    gtk_stack_set_visible_child_name (self->stack, "table");
  else
    gtk_stack_set_visible_child_name (self->stack, "chart");
}

static void
table_toggled_cb (BwChartCard *self)
{
  gboolean table = gtk_toggle_button_get_active (self->table_button);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->table_button),
                               table ? _ ("Show as Chart") : _ ("Show as Table"));
  if (table && bw_chart_get_data (self->chart) != NULL)
    fill_table (self, bw_chart_get_data (self->chart));
  update_page (self);
}

/* The object */

static void
set_title (BwChartCard *self, const char *title)
{
  if (!g_set_str (&self->title, title))
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : "", -1);
  g_object_set (self->table, "label", title, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

static void
bw_chart_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwChartCard *self = BW_CHART_CARD (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_CHART_HEIGHT:
      g_value_set_int (value, self->chart_height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_chart_card_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwChartCard *self = BW_CHART_CARD (object);

  switch (id)
    {
    case PROP_TITLE:
      set_title (self, g_value_get_string (value));
      break;
    case PROP_CHART_HEIGHT:
      self->chart_height = g_value_get_int (value);
      bw_chart_set_height (self->chart, self->chart_height);
      gtk_widget_set_size_request (self->nothing_label, -1, self->chart_height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_chart_card_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_CHART_CARD);

  G_OBJECT_CLASS (bw_chart_card_parent_class)->dispose (object);
}

static void
bw_chart_card_finalize (GObject *object)
{
  BwChartCard *self = BW_CHART_CARD (object);

  g_free (self->title);
  g_ptr_array_unref (self->values);

  G_OBJECT_CLASS (bw_chart_card_parent_class)->finalize (object);
}

static void
bw_chart_card_class_init (BwChartCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bw_chart_card_get_property;
  object_class->set_property = bw_chart_card_set_property;
  object_class->dispose = bw_chart_card_dispose;
  object_class->finalize = bw_chart_card_finalize;

  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL, flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CHART_HEIGHT] = g_param_spec_int (
      "chart-height", NULL, NULL, 60, 2000, DEFAULT_CHART_HEIGHT, flags | G_PARAM_CONSTRUCT);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_CHART);
  g_type_ensure (BW_TYPE_FIGURE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-chart-card.ui");
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, span_label);
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, table_button);
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, legend);
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, stack);
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, chart);
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, table);
  gtk_widget_class_bind_template_child (widget_class, BwChartCard, nothing_label);
  gtk_widget_class_bind_template_callback (widget_class, cursor_cb);
  gtk_widget_class_bind_template_callback (widget_class, table_toggled_cb);
}

static void
bw_chart_card_init (BwChartCard *self)
{
  self->values = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_figure_table_set_natural (self->table, MAX_TABLE_HEIGHT);
}

/**
 * bw_chart_card_new:
 *
 * Returns: (transfer floating): a card without data
 */
GtkWidget *
bw_chart_card_new (void)
{
  return g_object_new (BW_TYPE_CHART_CARD, NULL);
}

/**
 * bw_chart_card_set_data:
 * @self: a card
 * @data: what to show
 */
void
bw_chart_card_set_data (BwChartCard *self, BwChartData *data)
{
  g_return_if_fail (BW_IS_CHART_CARD (self));

  if (!has_same_series (bw_chart_get_data (self->chart), data))
    {
      remove_legend (self);
      for (guint i = 0; i < data->series->len; i++)
        add_legend_entry (self, g_ptr_array_index (data->series, i));
      set_columns (self, data);
    }

  bw_chart_set_data (self->chart, data);
  gtk_widget_set_visible (GTK_WIDGET (self->legend), !bw_chart_data_is_empty (data));
  if (gtk_toggle_button_get_active (self->table_button))
    fill_table (self, data);
  cursor_cb (self);
  update_page (self);
}

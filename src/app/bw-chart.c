/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-chart-layout.h"
#include "bw-chart-text.h"

/* In pixels. */
#define MIN_WIDTH 160
#define DEFAULT_HEIGHT 200
#define MAX_BAR 36
#define BAR_CORNER 3
#define LINE_WIDTH 2
#define DOT 3

/* How much of a span a bar takes. */
#define BAR_SHARE 0.68

struct _BwChart
{
  GtkWidget parent_instance;

  BwChartData *data;
  GPtrArray *swatches; /* of GtkWidget: children that are never seen, whose CSS gives the colours */
  BwChartLayout layout;
  int cursor;
  int height;
};

enum
{
  PROP_0,
  PROP_DATA,
  PROP_CURSOR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwChart, bw_chart, GTK_TYPE_WIDGET)

static void
set_cursor (BwChart *self, int cursor)
{
  if (self->cursor == cursor)
    return;

  self->cursor = cursor;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURSOR]);
}

static gboolean
is_mirrored (BwChart *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

/* Room for the axes */

static int
get_tick_width (BwChart *self, const BwChartScale *scale)
{
  int widest = 0;

  for (guint i = 0; i <= scale->n_steps; i++)
    {
      g_autofree char *text = bw_chart_format_tick (self->data->unit, scale->step * i);

      widest = MAX (widest, bw_chart_text_get_width (GTK_WIDGET (self), text));
    }

  return widest;
}

static int
get_label_width (BwChart *self)
{
  int widest = 0;

  for (guint i = 0; i < self->data->n; i++)
    {
      g_autofree char *text =
          bw_chart_format_label (self->data->grain, self->data->edges[i], self->data->zone);

      widest = MAX (widest, bw_chart_text_get_width (GTK_WIDGET (self), text));
    }

  return widest;
}

/* The steps follow from the height alone, so their words can be measured before the width is
 * shared out. */
static void
update_layout (BwChart *self)
{
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  float line = bw_chart_text_get_height (GTK_WIDGET (self));
  float label = (float) get_label_width (self);
  gboolean mirrored = is_mirrored (self);

  bw_chart_layout_init (&self->layout, self->data, width, height, 0, label, line, mirrored);
  bw_chart_layout_init (&self->layout, self->data, width, height,
                        (float) get_tick_width (self, &self->layout.scale), label, line, mirrored);
}

/* Drawing */

static GdkRGBA
get_shade (BwChart *self, float alpha)
{
  GdkRGBA color;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  color.alpha *= alpha;

  return color;
}

static GdkRGBA
get_series_color (BwChart *self, guint series)
{
  GdkRGBA color;

  gtk_widget_get_color (g_ptr_array_index (self->swatches, series), &color);

  return color;
}

static void
draw_value_axis (BwChart *self, GtkSnapshot *snapshot)
{
  const BwChartLayout *layout = &self->layout;
  const graphene_rect_t *plot = &layout->plot;
  float x =
      layout->mirrored ? (float) gtk_widget_get_width (GTK_WIDGET (self)) : plot->origin.x - 8;

  for (guint i = 0; i <= layout->scale.n_steps; i++)
    {
      double value = layout->scale.step * i;
      float y = roundf (bw_chart_layout_get_y (layout, value));
      g_autofree char *text = bw_chart_format_tick (self->data->unit, value);
      GdkRGBA color = get_shade (self, i == 0 ? 0.3f : 0.1f);

      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (plot->origin.x, y, plot->size.width, 1));
      bw_chart_text_draw (GTK_WIDGET (self), snapshot, text, x, y, 1);
    }
}

/* A label at the edge is moved in rather than cut off. */
static void
draw_time_axis (BwChart *self, GtkSnapshot *snapshot)
{
  const BwChartData *data = self->data;
  const BwChartLayout *layout = &self->layout;
  float room = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float y = (float) gtk_widget_get_height (GTK_WIDGET (self))
            - bw_chart_text_get_height (GTK_WIDGET (self)) / 2;

  for (guint i = 0; i < data->n; i++)
    if (bw_chart_is_labelled (data->grain, data->edges, data->n, i, layout->stride, data->zone))
      {
        g_autofree char *text = bw_chart_format_label (data->grain, data->edges[i], data->zone);
        float half = (float) bw_chart_text_get_width (GTK_WIDGET (self), text) / 2;
        float x = bw_chart_layout_get_x (layout, i + 0.5);

        bw_chart_text_draw (GTK_WIDGET (self), snapshot, text,
                            CLAMP (x, half, MAX (room - half, half)), y, 0.5f);
      }
}

static void
draw_cursor (BwChart *self, GtkSnapshot *snapshot)
{
  const graphene_rect_t *plot = &self->layout.plot;
  float a = bw_chart_layout_get_x (&self->layout, self->cursor);
  float b = bw_chart_layout_get_x (&self->layout, self->cursor + 1);
  GdkRGBA color = get_shade (self, 0.08f);

  gtk_snapshot_append_color (
      snapshot, &color,
      &GRAPHENE_RECT_INIT (MIN (a, b), plot->origin.y, fabsf (b - a), plot->size.height));
}

static void
draw_bar (BwChart *self, GtkSnapshot *snapshot, guint i)
{
  const BwChartLayout *layout = &self->layout;
  float width = (float) MAX (MIN (layout->slot * BAR_SHARE, MAX_BAR), 1);
  float x = bw_chart_layout_get_x (layout, i + 0.5) - width / 2;
  float corner = MIN (BAR_CORNER, width / 2);
  double height = 0;
  float bottom = bw_chart_layout_get_y (layout, 0);
  GskRoundedRect outline;

  for (guint s = 0; s < self->data->series->len; s++)
    height += ((BwChartSeries *) g_ptr_array_index (self->data->series, s))->values[i];
  if (height <= 0)
    return;

  gsk_rounded_rect_init (&outline,
                         &GRAPHENE_RECT_INIT (x, bw_chart_layout_get_y (layout, height), width,
                                              bottom - bw_chart_layout_get_y (layout, height)),
                         &GRAPHENE_SIZE_INIT (corner, corner), &GRAPHENE_SIZE_INIT (corner, corner),
                         &GRAPHENE_SIZE_INIT (0, 0), &GRAPHENE_SIZE_INIT (0, 0));
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  height = 0;
  for (guint s = 0; s < self->data->series->len; s++)
    {
      double value = ((BwChartSeries *) g_ptr_array_index (self->data->series, s))->values[i];
      float low = bw_chart_layout_get_y (layout, height);
      float top = bw_chart_layout_get_y (layout, height + value);
      GdkRGBA color = get_series_color (self, s);

      /* A line of the background keeps parts apart that differ in colour only. */
      if (height > 0 && low - top > 3)
        low -= 1;
      if (value > 0)
        gtk_snapshot_append_color (snapshot, &color,
                                   &GRAPHENE_RECT_INIT (x, top, width, low - top));
      height += value;
    }
  gtk_snapshot_pop (snapshot);
}

static void
draw_dot (GtkSnapshot *snapshot, float x, float y, const GdkRGBA *color)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;

  gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, y), DOT);
  path = gsk_path_builder_free_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, color);
}

/* Where a value is missing the line is interrupted; a value between two missing ones, and the one
 * under the cursor, is a dot. */
static void
draw_line (BwChart *self, GtkSnapshot *snapshot, guint series)
{
  const BwChartSeries *info = g_ptr_array_index (self->data->series, series);
  GdkRGBA color = get_series_color (self, series);
  GskPathBuilder *builder = gsk_path_builder_new ();
  GskStroke *stroke = gsk_stroke_new (LINE_WIDTH);
  g_autoptr (GskPath) path = NULL;
  static const float dashes[] = { 6, 3 };

  for (guint i = 0; i < self->data->n; i++)
    {
      gboolean before = i > 0 && !isnan (info->values[i - 1]);
      gboolean after = i + 1 < self->data->n && !isnan (info->values[i + 1]);
      float x = bw_chart_layout_get_x (&self->layout, i + 0.5);
      float y = bw_chart_layout_get_y (&self->layout, info->values[i]);

      if (isnan (info->values[i]))
        continue;
      if (before)
        gsk_path_builder_line_to (builder, x, y);
      else
        gsk_path_builder_move_to (builder, x, y);
      if ((!before && !after) || (int) i == self->cursor)
        draw_dot (snapshot, x, y, &color);
    }

  gsk_stroke_set_line_cap (stroke, GSK_LINE_CAP_ROUND);
  gsk_stroke_set_line_join (stroke, GSK_LINE_JOIN_ROUND);
  if (series % 2 == 1)
    gsk_stroke_set_dash (stroke, dashes, G_N_ELEMENTS (dashes));
  path = gsk_path_builder_free_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &color);
  gsk_stroke_free (stroke);
}

static void
bw_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BwChart *self = BW_CHART (widget);

  if (self->data == NULL || self->data->n == 0)
    return;

  update_layout (self);
  if (self->cursor >= 0)
    draw_cursor (self, snapshot);
  draw_value_axis (self, snapshot);
  draw_time_axis (self, snapshot);
  if (self->data->kind == BW_CHART_BARS)
    for (guint i = 0; i < self->data->n; i++)
      draw_bar (self, snapshot, i);
  else
    for (guint s = self->data->series->len; s > 0; s--)
      draw_line (self, snapshot, s - 1);
}

static void
bw_chart_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : BW_CHART (widget)->height;
  *natural = *minimum;
}

/* Looking at single spans */

static void
motion_cb (BwChart *self, double x)
{
  if (self->data != NULL)
    set_cursor (self, bw_chart_layout_find (&self->layout, self->data->n, x));
}

static void
leave_cb (BwChart *self)
{
  set_cursor (self, -1);
}

static void
pressed_cb (BwChart *self, int n_press, double x)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  motion_cb (self, x);
}

static int
get_moved (BwChart *self, guint key)
{
  int n = (int) self->data->n;
  int step = is_mirrored (self) ? -1 : 1;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      step = -step;
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      break;
    case GDK_KEY_Home:
      return 0;
    case GDK_KEY_End:
      return n - 1;
    default:
      return -1;
    }

  return self->cursor < 0 ? (step > 0 ? 0 : n - 1) : CLAMP (self->cursor + step, 0, n - 1);
}

static gboolean
key_cb (BwChart *self, guint key)
{
  g_autofree char *words = NULL;
  int moved;

  if (self->data == NULL || self->data->n == 0)
    return FALSE;
  if (key == GDK_KEY_Escape && self->cursor >= 0)
    {
      set_cursor (self, -1);
      return TRUE;
    }

  moved = get_moved (self, key);
  if (moved < 0)
    return FALSE;

  set_cursor (self, moved);
  words = bw_chart_data_describe_span (self->data, (guint) moved);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), words,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);

  return TRUE;
}

static void
add_controllers (BwChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

/* The object */

static void
remove_swatches (BwChart *self)
{
  for (guint i = 0; i < self->swatches->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->swatches, i));
  g_ptr_array_set_size (self->swatches, 0);
}

static void
bw_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwChart *self = BW_CHART (object);

  switch (id)
    {
    case PROP_DATA:
      g_value_set_boxed (value, self->data);
      break;
    case PROP_CURSOR:
      g_value_set_int (value, self->cursor);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_chart_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_DATA:
      bw_chart_set_data (BW_CHART (object), g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_chart_dispose (GObject *object)
{
  BwChart *self = BW_CHART (object);

  remove_swatches (self);
  g_clear_pointer (&self->data, bw_chart_data_unref);

  G_OBJECT_CLASS (bw_chart_parent_class)->dispose (object);
}

static void
bw_chart_finalize (GObject *object)
{
  g_ptr_array_unref (BW_CHART (object)->swatches);

  G_OBJECT_CLASS (bw_chart_parent_class)->finalize (object);
}

static void
bw_chart_class_init (BwChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bw_chart_get_property;
  object_class->set_property = bw_chart_set_property;
  object_class->dispose = bw_chart_dispose;
  object_class->finalize = bw_chart_finalize;
  widget_class->snapshot = bw_chart_snapshot;
  widget_class->measure = bw_chart_measure;

  properties[PROP_DATA] =
      g_param_spec_boxed ("data", NULL, NULL, BW_TYPE_CHART_DATA,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CURSOR] = g_param_spec_int ("cursor", NULL, NULL, -1, G_MAXINT, -1,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
bw_chart_init (BwChart *self)
{
  self->cursor = -1;
  self->height = DEFAULT_HEIGHT;
  self->swatches = g_ptr_array_new ();
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  add_controllers (self);
}

/**
 * bw_chart_new:
 *
 * Returns: (transfer floating): a chart without data
 */
GtkWidget *
bw_chart_new (void)
{
  return g_object_new (BW_TYPE_CHART, NULL);
}

/**
 * bw_chart_set_data:
 * @self: a chart
 * @data: (nullable): what to show
 */
void
bw_chart_set_data (BwChart *self, BwChartData *data)
{
  g_autofree char *words = data != NULL ? bw_chart_data_describe (data) : NULL;
  BwChartData *old;

  g_return_if_fail (BW_IS_CHART (self));

  old = self->data;
  self->data = data != NULL ? bw_chart_data_ref (data) : NULL;
  g_clear_pointer (&old, bw_chart_data_unref);

  remove_swatches (self);
  for (guint i = 0; data != NULL && i < data->series->len; i++)
    {
      GtkWidget *swatch = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_add_css_class (swatch, "series");
      gtk_widget_add_css_class (swatch, ((BwChartSeries *) data->series->pdata[i])->style);
      gtk_widget_set_visible (swatch, FALSE);
      gtk_widget_set_parent (swatch, GTK_WIDGET (self));
      g_ptr_array_add (self->swatches, swatch);
    }

  if (data == NULL || self->cursor >= (int) data->n)
    set_cursor (self, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words != NULL ? words : "", -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DATA]);
}

/**
 * bw_chart_get_data:
 * @self: a chart
 *
 * Returns: (transfer none) (nullable): what is shown
 */
BwChartData *
bw_chart_get_data (BwChart *self)
{
  g_return_val_if_fail (BW_IS_CHART (self), NULL);

  return self->data;
}

/**
 * bw_chart_get_cursor:
 * @self: a chart
 *
 * Returns: the span that the user looks at; -1 for none
 */
int
bw_chart_get_cursor (BwChart *self)
{
  g_return_val_if_fail (BW_IS_CHART (self), -1);

  return self->cursor;
}

/**
 * bw_chart_set_height:
 * @self: a chart
 * @height: in pixels
 */
void
bw_chart_set_height (BwChart *self, int height)
{
  g_return_if_fail (BW_IS_CHART (self));

  self->height = height;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

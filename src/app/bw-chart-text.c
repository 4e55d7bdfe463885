/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-chart-text.h"

#include <math.h>

/* How much they stand back behind what is drawn. */
#define ALPHA 0.7f

static PangoLayout *
new_layout (GtkWidget *chart, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (chart, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);

  return layout;
}

/**
 * bw_chart_text_get_width:
 * @chart: a chart
 * @text: words
 *
 * Returns: how wide they are, in pixels
 */
int
bw_chart_text_get_width (GtkWidget *chart, const char *text)
{
  g_autoptr (PangoLayout) layout = new_layout (chart, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);

  return width;
}

/**
 * bw_chart_text_get_height:
 * @chart: a chart
 *
 * Returns: the height of a line, in pixels
 */
float
bw_chart_text_get_height (GtkWidget *chart)
{
  g_autoptr (PangoLayout) layout = new_layout (chart, "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);

  return (float) height;
}

/**
 * bw_chart_text_draw:
 * @chart: a chart
 * @snapshot: what to draw on
 * @text: words
 * @x: where, in pixels
 * @y: the middle of the line
 * @align: which part of the words is at @x: 0 for their left edge, 1 for the right one
 */
void
bw_chart_text_draw (GtkWidget *chart,
                    GtkSnapshot *snapshot,
                    const char *text,
                    float x,
                    float y,
                    float align)
{
  g_autoptr (PangoLayout) layout = new_layout (chart, text);
  GdkRGBA color;
  int width, height;

  gtk_widget_get_color (chart, &color);
  color.alpha *= ALPHA;
  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (roundf (x - align * (float) width),
                                                          roundf (y - (float) height / 2)));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

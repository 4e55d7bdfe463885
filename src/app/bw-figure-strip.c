/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-figure-strip.h"

/* Of a figure in sight at least, in pixels at the usual size of text. */
#define MIN_WIDTH 110

typedef struct
{
  GtkWidget *card;
  GtkLabel *caption;
  GtkLabel *figure;
  const char *style;
} Figure;

struct _BwFigureStrip
{
  AdwBin parent_instance;

  GtkFlowBox *box;
  GArray *figures; /* of Figure */
};

G_DEFINE_FINAL_TYPE (BwFigureStrip, bw_figure_strip, ADW_TYPE_BIN)

static void
bw_figure_strip_finalize (GObject *object)
{
  g_array_unref (BW_FIGURE_STRIP (object)->figures);

  G_OBJECT_CLASS (bw_figure_strip_parent_class)->finalize (object);
}

static void
bw_figure_strip_class_init (BwFigureStripClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_figure_strip_finalize;
}

static void
bw_figure_strip_init (BwFigureStrip *self)
{
  GtkWidget *box = gtk_flow_box_new ();

  self->box = GTK_FLOW_BOX (box);
  self->figures = g_array_new (FALSE, TRUE, sizeof (Figure));
  gtk_flow_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (self->box, TRUE);
  gtk_flow_box_set_row_spacing (self->box, 12);
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "figure-strip");
  adw_bin_set_child (ADW_BIN (self), box);
}

static GtkLabel *
add_label (GtkWidget *card, const char *const *styles)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_css_classes (label, (const char **) styles);
  gtk_box_append (GTK_BOX (card), label);

  return GTK_LABEL (label);
}

static Figure *
add_figure (BwFigureStrip *self, const char *caption)
{
  static const char *const figure_styles[] = { "title-2", "numeric", NULL };
  static const char *const caption_styles[] = { "caption", "dimmed", NULL };
  Figure figure = { NULL };
  GtkWidget *child;

  figure.card = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  gtk_widget_set_size_request (figure.card, MIN_WIDTH, -1);
  figure.figure = add_label (figure.card, figure_styles);
  figure.caption = add_label (figure.card, caption_styles);
  gtk_label_set_text (figure.caption, caption);
  gtk_flow_box_append (self->box, figure.card);
  child = gtk_widget_get_parent (figure.card);
  gtk_widget_set_focusable (child, FALSE);
  g_array_append_val (self->figures, figure);
  gtk_flow_box_set_min_children_per_line (self->box, MIN (self->figures->len, 2));
  gtk_flow_box_set_max_children_per_line (self->box, self->figures->len);

  return &g_array_index (self->figures, Figure, self->figures->len - 1);
}

/**
 * bw_figure_strip_new:
 *
 * Returns: (transfer floating): a strip without figures
 */
GtkWidget *
bw_figure_strip_new (void)
{
  return g_object_new (BW_TYPE_FIGURE_STRIP, NULL);
}

/**
 * bw_figure_strip_set:
 * @self: a strip
 * @caption: what is counted; one that is not there yet is added at the end
 * @figure: how much
 * @style: (nullable): a CSS class for it, a literal: "error"
 */
void
bw_figure_strip_set (BwFigureStrip *self,
                     const char *caption,
                     const char *figure,
                     const char *style)
{
  g_autofree char *spoken = g_strdup_printf ("%s: %s", caption, figure);
  Figure *found = NULL;

  g_return_if_fail (BW_IS_FIGURE_STRIP (self));

  for (guint i = 0; i < self->figures->len && found == NULL; i++)
    if (g_str_equal (gtk_label_get_text (g_array_index (self->figures, Figure, i).caption),
                     caption))
      found = &g_array_index (self->figures, Figure, i);
  if (found == NULL)
    found = add_figure (self, caption);

  gtk_label_set_text (found->figure, figure);
  gtk_accessible_update_property (GTK_ACCESSIBLE (found->card), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  if (found->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (found->figure), found->style);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (found->figure), style);
  found->style = style;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-figure-cell.h"

#include "bw-time-label.h"
#include "bw-tooltip.h"

struct _BwFigureCell
{
  GtkWidget parent_instance;

  const BwFigureColumn *column;
  BwLiveRow *row;
  gulong value_handler;
  gboolean narrow;
  const char *style; /* the CSS class that the values gave */

  GtkWidget *icon; /* in front of the words; NULL for columns without */
  GtkWidget *box;
  GtkWidget *label;
  GtkWidget *subtitle;
  GtkWidget *time_label;
};

G_DEFINE_FINAL_TYPE (BwFigureCell, bw_figure_cell, GTK_TYPE_WIDGET)

static void
set_style (BwFigureCell *self, const char *style)
{
  if (self->style == style)
    return;

  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->style);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), style);
  self->style = style;
}

/* Zeros stand back, so that figures that say something are seen first. */
static const char *
get_style (const BwFigureColumn *column, gconstpointer value)
{
  const char *style = column->get_style != NULL ? column->get_style (value) : NULL;

  if (style == NULL && column->get_number != NULL && column->get_number (value) <= 0)
    return "zero";

  return style;
}

static void
update (BwFigureCell *self)
{
  gconstpointer value = self->row != NULL ? bw_live_row_get_value (self->row) : NULL;

  if (value == NULL)
    return;

  set_style (self, get_style (self->column, value));
  if (self->icon != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), self->column->get_icon (value));
  if (self->time_label != NULL)
    bw_time_label_set_time (BW_TIME_LABEL (self->time_label), self->column->get_time (value));
  if (self->label != NULL)
    {
      g_autofree char *text = bw_figure_column_get_text (self->column, value);

      gtk_label_set_text (GTK_LABEL (self->label), text);
    }
  if (self->subtitle != NULL)
    {
      g_autofree char *text = self->narrow ? self->column->get_subtitle (value) : NULL;

      gtk_label_set_text (GTK_LABEL (self->subtitle), text != NULL ? text : "");
      gtk_widget_set_visible (self->subtitle, text != NULL && *text != '\0');
    }
}

static GtkWidget *
new_label (const BwFigureColumn *column)
{
  GtkWidget *label = gtk_label_new (NULL);
  gboolean number = (column->flags & BW_FIGURE_NUMBER) != 0;

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  if (column->flags & BW_FIGURE_NAME)
    gtk_widget_add_css_class (label, "job-name");
  if (column->flags & BW_FIGURE_DIMMED)
    gtk_widget_add_css_class (label, "dimmed");
  bw_tooltip_follow_label (label);

  return label;
}

static void
create_children (BwFigureCell *self)
{
  const BwFigureColumn *column = self->column;

  if (column->get_icon != NULL)
    {
      self->icon = gtk_image_new ();
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE,
                                   -1);
      gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
    }

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_valign (self->box, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->box, TRUE);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  if (column->get_time != NULL)
    {
      self->time_label = bw_time_label_new ();
      gtk_box_append (GTK_BOX (self->box), self->time_label);
    }
  else
    {
      self->label = new_label (column);
      gtk_box_append (GTK_BOX (self->box), self->label);
    }
  if (column->get_subtitle != NULL)
    {
      self->subtitle = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (self->subtitle), 0);
      gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (self->subtitle, "caption");
      gtk_widget_add_css_class (self->subtitle, "dimmed");
      bw_tooltip_follow_label (self->subtitle);
      gtk_box_append (GTK_BOX (self->box), self->subtitle);
    }
}

static void
bw_figure_cell_dispose (GObject *object)
{
  BwFigureCell *self = BW_FIGURE_CELL (object);

  g_clear_signal_handler (&self->value_handler, self->row);
  g_clear_object (&self->row);
  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_figure_cell_parent_class)->dispose (object);
}

static void
bw_figure_cell_class_init (BwFigureCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_figure_cell_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "figurecell");
}

static void
bw_figure_cell_init (BwFigureCell *self)
{
}

/**
 * bw_figure_cell_new:
 * @column: what it shows; must outlive the cell
 *
 * Returns: (transfer floating): a cell without a row
 */
GtkWidget *
bw_figure_cell_new (const BwFigureColumn *column)
{
  BwFigureCell *self = g_object_new (BW_TYPE_FIGURE_CELL, NULL);

  self->column = column;
  create_children (self);

  return GTK_WIDGET (self);
}

/**
 * bw_figure_cell_set_row:
 * @self: a cell
 * @row: (nullable): whose values to show
 */
void
bw_figure_cell_set_row (BwFigureCell *self, BwLiveRow *row)
{
  g_return_if_fail (BW_IS_FIGURE_CELL (self));

  if (self->row == row)
    return;

  g_clear_signal_handler (&self->value_handler, self->row);
  g_set_object (&self->row, row);
  if (row == NULL)
    return;

  self->value_handler = g_signal_connect_swapped (row, "notify::value", G_CALLBACK (update), self);
  update (self);
}

/**
 * bw_figure_cell_set_narrow:
 * @self: a cell
 * @narrow: whether there is room for one column only
 */
void
bw_figure_cell_set_narrow (BwFigureCell *self, gboolean narrow)
{
  g_return_if_fail (BW_IS_FIGURE_CELL (self));

  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  update (self);
}

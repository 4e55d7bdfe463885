/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-row-menu.h"

/* Where a menu opened by keyboard points to: a little right of where the row begins, in pixels. */
#define INDENT 24

/* Under this name a widget keeps its menu. */
#define MENU "bw-row-menu"

static gboolean
unparent_cb (gpointer user_data)
{
  GtkWidget *popover = user_data;

  if (gtk_widget_get_parent (popover) != NULL)
    bw_row_menu_close (gtk_widget_get_parent (popover));

  return G_SOURCE_REMOVE;
}

static void
closed_cb (GtkWidget *popover)
{
  /* The action that a click on an item activates comes after "closed". */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_cb, g_object_ref (popover), g_object_unref);
}

/**
 * bw_row_menu_popup:
 * @parent: an AdwBin around the view, which calls bw_row_menu_close() when it is disposed
 * @view: the view that shows the rows
 * @menu: what to show
 * @x: where in @view
 * @y: where in @view
 *
 * Opens a menu. It goes away by itself when it is closed.
 */
void
bw_row_menu_popup (GtkWidget *parent, GtkWidget *view, GMenuModel *menu, double x, double y)
{
  GtkWidget *popover;
  graphene_point_t point;

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (G_IS_MENU_MODEL (menu));

  if (!gtk_widget_compute_point (view, parent, &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;

  bw_row_menu_close (parent);
  popover = gtk_popover_menu_new_from_model (menu);
  g_object_set_data (G_OBJECT (parent), MENU, popover);
  gtk_widget_set_parent (popover, parent);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover),
                               &(GdkRectangle){ (int) point.x, (int) point.y, 1, 1 });
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

/**
 * bw_row_menu_close:
 * @parent: of bw_row_menu_popup()
 *
 * Takes away the menu, if one is there.
 */
void
bw_row_menu_close (GtkWidget *parent)
{
  GtkWidget *popover = g_object_steal_data (G_OBJECT (parent), MENU);

  if (popover != NULL)
    gtk_widget_unparent (popover);
}

/**
 * bw_row_menu_find_focus:
 * @view: the view that shows the rows
 * @x: (out): where in @view
 * @y: (out): where in @view
 *
 * Finds where a menu belongs that was asked for by keyboard: at the row that has the focus.
 *
 * Returns: %FALSE if none has
 */
gboolean
bw_row_menu_find_focus (GtkWidget *view, double *x, double *y)
{
  GtkRoot *root = gtk_widget_get_root (view);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  graphene_rect_t bounds;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, view)
      || !gtk_widget_compute_bounds (focus, view, &bounds))
    return FALSE;

  *x = bounds.origin.x + INDENT;
  *y = bounds.origin.y + bounds.size.height / 2;

  return TRUE;
}

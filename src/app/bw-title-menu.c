/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-title-menu.h"

static GtkBox *
find_title_box (GtkColumnView *view, guint column)
{
  GtkWidget *title = gtk_widget_get_first_child (GTK_WIDGET (view));
  GtkWidget *box;

  title = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  for (guint i = 0; i < column && title != NULL; i++)
    title = gtk_widget_get_next_sibling (title);
  box = title != NULL ? gtk_widget_get_first_child (title) : NULL;

  return GTK_IS_BOX (box) ? GTK_BOX (box) : NULL;
}

/**
 * bw_title_add_menu:
 * @view: a column view
 * @column: the position of a column with a header menu
 * @icon_name: an icon for the menu
 * @tooltip: what the menu is for
 *
 * Shows the header menu of a column as a button in its title. GTK offers it for the secondary click
 * only, which few find, and has no way to put a widget into a title; so this looks for the title's
 * own box. Where a later GTK makes titles in another way, the secondary click remains.
 *
 * Returns: (transfer none) (nullable): the button
 */
GtkWidget *
bw_title_add_menu (GtkColumnView *view, guint column, const char *icon_name, const char *tooltip)
{
  g_autoptr (GtkColumnViewColumn) item =
      g_list_model_get_item (gtk_column_view_get_columns (view), column);
  GtkBox *box = find_title_box (view, column);
  GtkWidget *button;

  if (box == NULL)
    return NULL;

  button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), icon_name);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button),
                                  gtk_column_view_column_get_header_menu (item));
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (button), FALSE);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "title-filter");
  gtk_box_insert_child_after (box, button, gtk_widget_get_first_child (GTK_WIDGET (box)));

  return button;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-tooltip.h"

static gboolean
query_tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer user_data)
{
  g_autofree char *text = ((BwTooltipFunc) user_data) (widget);

  if (text == NULL || *text == '\0')
    return FALSE;

  gtk_tooltip_set_text (tooltip, text);

  return TRUE;
}

static char *
get_cut_text (GtkWidget *label)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))))
    return NULL;

  return g_strdup (gtk_label_get_text (GTK_LABEL (label)));
}

/**
 * bw_tooltip_set_func:
 * @widget: a widget
 * @func: says what to show, when a tooltip is about to be shown
 *
 * Gives a widget a tooltip whose text is made when it is needed. For what changes often, as in the
 * rows of a list: gtk_widget_set_tooltip_text() looks at once where the pointer is, which on X11
 * waits for the display server, and took half of the time of scrolling. Once for each widget.
 */
void
bw_tooltip_set_func (GtkWidget *widget, BwTooltipFunc func)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_widget_set_has_tooltip (widget, TRUE);
  g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_tooltip_cb), (gpointer) func);
}

/**
 * bw_tooltip_follow_label:
 * @label: a label that cuts off what it has no room for
 *
 * Shows the whole text of the label as its tooltip where not all of it is on screen.
 */
void
bw_tooltip_follow_label (GtkWidget *label)
{
  g_return_if_fail (GTK_IS_LABEL (label));

  bw_tooltip_set_func (label, get_cut_text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-list-settings.h"

#include "bw-list-cache.h"

/* What a list has to do with the user's settings, and with the view that shows it. */
typedef struct
{
  GSettings *settings;
  GtkWidget *view; /* weak */
  GtkWidget *root; /* weak: the window, while the view is on screen */
} Bond;

static void update (BwJobList *list);

static Bond *
get_bond (BwJobList *list)
{
  return g_object_get_data (G_OBJECT (list), "bw-list-settings");
}

static void
bond_free (gpointer data)
{
  Bond *bond = data;

  g_clear_weak_pointer (&bond->view);
  g_clear_weak_pointer (&bond->root);
  g_object_unref (bond->settings);
  g_free (bond);
}

/* A window that nobody can see is told so by the compositor, if not always. */
static gboolean
is_seen (Bond *bond)
{
  if (bond->view == NULL || !gtk_widget_get_mapped (bond->view))
    return FALSE;

  return !GTK_IS_WINDOW (bond->root) || !gtk_window_is_suspended (GTK_WINDOW (bond->root));
}

static void
follow_root (BwJobList *list, Bond *bond)
{
  GtkRoot *root = bond->view != NULL ? gtk_widget_get_root (bond->view) : NULL;

  if (bond->root == (GtkWidget *) root)
    return;

  if (bond->root != NULL)
    g_signal_handlers_disconnect_by_func (bond->root, update, list);
  g_set_weak_pointer (&bond->root, GTK_WIDGET (root));
  if (root != NULL)
    g_signal_connect_object (root, "notify::suspended", G_CALLBACK (update), list, G_CONNECT_SWAPPED);
}

static void
update (BwJobList *list)
{
  Bond *bond = get_bond (list);

  follow_root (list, bond);
  bw_job_list_set_following (list, g_settings_get_boolean (bond->settings, "auto-refresh") && is_seen (bond));
}

static void
update_page_size (BwJobList *list)
{
  bw_paged_list_set_page_size (BW_PAGED_LIST (list),
                               (guint) g_settings_get_int (get_bond (list)->settings, "page-size"));
}

/**
 * bw_list_settings_bind:
 * @view: what shows the list
 * @list: a list that was just made
 *
 * Has the list follow the server as the user wants it: by itself or not, and only while it can be
 * seen; in pages of the size that was set; and with what was last known while the server is away.
 */
void
bw_list_settings_bind (GtkWidget *view, BwJobList *list)
{
  Bond *bond;

  g_return_if_fail (GTK_IS_WIDGET (view));
  g_return_if_fail (BW_IS_JOB_LIST (list));

  bond = g_new0 (Bond, 1);
  bond->settings = g_settings_new ("io.github.batchwork.Batchwork");
  g_set_weak_pointer (&bond->view, view);
  g_object_set_data_full (G_OBJECT (list), "bw-list-settings", bond, bond_free);
  g_signal_connect_object (bond->settings, "changed::auto-refresh", G_CALLBACK (update), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (bond->settings, "changed::page-size", G_CALLBACK (update_page_size), list,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "map", G_CALLBACK (update), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "unmap", G_CALLBACK (update), list, G_CONNECT_SWAPPED);
  update_page_size (list);
  update (list);
  bw_list_cache_follow (list);
}

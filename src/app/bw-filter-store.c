/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-filter-store.h"

#include <glib/gstdio.h>

/* How long a change waits for others before it is written, in milliseconds. */
#define SAVE_DELAY 500

static GKeyFile *store;
static guint save_source;

static char *
get_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "batchwork", "filters.ini", NULL);
}

static GKeyFile *
get_store (void)
{
  if (store == NULL)
    {
      g_autofree char *path = get_path ();
      g_autoptr (GError) error = NULL;

      store = g_key_file_new ();
      if (!g_key_file_load_from_file (store, path, G_KEY_FILE_NONE, &error)
          && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_message ("The filters of the last time could not be read from %s: %s", path,
                   error->message);
    }

  return store;
}

/* Addresses may hold brackets, which names of groups may not. */
static char *
get_group (const char *server, const char *business)
{
  g_autofree char *address = g_uri_escape_string (server, ":/", TRUE);

  return g_strdup_printf ("%s %s", address, business);
}

static gboolean
save_cb (gpointer user_data)
{
  g_autofree char *path = get_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  save_source = 0;
  g_mkdir_with_parents (folder, 0700);
  if (!g_key_file_save_to_file (get_store (), path, &error))
    g_message ("The filters could not be kept in %s: %s", path, error->message);

  return G_SOURCE_REMOVE;
}

/**
 * bw_filter_store_load:
 * @server: the server's address
 * @business: the business's id
 * @filter: what to fill with what was kept; the default if nothing was
 */
void
bw_filter_store_load (const char *server, const char *business, BwListFilter *filter)
{
  g_autofree char *group = get_group (server, business);

  bw_list_filter_load (filter, get_store (), group);
}

/**
 * bw_filter_store_save:
 * @server: the server's address
 * @business: the business's id
 * @filter: what to keep
 */
void
bw_filter_store_save (const char *server, const char *business, BwListFilter *filter)
{
  g_autofree char *group = get_group (server, business);

  bw_list_filter_save (filter, get_store (), group);
  if (save_source == 0)
    save_source = g_timeout_add (SAVE_DELAY, save_cb, NULL);
}

/**
 * bw_filter_store_flush:
 *
 * Writes what waits to be written, before the program ends.
 */
void
bw_filter_store_flush (void)
{
  if (save_source == 0)
    return;

  g_source_remove (save_source);
  save_cb (NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-filter-store.h"

#include <glib/gstdio.h>

#include "bw-saved-filters.h"

/* How long a change waits for others before it is written, in milliseconds. */
#define SAVE_DELAY 500

/** A key file of the user's, read when it is first needed. */
typedef struct
{
  const char *(*get_folder) (void);
  const char *name;
  GKeyFile *file;
  guint save_source;
} Store;

static Store last = { g_get_user_state_dir, "filters.ini", NULL, 0 };
static Store saved = { g_get_user_config_dir, "saved-filters.ini", NULL, 0 };
static GHashTable *opened; /* the groups of the businesses that were opened since the start */

static char *
get_path (const Store *store)
{
  return g_build_filename (store->get_folder (), "batchwork", store->name, NULL);
}

static GKeyFile *
get_file (Store *store)
{
  if (store->file == NULL)
    {
      g_autofree char *path = get_path (store);
      g_autoptr (GError) error = NULL;

      store->file = g_key_file_new ();
      if (!g_key_file_load_from_file (store->file, path, G_KEY_FILE_NONE, &error)
          && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_message ("The filters could not be read from %s: %s", path, error->message);
    }

  return store->file;
}

static gboolean
save_cb (gpointer user_data)
{
  Store *store = user_data;
  g_autofree char *path = get_path (store);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  store->save_source = 0;
  g_mkdir_with_parents (folder, 0700);
  if (!g_key_file_save_to_file (get_file (store), path, &error))
    g_message ("The filters could not be kept in %s: %s", path, error->message);

  return G_SOURCE_REMOVE;
}

static void
keep (Store *store)
{
  if (store->save_source == 0)
    store->save_source = g_timeout_add (SAVE_DELAY, save_cb, store);
}

static void
flush (Store *store)
{
  if (store->save_source == 0)
    return;

  g_source_remove (store->save_source);
  save_cb (store);
}

/**
 * bw_filter_store_get_group:
 * @server: the server's address
 * @business: the business's id
 *
 * Addresses may hold brackets, which names of groups may not.
 *
 * Returns: (transfer full): the name of the group for a business, or the beginning of several
 */
char *
bw_filter_store_get_group (const char *server, const char *business)
{
  g_autofree char *address = g_uri_escape_string (server, ":/", TRUE);

  return g_strdup_printf ("%s %s", address, business);
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
  char *group = bw_filter_store_get_group (server, business);
  const char *id = bw_saved_filters_get_default (bw_saved_filters_get (server, business));

  if (opened == NULL)
    opened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (id != NULL && !g_hash_table_contains (opened, group))
    bw_saved_filters_apply (bw_saved_filters_get (server, business), id, filter);
  else
    bw_list_filter_load (filter, get_file (&last), group);
  g_hash_table_add (opened, group);
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
  g_autofree char *group = bw_filter_store_get_group (server, business);

  bw_list_filter_save (filter, get_file (&last), group);
  keep (&last);
}

/**
 * bw_filter_store_flush:
 *
 * Writes what waits to be written, before the program ends.
 */
void
bw_filter_store_flush (void)
{
  flush (&last);
  flush (&saved);
}

/**
 * bw_filter_store_get_saved:
 *
 * Returns: (transfer none): the filters that the user has saved, of all businesses
 */
GKeyFile *
bw_filter_store_get_saved (void)
{
  return get_file (&saved);
}

/**
 * bw_filter_store_keep_saved:
 *
 * Writes what bw_filter_store_get_saved() gave, soon.
 */
void
bw_filter_store_keep_saved (void)
{
  keep (&saved);
}

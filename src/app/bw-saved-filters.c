/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-saved-filters.h"

#include <string.h>

#include "bw-filter-store.h"

#define NAME "Name"
#define DEFAULT "Default"

struct _BwSavedFilter
{
  GObject parent_instance;

  char *id; /* the group in the file */
  char *name;
};

struct _BwSavedFilters
{
  GObject parent_instance;

  char *prefix; /* with which the groups of this business begin */
  GListStore *filters;
  char *removed;        /* the group that was last removed, as text; nullable */
  guint removed_from;   /* where it stood */
  char *default_filter; /* its id; nullable */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (BwSavedFilter, bw_saved_filter, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (BwSavedFilters,
                               bw_saved_filters,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/* One of them */

static void
bw_saved_filter_finalize (GObject *object)
{
  BwSavedFilter *self = BW_SAVED_FILTER (object);

  g_free (self->id);
  g_free (self->name);

  G_OBJECT_CLASS (bw_saved_filter_parent_class)->finalize (object);
}

static void
bw_saved_filter_class_init (BwSavedFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_saved_filter_finalize;
}

static void
bw_saved_filter_init (BwSavedFilter *self)
{
}

static BwSavedFilter *
saved_filter_new (const char *id, const char *name)
{
  BwSavedFilter *self = g_object_new (BW_TYPE_SAVED_FILTER, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);

  return self;
}

/**
 * bw_saved_filter_get_id:
 * @self: a saved filter
 *
 * Returns: (transfer none): what it is called in files
 */
const char *
bw_saved_filter_get_id (BwSavedFilter *self)
{
  g_return_val_if_fail (BW_IS_SAVED_FILTER (self), NULL);

  return self->id;
}

/**
 * bw_saved_filter_get_name:
 * @self: a saved filter
 *
 * Returns: (transfer none): what the user calls it
 */
const char *
bw_saved_filter_get_name (BwSavedFilter *self)
{
  g_return_val_if_fail (BW_IS_SAVED_FILTER (self), NULL);

  return self->name;
}

/* All of a business */

static GType
get_item_type (GListModel *model)
{
  return BW_TYPE_SAVED_FILTER;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (BW_SAVED_FILTERS (model)->filters));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (BW_SAVED_FILTERS (model)->filters), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static BwSavedFilter *
peek (BwSavedFilters *self, guint position)
{
  g_autoptr (BwSavedFilter) filter = g_list_model_get_item (G_LIST_MODEL (self->filters), position);

  return filter;
}

static gboolean
find (BwSavedFilters *self, const char *id, guint *position)
{
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    if (g_str_equal (peek (self, i)->id, id))
      {
        *position = i;
        return TRUE;
      }

  return FALSE;
}

static BwSavedFilter *
find_by_name (BwSavedFilters *self, const char *name)
{
  g_autofree char *wanted = g_utf8_casefold (name, -1);

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autofree char *known = g_utf8_casefold (peek (self, i)->name, -1);

      if (g_str_equal (known, wanted))
        return peek (self, i);
    }

  return NULL;
}

static guint64
get_number (BwSavedFilters *self, const char *id)
{
  return g_ascii_strtoull (id + strlen (self->prefix), NULL, 10);
}

static int
compare_numbers (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint64 first = get_number (user_data, ((BwSavedFilter *) a)->id);
  guint64 second = get_number (user_data, ((BwSavedFilter *) b)->id);

  return (first > second) - (first < second);
}

static void
load (BwSavedFilters *self)
{
  GKeyFile *file = bw_filter_store_get_saved ();
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *name = g_key_file_get_string (file, groups[i], NAME, NULL);
      g_autoptr (BwSavedFilter) filter = NULL;

      if (name == NULL || !g_str_has_prefix (groups[i], self->prefix))
        continue;
      filter = saved_filter_new (groups[i], name);
      g_list_store_insert_sorted (self->filters, filter, compare_numbers, self);
      if (g_key_file_get_boolean (file, groups[i], DEFAULT, NULL))
        g_set_str (&self->default_filter, groups[i]);
    }
}

/* The next number: they are in the order in which they were saved. */
static char *
make_id (BwSavedFilters *self)
{
  guint64 last = 0;

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    last = MAX (last, get_number (self, peek (self, i)->id));

  return g_strdup_printf ("%s%" G_GUINT64_FORMAT, self->prefix, last + 1);
}

static void
bw_saved_filters_finalize (GObject *object)
{
  BwSavedFilters *self = BW_SAVED_FILTERS (object);

  g_clear_object (&self->filters);
  g_free (self->prefix);
  g_free (self->removed);
  g_free (self->default_filter);

  G_OBJECT_CLASS (bw_saved_filters_parent_class)->finalize (object);
}

static void
bw_saved_filters_class_init (BwSavedFiltersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_saved_filters_finalize;
}

static void
bw_saved_filters_init (BwSavedFilters *self)
{
  self->filters = g_list_store_new (BW_TYPE_SAVED_FILTER);
  g_signal_connect_object (self->filters, "items-changed", G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * bw_saved_filters_get:
 * @server: the server's address
 * @business: the business's id
 *
 * Returns: (transfer none): the saved filters of a business; always the same object
 */
BwSavedFilters *
bw_saved_filters_get (const char *server, const char *business)
{
  static GHashTable *all = NULL;
  g_autofree char *group = bw_filter_store_get_group (server, business);
  BwSavedFilters *self;

  if (all == NULL)
    all = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);

  self = g_hash_table_lookup (all, group);
  if (self != NULL)
    return self;

  self = g_object_new (BW_TYPE_SAVED_FILTERS, NULL);
  self->prefix = g_strconcat (group, " ", NULL);
  load (self);
  g_hash_table_insert (all, g_steal_pointer (&group), self);

  return self;
}

/**
 * bw_saved_filters_add:
 * @self: the saved filters of a business
 * @name: what the user calls it; one of the same name is replaced
 * @filter: what to save, its order included
 */
void
bw_saved_filters_add (BwSavedFilters *self, const char *name, BwListFilter *filter)
{
  GKeyFile *file = bw_filter_store_get_saved ();
  BwSavedFilter *known = find_by_name (self, name);
  g_autofree char *id = known != NULL ? g_strdup (known->id) : make_id (self);
  g_autoptr (BwSavedFilter) added = saved_filter_new (id, name);
  gpointer addition = added;
  guint position = get_n_items (G_LIST_MODEL (self));

  bw_list_filter_save (filter, file, id);
  g_key_file_set_string (file, id, NAME, name);
  g_key_file_set_boolean (file, id, DEFAULT, g_strcmp0 (self->default_filter, id) == 0);
  find (self, id, &position);
  g_list_store_splice (self->filters, position, known != NULL ? 1 : 0, &addition, 1);
  bw_filter_store_keep_saved ();
}

/**
 * bw_saved_filters_rename:
 * @self: the saved filters of a business
 * @id: one of them
 * @name: its new name
 */
void
bw_saved_filters_rename (BwSavedFilters *self, const char *id, const char *name)
{
  g_autoptr (BwSavedFilter) renamed = saved_filter_new (id, name);
  gpointer addition = renamed;
  guint position;

  if (!find (self, id, &position))
    return;

  g_key_file_set_string (bw_filter_store_get_saved (), renamed->id, NAME, name);
  g_list_store_splice (self->filters, position, 1, &addition, 1);
  bw_filter_store_keep_saved ();
}

/* The group alone, as a file. */
static char *
print_group (const char *group)
{
  GKeyFile *file = bw_filter_store_get_saved ();
  g_autoptr (GKeyFile) copy = g_key_file_new ();
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_value (file, group, keys[i], NULL);

      g_key_file_set_value (copy, group, keys[i], value);
    }

  return g_key_file_to_data (copy, NULL, NULL);
}

/**
 * bw_saved_filters_remove:
 * @self: the saved filters of a business
 * @id: one of them
 *
 * Removes it. bw_saved_filters_restore() brings it back.
 */
void
bw_saved_filters_remove (BwSavedFilters *self, const char *id)
{
  g_autofree char *group = g_strdup (id);
  guint position;

  if (!find (self, group, &position))
    return;

  g_free (self->removed);
  self->removed = print_group (group);
  self->removed_from = position;
  g_key_file_remove_group (bw_filter_store_get_saved (), group, NULL);
  if (g_strcmp0 (self->default_filter, group) == 0)
    g_clear_pointer (&self->default_filter, g_free);
  g_list_store_remove (self->filters, position);
  bw_filter_store_keep_saved ();
}

/**
 * bw_saved_filters_restore:
 * @self: the saved filters of a business
 *
 * Brings back what was last removed, where it was and as it was.
 */
void
bw_saved_filters_restore (BwSavedFilters *self)
{
  GKeyFile *file = bw_filter_store_get_saved ();
  g_autoptr (GKeyFile) copy = g_key_file_new ();
  g_autofree char *text = g_steal_pointer (&self->removed);
  g_autofree char *group = NULL;
  g_autofree char *name = NULL;
  g_autofree char *id = NULL;
  g_auto (GStrv) keys = NULL;
  g_autoptr (BwSavedFilter) filter = NULL;

  if (text == NULL || !g_key_file_load_from_data (copy, text, (gsize) -1, G_KEY_FILE_NONE, NULL))
    return;

  group = g_key_file_get_start_group (copy);
  name = g_key_file_get_string (copy, group, NAME, NULL);
  keys = g_key_file_get_keys (copy, group, NULL, NULL);
  id = g_key_file_has_group (file, group) ? make_id (self) : g_strdup (group);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_value (copy, group, keys[i], NULL);

      g_key_file_set_value (file, id, keys[i], value);
    }
  if (self->default_filter == NULL && g_key_file_get_boolean (copy, group, DEFAULT, NULL))
    self->default_filter = g_strdup (id);

  filter = saved_filter_new (id, name);
  g_list_store_insert (self->filters, MIN (self->removed_from, get_n_items (G_LIST_MODEL (self))), filter);
  bw_filter_store_keep_saved ();
}

/**
 * bw_saved_filters_has_name:
 * @self: the saved filters of a business
 * @name: a name
 *
 * Returns: whether one of them has that name, whatever the case of its letters
 */
gboolean
bw_saved_filters_has_name (BwSavedFilters *self, const char *name)
{
  return find_by_name (self, name) != NULL;
}

/**
 * bw_saved_filters_get_default:
 * @self: the saved filters of a business
 *
 * Returns: (transfer none) (nullable): the id of the one that the business is opened with
 */
const char *
bw_saved_filters_get_default (BwSavedFilters *self)
{
  return self->default_filter;
}

/**
 * bw_saved_filters_set_default:
 * @self: the saved filters of a business
 * @id: (nullable): the one to open the business with; %NULL for that of the last time
 */
void
bw_saved_filters_set_default (BwSavedFilters *self, const char *id)
{
  GKeyFile *file = bw_filter_store_get_saved ();

  if (!g_set_str (&self->default_filter, id))
    return;

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    g_key_file_set_boolean (file, peek (self, i)->id, DEFAULT, g_strcmp0 (peek (self, i)->id, id) == 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, get_n_items (G_LIST_MODEL (self)),
                              get_n_items (G_LIST_MODEL (self)));
  bw_filter_store_keep_saved ();
}

/**
 * bw_saved_filters_apply:
 * @self: the saved filters of a business
 * @id: one of them
 * @filter: what to fill with it
 */
void
bw_saved_filters_apply (BwSavedFilters *self, const char *id, BwListFilter *filter)
{
  guint position;

  if (find (self, id, &position))
    bw_list_filter_load (filter, bw_filter_store_get_saved (), id);
}

/**
 * bw_saved_filters_match:
 * @self: the saved filters of a business
 * @filter: a filter
 *
 * Returns: (transfer none) (nullable): the id of the one that lets through the same, in the same
 *   order
 */
const char *
bw_saved_filters_match (BwSavedFilters *self, BwListFilter *filter)
{
  g_autoptr (BwFilter) wanted = bw_list_filter_to_filter (filter);

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (BwListFilter) saved = bw_list_filter_new ();
      g_autoptr (BwFilter) known = NULL;

      bw_list_filter_load (saved, bw_filter_store_get_saved (), peek (self, i)->id);
      known = bw_list_filter_to_filter (saved);
      if (bw_filter_equal (known, wanted))
        return peek (self, i)->id;
    }

  return NULL;
}

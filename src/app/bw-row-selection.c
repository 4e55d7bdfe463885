/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-row-selection.h"

#include "bw-fiber.h"
#include "bw-row-range.h"

struct _BwRowSelection
{
  GObject parent_instance;

  BwPagedList *list;
  GHashTable *rows; /* gint64 → the row: those chosen one by one */
  gboolean all;
  guint serial; /* grows with each choice: what is being fetched for an older one is not wanted */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);
static void selection_model_iface_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BwRowSelection,
                               bw_row_selection,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          selection_model_iface_init))

/** Rows that were chosen, and are being fetched because not all of them are loaded. */
typedef struct
{
  BwRowSelection *self;
  guint serial;
  DexFuture *rows;
  gint64 except; /* 0: none */
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_object_unref (wanted->self);
  dex_unref (wanted->rows);
  g_free (wanted);
}

static guint
get_n_rows (BwRowSelection *self)
{
  return self->list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
}

/* Everything may look different: only rows that have widgets are looked at, so it costs little. */
static void
tell (BwRowSelection *self)
{
  guint n_rows = get_n_rows (self);

  if (n_rows > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), 0, n_rows);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
keep (BwRowSelection *self, gint64 id, gconstpointer row)
{
  GType type = BW_PAGED_LIST_GET_CLASS (self->list)->row_type;

  g_hash_table_replace (self->rows, g_memdup2 (&id, sizeof id), bw_row_value_new (type, row));
}

static void
keep_entry (BwRowSelection *self, BwPagedEntry *entry)
{
  if (g_hash_table_size (self->rows) < BW_ROW_SELECTION_MAX)
    keep (self, bw_paged_entry_get_id (entry), bw_paged_entry_get_row (entry));
}

/* Whatever was chosen and is still on its way is not wanted any more. */
static void
forget (BwRowSelection *self)
{
  self->serial++;
  self->all = FALSE;
  g_hash_table_remove_all (self->rows);
}

/* Ranges of which not all is loaded */

static DexFuture *
wanted_fiber (gpointer data)
{
  Wanted *wanted = data;
  BwRowSelection *self = wanted->self;
  g_autoptr (GPtrArray) rows = dex_await_boxed (dex_ref (wanted->rows), NULL);

  if (rows == NULL || wanted->serial != self->serial)
    return dex_future_new_true ();

  for (guint i = 0; i < rows->len && g_hash_table_size (self->rows) < BW_ROW_SELECTION_MAX; i++)
    {
      gconstpointer row = g_value_get_boxed (rows->pdata[i]);
      gint64 id = BW_PAGED_LIST_GET_CLASS (self->list)->get_id (row);

      if (id != wanted->except)
        keep (self, id, row);
    }
  tell (self);

  return dex_future_new_true ();
}

static gint64
peek_id (BwRowSelection *self, guint position)
{
  BwPagedEntry *entry = bw_paged_list_peek (self->list, position);

  return entry != NULL ? bw_paged_entry_get_id (entry) : 0;
}

/* Adds what is loaded at once, and the rest as it comes. */
static void
add_range (BwRowSelection *self, guint first, guint last, gint64 except)
{
  gboolean is_whole = TRUE;
  Wanted *wanted;

  last = MIN (last, first + BW_ROW_SELECTION_MAX - 1);
  for (guint i = first; i <= last; i++)
    {
      BwPagedEntry *entry = bw_paged_list_peek (self->list, i);

      if (entry == NULL)
        is_whole = FALSE;
      else if (bw_paged_entry_get_id (entry) != except)
        keep_entry (self, entry);
    }
  if (is_whole)
    return;

  wanted = g_new0 (Wanted, 1);
  wanted->self = g_object_ref (self);
  wanted->serial = self->serial;
  wanted->rows = bw_row_range_fetch (self->list, first, last);
  wanted->except = except;
  dex_future_disown (bw_fiber_spawn (wanted_fiber, wanted, wanted_free));
}

/* The list */

static void
items_changed_cb (BwRowSelection *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (self->all)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* Rows that were loaded again may be chosen ones. */
static void
loading_cb (BwRowSelection *self)
{
  guint n_rows = get_n_rows (self);

  if (n_rows > 0 && g_hash_table_size (self->rows) > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), 0, n_rows);
}

static GType
get_item_type (GListModel *model)
{
  return BW_TYPE_PAGED_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return get_n_rows (BW_ROW_SELECTION (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);

  return self->list != NULL ? g_list_model_get_item (G_LIST_MODEL (self->list), position) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* The selection */

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);

  return self->list != NULL
         && (self->all || bw_row_selection_contains (self, peek_id (self, position)));
}

typedef struct
{
  BwRowSelection *self;
  GtkBitset *positions;
} Found;

static void
add_position_cb (BwPagedEntry *entry, guint position, gpointer user_data)
{
  Found *found = user_data;

  if (bw_row_selection_contains (found->self, bw_paged_entry_get_id (entry)))
    gtk_bitset_add (found->positions, position);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);
  GtkBitset *positions = gtk_bitset_new_empty ();
  Found found = { self, positions };

  if (self->all)
    gtk_bitset_add_range (positions, position, n_items);
  else if (self->list != NULL && g_hash_table_size (self->rows) > 0)
    bw_paged_list_foreach (self->list, add_position_cb, &found);

  return positions;
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);
  BwPagedEntry *entry = self->list != NULL ? bw_paged_list_peek (self->list, position) : NULL;

  if (entry == NULL)
    return FALSE;
  if (self->all && !unselect_rest)
    return TRUE;

  if (unselect_rest)
    forget (self);
  keep_entry (self, entry);
  tell (self);

  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);
  gint64 id = self->list != NULL ? peek_id (self, position) : 0;

  /* All but one can't be said of more than can be named. */
  if (id == 0 || (self->all && get_n_rows (self) > BW_ROW_SELECTION_MAX))
    return FALSE;

  if (self->all)
    {
      forget (self);
      add_range (self, 0, get_n_rows (self) - 1, id);
    }
  else
    {
      g_hash_table_remove (self->rows, &id);
    }
  tell (self);

  return TRUE;
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n_items, gboolean unselect_rest)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);

  if (n_items == 0 || self->list == NULL)
    return FALSE;
  if (self->all && !unselect_rest)
    return TRUE;

  if (unselect_rest)
    forget (self);
  add_range (self, position, position + n_items - 1, 0);
  tell (self);

  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);

  if (self->all || self->list == NULL)
    return FALSE;

  for (guint i = position; i < position + n_items; i++)
    {
      gint64 id = peek_id (self, i);

      g_hash_table_remove (self->rows, &id);
    }
  tell (self);

  return TRUE;
}

static gboolean
select_all (GtkSelectionModel *model)
{
  BwRowSelection *self = BW_ROW_SELECTION (model);

  if (get_n_rows (self) == 0)
    return FALSE;

  forget (self);
  self->all = TRUE;
  tell (self);

  return TRUE;
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  bw_row_selection_clear (BW_ROW_SELECTION (model));

  return TRUE;
}

static void
selection_model_iface_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
}

static void
disconnect_list (BwRowSelection *self)
{
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_object (&self->list);
}

static void
bw_row_selection_dispose (GObject *object)
{
  BwRowSelection *self = BW_ROW_SELECTION (object);

  forget (self);
  disconnect_list (self);

  G_OBJECT_CLASS (bw_row_selection_parent_class)->dispose (object);
}

static void
bw_row_selection_finalize (GObject *object)
{
  g_hash_table_unref (BW_ROW_SELECTION (object)->rows);

  G_OBJECT_CLASS (bw_row_selection_parent_class)->finalize (object);
}

static void
bw_row_selection_class_init (BwRowSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_row_selection_dispose;
  object_class->finalize = bw_row_selection_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bw_row_selection_init (BwRowSelection *self)
{
  self->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, bw_row_value_free);
}

/**
 * bw_row_selection_new:
 *
 * Returns: (transfer full): a selection without a list
 */
BwRowSelection *
bw_row_selection_new (void)
{
  return g_object_new (BW_TYPE_ROW_SELECTION, NULL);
}

/**
 * bw_row_selection_set_list:
 * @self: a selection
 * @list: (nullable): what to choose from; nothing of it is chosen
 */
void
bw_row_selection_set_list (BwRowSelection *self, BwPagedList *list)
{
  guint n_before;

  g_return_if_fail (BW_IS_ROW_SELECTION (self));

  n_before = get_n_rows (self);
  forget (self);
  disconnect_list (self);
  if (list != NULL)
    {
      self->list = g_object_ref (list);
      g_signal_connect_swapped (list, "items-changed", G_CALLBACK (items_changed_cb), self);
      g_signal_connect_swapped (list, "notify::loading", G_CALLBACK (loading_cb), self);
    }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, get_n_rows (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bw_row_selection_get_list:
 * @self: a selection
 *
 * Returns: (transfer none) (nullable): what is chosen from
 */
BwPagedList *
bw_row_selection_get_list (BwRowSelection *self)
{
  g_return_val_if_fail (BW_IS_ROW_SELECTION (self), NULL);

  return self->list;
}

/**
 * bw_row_selection_clear:
 * @self: a selection
 *
 * Nothing is chosen any more.
 */
void
bw_row_selection_clear (BwRowSelection *self)
{
  g_return_if_fail (BW_IS_ROW_SELECTION (self));

  if (!self->all && g_hash_table_size (self->rows) == 0)
    {
      self->serial++;
      return;
    }

  forget (self);
  tell (self);
}

/**
 * bw_row_selection_is_all:
 * @self: a selection
 *
 * Returns: whether all of the list is chosen, whatever comes to it
 */
gboolean
bw_row_selection_is_all (BwRowSelection *self)
{
  g_return_val_if_fail (BW_IS_ROW_SELECTION (self), FALSE);

  return self->all;
}

/**
 * bw_row_selection_get_size:
 * @self: a selection
 *
 * Returns: how many rows are chosen
 */
gint64
bw_row_selection_get_size (BwRowSelection *self)
{
  g_return_val_if_fail (BW_IS_ROW_SELECTION (self), 0);

  return self->all ? get_n_rows (self) : g_hash_table_size (self->rows);
}

/**
 * bw_row_selection_contains:
 * @self: a selection
 * @id: of a row
 *
 * Returns: whether the row was chosen as one
 */
gboolean
bw_row_selection_contains (BwRowSelection *self, gint64 id)
{
  return id != 0 && g_hash_table_contains (self->rows, &id);
}

/**
 * bw_row_selection_get_rows:
 * @self: a selection
 *
 * Returns: (transfer container): the rows that were chosen as ones, as last known, in no order;
 *   each belongs to @self
 */
GPtrArray *
bw_row_selection_get_rows (BwRowSelection *self)
{
  GPtrArray *rows = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (BW_IS_ROW_SELECTION (self), rows);

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (rows, g_value_get_boxed (value));

  return rows;
}

/**
 * bw_row_selection_get_only:
 * @self: a selection
 *
 * Returns: (transfer none) (nullable): the one row that is chosen; %NULL if there are more or none
 */
gpointer
bw_row_selection_get_only (BwRowSelection *self)
{
  g_autoptr (GPtrArray) rows = NULL;
  BwPagedEntry *entry;

  g_return_val_if_fail (BW_IS_ROW_SELECTION (self), NULL);

  if (self->all)
    {
      entry = get_n_rows (self) == 1 ? bw_paged_list_peek (self->list, 0) : NULL;
      return entry != NULL ? bw_paged_entry_get_row (entry) : NULL;
    }
  if (g_hash_table_size (self->rows) != 1)
    return NULL;

  rows = bw_row_selection_get_rows (self);

  return rows->pdata[0];
}

/**
 * bw_row_selection_update:
 * @self: a selection
 * @id: of a row
 * @row: the row as it now is
 */
void
bw_row_selection_update (BwRowSelection *self, gint64 id, gconstpointer row)
{
  g_return_if_fail (BW_IS_ROW_SELECTION (self));

  if (!bw_row_selection_contains (self, id))
    return;

  keep (self, id, row);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bw_row_selection_drop:
 * @self: a selection
 * @id: of a row that is no longer in the list
 */
void
bw_row_selection_drop (BwRowSelection *self, gint64 id)
{
  g_return_if_fail (BW_IS_ROW_SELECTION (self));

  if (g_hash_table_remove (self->rows, &id))
    g_signal_emit (self, signals[CHANGED], 0);
}

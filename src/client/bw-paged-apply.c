/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How pages and events become changes of the model: as few and as small as they can be, so that who
 * looks at a row goes on looking at that row.
 */
#include "bw-paged-list-private.h"

/** A page and the rows of the model that it tells of. */
typedef struct
{
  const BwPagedPage *page;
  guint offset;
  guint n_new;  /* rows of the page */
  guint n_old;  /* rows of the model that they stand for */
  guint prefix; /* rows at the beginning that are the same */
  guint suffix; /* and at the end */
} Window;

static gconstpointer
get_row (const BwPagedPage *page, guint index)
{
  return g_ptr_array_index (page->rows, index);
}

static gint64
get_row_id (BwPagedList *self, const BwPagedPage *page, guint index)
{
  return BW_PAGED_LIST_GET_CLASS (self)->get_id (get_row (page, index));
}

static void
set_row (BwPagedList *self, BwPagedEntry *entry, gconstpointer row)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedListClass *class = BW_PAGED_LIST_GET_CLASS (self);
  gint64 id = class->get_id (row);
  gconstpointer old = bw_paged_entry_get_row (entry);

  g_hash_table_replace (priv->ids, g_memdup2 (&id, sizeof id), entry);
  /* An event may have told more than a page that was under way. */
  if (old == NULL
      || (class->get_revision (row) >= class->get_revision (old) && !class->is_equal (row, old)))
    bw_paged_entry_set_row (entry, class->row_type, row, id);
}

/**
 * bw_paged_list_lookup:
 * @self: a list
 * @id: what identifies a row
 *
 * Returns: (transfer none) (nullable): its entry, if it is known
 */
BwPagedEntry *
bw_paged_list_lookup (BwPagedList *self, gint64 id)
{
  return g_hash_table_lookup (bw_paged_list_get_private (self)->ids, &id);
}

/**
 * bw_paged_list_note_move:
 * @self: a list
 * @revision: of which the rows moved
 * @position: where
 * @delta: how many rows came, or went if negative
 *
 * Tells requests that are under way.
 */
void
bw_paged_list_note_move (BwPagedList *self, gint64 revision, guint position, gint64 delta)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwRowMove move = { revision, position, delta };

  for (guint i = 0; i < priv->requests->len && delta != 0; i++)
    g_array_append_val (((BwPagedRequest *) g_ptr_array_index (priv->requests, i))->moves, move);
}

/* Takes an entry out of where it is no longer, leaving a row of which nothing is known. */
static void
detach (BwPagedList *self, BwPagedEntry *entry)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  gint64 id = bw_paged_entry_get_id (entry);
  guint position;

  g_hash_table_remove (priv->ids, &id);
  if (!bw_row_map_locate (priv->map, entry, &position))
    return;
  bw_row_map_set (priv->map, position, NULL);
  bw_row_map_find (priv->map, position)->complete = FALSE;
  bw_paged_list_emit (self, position, 1, 1);
}

/* A row of the model may stay for a row of the page if it is the same, or unknown. */
static gboolean
is_same (BwPagedList *self, guint position, gint64 id)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedEntry *entry = bw_row_map_get (priv->map, position);

  if (entry != NULL && bw_paged_entry_get_id (entry) != 0)
    return bw_paged_entry_get_id (entry) == id;
  return bw_paged_list_lookup (self, id) == NULL;
}

static void
measure (BwPagedList *self, Window *window, gint64 total)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint left = priv->n_items > window->offset ? priv->n_items - window->offset : 0;
  gint64 delta = total - priv->n_items;
  guint shared;

  window->n_new = window->page->rows->len;
  shared = MIN (window->n_new, left);
  while (window->prefix < shared
         && is_same (self, window->offset + window->prefix,
                     get_row_id (self, window->page, window->prefix)))
    window->prefix++;
  window->n_old = shared;
  if (window->page->next == NULL)
    window->n_old = left;
  else if (window->prefix < shared && ABS (delta) < window->n_new)
    window->n_old = (guint) CLAMP ((gint64) window->n_new - delta, window->prefix, left);
  while (window->suffix < MIN (window->n_new, window->n_old) - window->prefix
         && is_same (self, window->offset + window->n_old - 1 - window->suffix,
                     get_row_id (self, window->page, window->n_new - 1 - window->suffix)))
    window->suffix++;
}

static gboolean
is_in_middle (const Window *window, guint position)
{
  return position >= window->offset + window->prefix
         && position < window->offset + window->n_old - window->suffix;
}

static GPtrArray *
take_entries (BwPagedList *self, const Window *window)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedListClass *class = BW_PAGED_LIST_GET_CLASS (self);
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = window->prefix; i < window->n_new - window->suffix; i++)
    {
      gint64 id = get_row_id (self, window->page, i);
      BwPagedEntry *known = bw_paged_list_lookup (self, id);
      guint position;

      if (known == NULL)
        {
          g_ptr_array_add (entries, bw_paged_entry_new (class->entry_type));
          continue;
        }
      g_ptr_array_add (entries, g_object_ref (known));
      if (bw_row_map_locate (priv->map, known, &position) && !is_in_middle (window, position))
        detach (self, known);
    }
  return entries;
}

/* Exchanges the rows of the model that the page contradicts; tells whether there were any. */
static gboolean
exchange (BwPagedList *self, const Window *window)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint position = window->offset + window->prefix;
  guint removed = window->n_old - window->prefix - window->suffix;
  guint added = window->n_new - window->prefix - window->suffix;
  g_autoptr (GPtrArray) entries = NULL;

  if (removed == 0 && added == 0)
    return FALSE;
  entries = take_entries (self, window);
  if (removed > 0)
    bw_row_map_remove (priv->map, position, removed);
  if (added > 0)
    bw_row_map_insert (priv->map, position, entries->pdata, added, G_MAXUINT);
  for (guint i = 0; i < added; i++)
    set_row (self, entries->pdata[i], get_row (window->page, window->prefix + i));
  priv->n_items += added - removed;
  bw_paged_list_note_move (self, window->page->revision, position, (gint64) added - removed);
  bw_paged_list_emit (self, position, removed, added);
  return TRUE;
}

/* Fills in and refreshes the rows of the page, which by now all have their place. */
static void
fill (BwPagedList *self, const Window *window)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedListClass *class = BW_PAGED_LIST_GET_CLASS (self);
  BwRowSpan *span;

  if (window->n_new == 0)
    return;
  span = bw_row_map_carve (priv->map, window->offset, window->n_new);
  span->complete = TRUE;
  span->generation = priv->generation;
  span->revision = window->page->revision;
  span->requested = TRUE;
  span->next = g_strdup (window->page->next);
  for (guint i = 0; i < window->n_new; i++)
    if (span->slots->pdata[i] == NULL)
      span->slots->pdata[i] = bw_paged_entry_new (class->entry_type);
  /* Who is told of a row may look at others: the span is whole by now. */
  for (guint i = 0; i < window->n_new; i++)
    {
      g_autoptr (BwPagedEntry) entry = NULL;

      g_set_object (&entry, bw_row_map_get (priv->map, window->offset + i));
      if (entry != NULL)
        set_row (self, entry, get_row (window->page, i));
    }
  if (bw_row_map_find (priv->map, window->offset) != NULL)
    bw_row_map_merge (priv->map, window->offset, priv->page_size);
}

/* Makes the list as long as the server says. */
static void
fit (BwPagedList *self, gint64 revision, guint total)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint n_items = priv->n_items;

  if (total < n_items)
    bw_row_map_remove (priv->map, total, n_items - total);
  priv->n_items = total;
  bw_paged_list_note_move (self, revision, MIN (n_items, total), (gint64) total - n_items);
  if (total < n_items)
    bw_paged_list_emit (self, total, n_items - total, 0);
  else
    bw_paged_list_emit (self, n_items, 0, total - n_items);
}

static guint
get_total (BwPagedList *self, guint offset, const BwPagedPage *page)
{
  gint64 end = (gint64) offset + page->rows->len;
  gint64 total = page->total;

  if (page->rows->len == 0)
    total = MIN (total, offset);
  else if (page->next == NULL)
    total = end;
  else if (!page->total_is_exact)
    total = MAX (total, end + bw_paged_list_get_private (self)->page_size);
  else
    total = MAX (total, end);
  return (guint) CLAMP (total, 0, G_MAXUINT - 1);
}

static void
set_total_is_exact (BwPagedList *self, gboolean is_exact)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  if (priv->total_is_exact == is_exact)
    return;
  priv->total_is_exact = is_exact;
  g_object_notify (G_OBJECT (self), "total-is-exact");
}

static void
slot_unref (gpointer entry)
{
  if (entry != NULL)
    g_object_unref (entry);
}

/* The first page of another list takes the place of everything at once. */
static void
apply_first (BwPagedList *self, const BwPagedPage *page, guint total)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  Window window = { .page = page, .n_new = page->rows->len };
  guint n_items = priv->n_items;
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (slot_unref);

  for (guint i = 0; i < window.n_new; i++)
    {
      BwPagedEntry *entry = bw_paged_list_lookup (self, get_row_id (self, page, i));

      g_ptr_array_add (known, entry != NULL ? g_object_ref (entry) : NULL);
    }
  bw_row_map_clear (priv->map);
  priv->n_items = total;
  if (window.n_new > 0)
    {
      BwRowSpan *span = bw_row_map_carve (priv->map, 0, window.n_new);

      for (guint i = 0; i < window.n_new; i++)
        span->slots->pdata[i] = g_steal_pointer (&known->pdata[i]);
    }
  fill (self, &window);
  bw_paged_list_emit (self, 0, n_items, total);
}

/**
 * bw_paged_list_apply:
 * @self: a list
 * @offset: where the page's first row is by now
 * @page: what came
 *
 * Takes a page for what the list is there. Rows that are the same stay, with their entries.
 *
 * Returns: %FALSE if somebody made another list of it meanwhile
 */
gboolean
bw_paged_list_apply (BwPagedList *self, guint offset, const BwPagedPage *page)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint total = get_total (self, offset, page);
  guint epoch = priv->epoch;
  Window window = { .page = page, .offset = offset };

  priv->revision = MAX (priv->revision, page->revision);
  if (priv->starting)
    {
      priv->starting = FALSE;
      apply_first (self, page, total);
    }
  else if (offset > priv->n_items)
    priv->generation++;
  else
    {
      measure (self, &window, total);
      /* What was not as it was thought to be here may not be elsewhere either. */
      if (exchange (self, &window) || priv->n_items != total)
        priv->generation++;
      fit (self, page->revision, total);
      fill (self, &window);
    }
  priv->empty_generation = priv->generation;
  set_total_is_exact (self, page->total_is_exact);
  return priv->epoch == epoch;
}

/**
 * bw_paged_list_seed:
 * @self: a list that nothing has come for yet
 * @rows: what was known of it some time ago
 *
 * Shows that until something newer comes. All of it is in doubt.
 */
void
bw_paged_list_seed (BwPagedList *self, GPtrArray *rows)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  const BwPagedPage page = {
    .rows = rows, .total = rows->len, .total_is_exact = TRUE, .revision = -1
  };

  if (!priv->starting || rows->len == 0)
    return;
  bw_paged_list_apply (self, 0, &page);
  priv->generation++;
  bw_paged_list_set_loaded (self, TRUE);
  bw_paged_list_update_stale (self);
  bw_paged_list_want (self);
}

/**
 * bw_paged_list_update:
 * @self: a list
 * @entry: one of its entries
 * @row: what the server says now
 *
 * Changes a row where it is, unless it is newer already.
 */
void
bw_paged_list_update (BwPagedList *self, BwPagedEntry *entry, gconstpointer row)
{
  set_row (self, entry, row);
}

/**
 * bw_paged_list_remove:
 * @self: a list
 * @entry: one of its entries
 * @revision: of which it is gone
 *
 * Takes a row out.
 */
void
bw_paged_list_remove (BwPagedList *self, BwPagedEntry *entry, gint64 revision)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint position;

  if (!bw_row_map_locate (priv->map, entry, &position))
    return;
  /* A page that was loaded elsewhere has counted it out already. */
  if (revision <= priv->revision)
    bw_paged_list_reconcile (self);
  bw_row_map_remove (priv->map, position, 1);
  priv->n_items--;
  bw_paged_list_note_move (self, revision, position, -1);
  bw_paged_list_emit (self, position, 1, 0);
}

static BwPagedEntry *
take_entry (BwPagedList *self, GHashTable *entries, gconstpointer row)
{
  gint64 id = BW_PAGED_LIST_GET_CLASS (self)->get_id (row);
  BwPagedEntry *entry = g_hash_table_lookup (entries, &id);

  if (entry != NULL)
    return g_object_ref (entry);
  return bw_paged_entry_new (BW_PAGED_LIST_GET_CLASS (self)->entry_type);
}

static void
insert_run (BwPagedList *self,
            GPtrArray *rows,
            guint first,
            guint n,
            GHashTable *known,
            guint position,
            gint64 revision)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedListClass *class = BW_PAGED_LIST_GET_CLASS (self);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  BwRowSpan *span;

  if (revision <= priv->revision)
    bw_paged_list_reconcile (self);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (entries, take_entry (self, known, g_ptr_array_index (rows, first + i)));
  bw_row_map_insert (priv->map, position, entries->pdata, n, 2 * priv->page_size);
  span = bw_row_map_find (priv->map, position);
  if (span->slots->len == n)
    {
      span->generation = priv->generation;
      span->revision = priv->revision;
    }
  for (guint i = 0; i < n; i++)
    set_row (self, entries->pdata[i], g_ptr_array_index (rows, first + i));
  priv->n_items += n;
  for (guint i = 0; i < n; i++)
    bw_paged_list_note_move (self, class->get_revision (g_ptr_array_index (rows, first + i)),
                             position + i, 1);
  bw_paged_list_emit (self, position, 0, n);
}

static gboolean
is_before_entry (BwPagedList *self, gconstpointer row, guint position, GCompareDataFunc compare)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedEntry *entry = bw_row_map_get (priv->map, position);

  return position >= priv->n_items || (entry != NULL && compare (row, entry, self) < 0);
}

/**
 * bw_paged_list_insert:
 * @self: a list
 * @rows: rows that are not in it, in its order
 * @entries: (element-type gint64 BwPagedEntry): entries that some of them had before
 * @compare: compares a row with an entry that has one, for the order; its third argument is @self
 * @revision: of which they came
 *
 * Puts rows where they belong. Those that come to stand side by side are told of as one change.
 * What a page that is newer than @revision has not shown is not put in; if it can't be known where
 * a row belongs, the list is looked at again.
 */
void
bw_paged_list_insert (BwPagedList *self,
                      GPtrArray *rows,
                      GHashTable *entries,
                      GCompareDataFunc compare,
                      gint64 revision)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint n = 0;

  for (guint i = 0; i < rows->len; i += n)
    {
      gconstpointer row = g_ptr_array_index (rows, i);
      guint position;
      gint64 known;

      n = 1;
      if (!bw_row_map_place (priv->map, priv->n_items, row, compare, self, &position, &known))
        {
          bw_paged_list_reconcile (self);
          continue;
        }
      if (priv->n_items == 0)
        known = priv->revision;
      if (BW_PAGED_LIST_GET_CLASS (self)->get_revision (row) <= known)
        continue;
      while (i + n < rows->len
             && is_before_entry (self, g_ptr_array_index (rows, i + n), position, compare))
        n++;
      insert_run (self, rows, i, n, entries, position, revision);
    }
}

/**
 * bw_paged_list_can_place:
 * @self: a list
 * @row: a row that is not in it
 * @compare: as for bw_paged_list_insert()
 *
 * Returns: %TRUE if what is known tells where @row belongs
 */
gboolean
bw_paged_list_can_place (BwPagedList *self, gconstpointer row, GCompareDataFunc compare)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint position;
  gint64 revision;

  return bw_row_map_place (priv->map, priv->n_items, row, compare, self, &position, &revision);
}

/**
 * bw_paged_list_is_placed:
 * @self: a list
 * @entry: one of its entries
 * @row: what the server says now of its row
 * @compare: as for bw_paged_list_insert()
 *
 * Returns: %TRUE if @row belongs where @entry is, as far as its neighbours tell
 */
gboolean
bw_paged_list_is_placed (BwPagedList *self,
                         BwPagedEntry *entry,
                         gconstpointer row,
                         GCompareDataFunc compare)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedEntry *before = NULL;
  BwPagedEntry *after = NULL;
  guint position;

  if (!bw_row_map_locate (priv->map, entry, &position))
    return TRUE;
  if (position > 0)
    before = bw_row_map_get (priv->map, position - 1);
  if (position + 1 < priv->n_items)
    after = bw_row_map_get (priv->map, position + 1);
  if (before != NULL && bw_paged_entry_is_loaded (before) && compare (row, before, self) < 0)
    return FALSE;
  return after == NULL || !bw_paged_entry_is_loaded (after) || compare (row, after, self) < 0;
}

/**
 * bw_paged_list_is_whole:
 * @self: a list
 *
 * Returns: %TRUE if every row of it is known, so that what is not here is nowhere
 */
gboolean
bw_paged_list_is_whole (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint known = 0;

  for (guint i = 0; i < priv->map->spans->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (priv->map->spans, i);

      if (span->complete)
        known += span->slots->len;
    }
  return known == priv->n_items;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-error.h"
#include "bw-fold.h"
#include "bw-job-row.h"
#include "bw-read.h"
#include "bw-see.h"
#include "bw-store-private.h"

#define COLUMNS                                                                                    \
  "SELECT item, label, state, message, ref_kind, ref_id, ref_label, attempt, updated_at FROM "     \
  "item "
#define SQL_PAGE COLUMNS "WHERE business = $1 AND job = $2 AND item > $3 ORDER BY item LIMIT $4"
/* Unused states are -1, which no item has. */
#define SQL_STATES                                                                                 \
  COLUMNS "WHERE business = $1 AND job = $2 AND item > $3 AND state IN ($4, $5, $6, $7, $8) "      \
          "ORDER BY item LIMIT $9 OFFSET $10"
#define SQL_COUNTS                                                                                 \
  "SELECT items, items_success, items_failed, items_skipped, items_cancelled FROM job "            \
  "WHERE business = $1 AND id = $2"

enum
{
  ITEM,
  LABEL,
  STATE,
  MESSAGE,
  REF_KIND,
  REF_ID,
  REF_LABEL,
  ATTEMPT,
  UPDATED_AT,
};

/** A page on its way. */
typedef struct
{
  BwDb *db;
  BwJobReader *reader;
  gint64 business;
  gint64 job;
  guint states;
  const char *relation; /* nullable */
  char *relation_folded;
  char *q_folded; /* nullable */
  guint limit;
  gint64 after;
  gint64 offset;
  BwItemPage *page;
} Items;

static void
items_clear (Items *self)
{
  g_clear_pointer (&self->reader, bw_job_reader_free);
  g_clear_pointer (&self->relation_folded, g_free);
  g_clear_pointer (&self->q_folded, g_free);
  g_clear_pointer (&self->page, bw_item_page_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Items, items_clear)

static BwItem *
make_item (Items *self, BwRows *rows)
{
  BwItem *item = bw_item_new ();

  item->item = bw_rows_int (rows, ITEM);
  item->label = g_strdup (bw_rows_text (rows, LABEL));
  item->state = (BwItemState) bw_rows_int (rows, STATE);
  item->message = g_strdup (bw_rows_text (rows, MESSAGE));
  item->attempt = (int) bw_rows_int (rows, ATTEMPT);
  item->updated_at = bw_rows_time (rows, UPDATED_AT);
  if (bw_rows_text (rows, REF_KIND) != NULL && bw_rows_text (rows, REF_ID) != NULL)
    {
      item->reference =
          bw_reference_new (bw_rows_text (rows, REF_KIND), bw_rows_text (rows, REF_ID),
                            bw_rows_text (rows, REF_LABEL));
      bw_job_reader_expand (self->reader, item->reference);
    }
  return item;
}

/* One row more than the page shows tells whether there is a next page. */
static void
take (Items *self, BwRows *rows)
{
  GPtrArray *items = self->page->items;

  if (items->len < self->limit)
    g_ptr_array_add (items, make_item (self, rows));
  else if (self->page->next == 0)
    self->page->next = ((BwItem *) g_ptr_array_index (items, items->len - 1))->item;
}

static gboolean
take_all (Items *self, BwRows *rows, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    take (self, rows);
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_counts (Items *self, GError **error)
{
  g_autoptr (BwRows) rows =
      bw_db_query (self->db, error, SQL_COUNTS, "ii", self->business, self->job);
  g_autoptr (GError) local = NULL;
  gint64 *in_state = self->page->counts.in_state;

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      for (guint state = 1; state < BW_N_ITEM_STATES; state++)
        in_state[state] = bw_rows_int (rows, state);
      in_state[BW_ITEM_STATE_PENDING] =
          bw_rows_int (rows, 0) - bw_item_counts_done (&self->page->counts);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Items are numbered without gaps, so a place is a number; and the job's row has the counts. */
static gboolean
read_by_number (Items *self, GError **error)
{
  g_autoptr (BwRows) rows = NULL;

  self->page->total = bw_item_counts_total (&self->page->counts);
  rows = bw_db_query (self->db, error, SQL_PAGE, "iiii", self->business, self->job,
                      self->after + self->offset, (gint64) self->limit + 1);
  return take_all (self, rows, error);
}

static gboolean
read_by_state (Items *self, GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  gint64 states[BW_N_ITEM_STATES];

  for (guint state = 0; state < BW_N_ITEM_STATES; state++)
    {
      gboolean wanted = (self->states & (1u << state)) != 0;

      states[state] = wanted ? (gint64) state : -1;
      self->page->total += wanted ? self->page->counts.in_state[state] : 0;
    }
  rows = bw_db_query (self->db, error, SQL_STATES, "iiiiiiiiii", self->business, self->job,
                      self->after, states[0], states[1], states[2], states[3], states[4],
                      (gint64) self->limit + 1, self->offset);
  return take_all (self, rows, error);
}

static gboolean
matches_relation (const Items *self, BwRows *rows)
{
  const char *id;

  if (self->relation == NULL)
    return TRUE;
  if (g_strcmp0 (bw_rows_text (rows, REF_KIND), "relation") != 0)
    return FALSE;
  id = bw_rows_text (rows, REF_ID);
  return g_strcmp0 (id, self->relation) == 0
         || bw_fold_contains (bw_rows_text (rows, REF_LABEL), self->relation_folded);
}

static gboolean
matches (const Items *self, BwRows *rows)
{
  if (self->states != 0 && !(self->states & (1u << bw_rows_int (rows, STATE))))
    return FALSE;
  if (self->q_folded != NULL && !bw_fold_contains (bw_rows_text (rows, LABEL), self->q_folded)
      && !bw_fold_contains (bw_rows_text (rows, MESSAGE), self->q_folded))
    return FALSE;
  return matches_relation (self, rows);
}

/* Goes through all items: the total has to be known. */
static gboolean
read_by_text (Items *self, GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;
  gint64 offset = self->offset;

  rows = bw_db_query (self->db, error, SQL_PAGE, "iiii", self->business, self->job, (gint64) 0,
                      (gint64) G_MAXINT64);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      if (!matches (self, rows))
        continue;
      self->page->total++;
      if (bw_rows_int (rows, ITEM) > self->after && offset-- <= 0)
        take (self, rows);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static char *
fold_filter (const char *text)
{
  return text != NULL && text[0] != '\0' ? bw_fold (text) : NULL;
}

/**
 * bw_item_page_free:
 * @self: a page
 *
 * Frees it.
 */
void
bw_item_page_free (BwItemPage *self)
{
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

/**
 * bw_store_list_items:
 * @self: a store
 * @viewer: who asks
 * @job: whose items
 * @filter: (nullable): which of them; %NULL for all
 * @limit: how many at most
 * @after: the number of the item before the page; 0 for the beginning
 * @offset: how many items that match to pass over, after @after
 * @error: return location
 *
 * Reads a page of a job's items in the order of their numbers. Pages without a text filter cost the
 * page alone; with one, all items are gone through: about 30 ms for 100,000.
 *
 * Returns: (transfer full) (nullable): the page
 */
BwItemPage *
bw_store_list_items (BwStore *self,
                     const BwViewer *viewer,
                     gint64 job,
                     const BwItemFilter *filter,
                     guint limit,
                     gint64 after,
                     gint64 offset,
                     GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);
  g_auto (Items) items = { .db = reader.db,
                           .business = viewer->business,
                           .job = job,
                           .limit = limit,
                           .after = MAX (after, 0),
                           .offset = MAX (offset, 0) };
  gboolean ok;

  g_return_val_if_fail (limit > 0, NULL);

  if (reader.db == NULL || !bw_see_job (reader.db, viewer, job, error))
    return NULL;
  items.reader = bw_job_reader_new (reader.db, viewer->business, error);
  if (items.reader == NULL)
    return NULL;

  items.states = filter != NULL ? filter->states & ((1u << BW_N_ITEM_STATES) - 1) : 0;
  items.relation_folded = filter != NULL ? fold_filter (filter->relation) : NULL;
  items.relation = items.relation_folded != NULL ? filter->relation : NULL;
  items.q_folded = filter != NULL ? fold_filter (filter->q) : NULL;
  items.page = g_new0 (BwItemPage, 1);
  items.page->items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_item_unref);
  if (!read_counts (&items, error))
    return NULL;
  if (items.relation != NULL || items.q_folded != NULL)
    ok = read_by_text (&items, error);
  else
    ok = items.states != 0 ? read_by_state (&items, error) : read_by_number (&items, error);
  return ok ? g_steal_pointer (&items.page) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-error.h"
#include "bw-index-order.h"
#include "bw-job-row.h"
#include "bw-listing.h"
#include "bw-order.h"
#include "bw-plan.h"
#include "bw-read.h"
#include "bw-search.h"
#include "bw-store-private.h"

#define SQL_KEYS "SELECT name_key, items, finished_at FROM job WHERE business = $1 AND id = $2"
#define SQL_REVISION "SELECT revision FROM business WHERE id = $1"

/** A page on its way. */
typedef struct
{
  BwDb *db;
  const BwFilter *filter;
  BwScope *scope;
  BwTally *tally;
  BwOrder *order;
  const BwCursor *after; /* NULL: by offset */
  gint64 offset;
  guint limit;
  GArray *ids;    /* one more than the page shows, if there is one more */
  GArray *groups; /* of gint64: the group of each id */
  BwPage *page;
} Listing;

static void
listing_clear (Listing *self)
{
  g_clear_pointer (&self->scope, bw_scope_free);
  g_clear_pointer (&self->tally, bw_tally_free);
  g_clear_pointer (&self->order, bw_order_free);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->page, bw_page_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

static gint64
count_left (const Listing *self)
{
  return (gint64) self->limit + 1 - self->ids->len;
}

static gboolean
slice_by_id (Listing *self,
             const BwGroup *group,
             const BwCursor *after,
             gint64 offset,
             GError **error)
{
  gboolean descending = bw_order_is_descending_within (self->order);
  BwSlice slice = { self->scope->first, self->scope->end, descending, offset, count_left (self) };

  if (after != NULL && descending)
    slice.end = MIN (slice.end, after->id);
  else if (after != NULL)
    slice.first = MAX (slice.first, after->id + 1);
  return bw_plan_slice (self->tally, self->db, group->selection, &slice, self->ids, error);
}

static gboolean
slice_group (Listing *self,
             const BwGroup *group,
             const BwCursor *after,
             gint64 offset,
             GError **error)
{
  BwIndexSlice slice = { bw_order_get_within (self->order, group->group),
                         bw_order_is_descending_within (self->order), after, offset,
                         count_left (self) };

  if (slice.within == BW_WITHIN_ID)
    return slice_by_id (self, group, after, offset, error);
  return bw_index_slice (self->tally, self->db, group->selection, &slice, self->ids, error);
}

/* Goes through the groups in order, over those before the place without looking into them. */
static gboolean
find_counted (Listing *self, GError **error)
{
  g_autoptr (GPtrArray) groups = bw_order_split (self->order, self->tally);
  gint64 offset = self->offset;

  for (guint i = 0; i < groups->len && count_left (self) > 0; i++)
    {
      const BwGroup *group = g_ptr_array_index (groups, i);
      const BwCursor *after = NULL;

      if (self->after != NULL)
        {
          int order = bw_order_compare_ranks (self->order, group->group,
                                              bw_order_get_group_at (self->order, self->after));

          if (order < 0)
            continue;
          after = order == 0 ? self->after : NULL;
        }
      else if (offset > 0 && offset >= group->selection->total)
        {
          offset -= group->selection->total;
          continue;
        }
      if (!slice_group (self, group, after, offset, error))
        return FALSE;
      offset = MAX (offset - group->selection->total, 0);
      while (self->groups->len < self->ids->len)
        g_array_append_val (self->groups, group->group);
    }
  self->page->total = bw_tally_get_total (self->tally);
  self->page->total_is_exact = bw_tally_is_exact (self->tally);
  return TRUE;
}

static void
append_listed (Listing *self, GArray *found, guint from)
{
  for (guint i = from; i < found->len && count_left (self) > 0; i++)
    {
      const BwCursor *place = &g_array_index (found, BwListed, i).place;
      gint64 group = bw_order_get_group_at (self->order, place);

      g_array_append_val (self->ids, place->id);
      g_array_append_val (self->groups, group);
    }
}

static void
set_bounded_total (BwPage *page, guint n, gboolean is_complete)
{
  page->total = MIN (n, BW_COUNT_BOUND);
  page->total_is_exact = is_complete && n <= BW_COUNT_BOUND;
}

/* Where in what was gathered the page begins. */
static guint
find_beginning (Listing *self, GArray *found)
{
  guint from = 0;

  if (self->after == NULL)
    return (guint) MIN (self->offset, G_MAXUINT);
  while (from < found->len
         && bw_order_compare (self->order, &g_array_index (found, BwListed, from).place, self->after) <= 0)
    from++;
  return from;
}

/* In the order of creation any place can be reached; only the count stops at the bound. */
static gboolean
find_listed_by_id (Listing *self, GError **error)
{
  BwListingSlice slice = { self->scope->first,
                           self->scope->end,
                           self->filter->descending,
                           0,
                           BW_COUNT_BOUND + 1,
                           self->offset + self->limit + 1,
                           FALSE,
                           BW_SORT_CREATED_AT };
  gboolean is_complete;
  g_autoptr (GArray) found = bw_listing_gather (self->db, self->tally, &slice, &is_complete, error);
  guint from;

  if (found == NULL)
    return FALSE;
  set_bounded_total (self->page, found->len, is_complete);
  from = find_beginning (self, found);
  if (is_complete || (gint64) from + self->limit < found->len)
    {
      append_listed (self, found, from);
      return TRUE;
    }

  slice.offset = self->offset;
  slice.limit = count_left (self);
  slice.enough = slice.limit;
  if (self->after != NULL && slice.descending)
    slice.end = MIN (slice.end, self->after->id);
  else if (self->after != NULL)
    slice.first = MAX (slice.first, self->after->id + 1);
  g_clear_pointer (&found, g_array_unref);
  found = bw_listing_gather (self->db, self->tally, &slice, &is_complete, error);
  if (found == NULL)
    return FALSE;
  append_listed (self, found, 0);
  return TRUE;
}

static int
compare_listed (gconstpointer a, gconstpointer b, gpointer order)
{
  return bw_order_compare (order, &((const BwListed *) a)->place, &((const BwListed *) b)->place);
}

/* In any other order, the newest up to the bound are sorted. */
static gboolean
find_listed (Listing *self, GError **error)
{
  BwListingSlice slice = { self->scope->first,
                           self->scope->end,
                           TRUE,
                           0,
                           BW_COUNT_BOUND + 1,
                           self->offset + self->limit + 1,
                           TRUE,
                           self->filter->sort };
  g_autoptr (GArray) found = NULL;
  gboolean is_complete;

  if (self->filter->sort == BW_SORT_CREATED_AT)
    return find_listed_by_id (self, error);

  found = bw_listing_gather (self->db, self->tally, &slice, &is_complete, error);
  if (found == NULL)
    return FALSE;
  set_bounded_total (self->page, found->len, is_complete);
  g_array_set_size (found, MIN (found->len, BW_COUNT_BOUND));
  g_array_sort_with_data (found, compare_listed, self->order);
  append_listed (self, found, find_beginning (self, found));
  return TRUE;
}

/* Those whose names the sort by creator needs. */
static GArray *
collect_owners (const Listing *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  GArray *owners = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (self->filter->sort != BW_SORT_CREATED_BY)
    return owners;
  if (self->after != NULL && self->after->number != 0
      && g_hash_table_add (seen, (gpointer) &self->after->number))
    g_array_append_val (owners, self->after->number);
  for (guint i = 0; i < bw_tally_get_selection (self->tally)->kinds->len; i++)
    {
      guint kind = g_array_index (bw_tally_get_selection (self->tally)->kinds, guint, i);
      const BwCounterKey *key = bw_tally_get_key (self->tally, kind);

      if (!key->automated && g_hash_table_add (seen, (gpointer) &key->owner))
        g_array_append_val (owners, key->owner);
    }
  return owners;
}

/* The keys come from the database, which made the order by them. */
static gboolean
make_cursor (Listing *self, guint last, GError **error)
{
  g_auto (BwCursor) place = { g_array_index (self->ids, gint64, last),
                              g_array_index (self->groups, gint64, last), NULL };
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  rows = bw_db_query (self->db, error, SQL_KEYS, "ii", self->scope->business, place.id);
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      if (self->filter->sort == BW_SORT_NAME)
        place.text = g_strdup (bw_rows_text (rows, 0));
      else if (self->filter->sort == BW_SORT_ITEMS)
        place.number = bw_rows_int (rows, 1);
      else if (self->filter->sort == BW_SORT_FINISHED_AT)
        place.number = bw_rows_int (rows, 2);
      self->page->next = bw_cursor_encode (&place, self->filter);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
fill_page (Listing *self, GError **error)
{
  g_autoptr (BwJobReader) reader = bw_job_reader_new (self->db, self->scope->business, error);
  guint n = MIN (self->ids->len, self->limit);

  if (reader == NULL)
    return FALSE;
  self->page->jobs =
      bw_job_reader_fetch (reader, self->db, (const gint64 *) (gpointer) self->ids->data, n, error);
  if (self->page->jobs == NULL)
    return FALSE;
  return n == 0 || self->ids->len <= self->limit || make_cursor (self, n - 1, error);
}

static gboolean
find_page (Listing *self, BwCube *cube, const BwViewer *viewer, GError **error)
{
  g_autoptr (GArray) owners = NULL;

  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->groups = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->page = g_new0 (BwPage, 1);
  if (!bw_db_get_int (self->db, &self->page->revision, error, SQL_REVISION, "i", viewer->business))
    return FALSE;

  self->scope = bw_scope_new (self->db, viewer, self->filter, error);
  if (self->scope == NULL)
    return FALSE;
  /* To pass over whole groups, their sizes must be right. */
  self->tally = bw_tally_new (self->db, cube, self->scope,
                              self->offset > 0 ? G_MAXINT64 : BW_COUNT_BOUND, error);
  if (self->tally == NULL)
    return FALSE;
  owners = collect_owners (self);
  self->order = bw_order_new (self->db, viewer->business, self->filter, owners, error);
  if (self->order == NULL)
    return FALSE;
  return bw_scope_is_counted (self->scope) ? find_counted (self, error) : find_listed (self, error);
}

/**
 * bw_page_free:
 * @self: a page
 *
 * Frees it.
 */
void
bw_page_free (BwPage *self)
{
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_free (self->next);
  g_free (self);
}

/**
 * bw_store_list:
 * @self: a store
 * @viewer: who asks
 * @filter: which jobs, in which order
 * @limit: how many at most
 * @after: (nullable): "next" of the page before, or %NULL to go by @offset
 * @offset: how many jobs to pass over
 * @error: return location
 *
 * Reads a page of a list. Everything on it, its revision too, is of one moment. The total is exact
 * unless relations, words or conditions are asked for and there are too many jobs to go through
 * (more than 10,000 match, or few of very many), or a time cuts through a quarter of an hour with
 * more than 10,000 jobs; then it tells how many there are at least. In any order but that of
 * creation, such a list ends at the newest jobs that were counted.
 *
 * Returns: (transfer full) (nullable): the page. %BW_ERROR_INVALID of the field "after" for a
 * cursor of another sort
 */
BwPage *
bw_store_list (BwStore *self,
               const BwViewer *viewer,
               const BwFilter *filter,
               guint limit,
               const char *after,
               gint64 offset,
               GError **error)
{
  g_auto (BwCursor) cursor = { 0 };
  g_auto (BwReader) reader = { NULL, NULL };
  g_auto (Listing) listing = { 0 };

  g_return_val_if_fail (limit > 0 && offset >= 0, NULL);

  if (after != NULL && !bw_cursor_decode (&cursor, after, filter, error))
    return NULL;
  if (filter->q != NULL && !bw_search_catch_up_if_room (self, error))
    return NULL;

  reader = bw_reader_begin (self, error);
  if (reader.db == NULL)
    return NULL;
  listing = (Listing) { .db = reader.db,
                        .filter = filter,
                        .after = after != NULL ? &cursor : NULL,
                        .offset = after != NULL ? 0 : offset,
                        .limit = limit };
  if (!find_page (&listing, bw_store_get_cube (self), viewer, error)
      || !fill_page (&listing, error))
    return NULL;
  return g_steal_pointer (&listing.page);
}

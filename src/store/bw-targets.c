/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-targets.h"

#include "bw-listing.h"
#include "bw-plan.h"
#include "bw-search.h"
#include "bw-store-private.h"

/* How many ids are looked up at a time: what a search holds in memory. */
#define STEP 20000

static BwTargets *
targets_new (void)
{
  BwTargets *self = g_new0 (BwTargets, 1);

  self->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->open = g_array_sized_new (FALSE, FALSE, sizeof (gint64), BW_TARGETS_PER_CHUNK);
  return self;
}

/* Differences in base 128, the low digits first, as in LEB128: a byte or two an id. */
static void
pack (BwTargets *self)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gint64 before = 0;

  if (self->open->len == 0)
    return;
  for (guint i = 0; i < self->open->len; i++)
    {
      guint64 difference = (guint64) (g_array_index (self->open, gint64, i) - before);

      do
        {
          guint8 byte = (difference & 0x7f) | (difference > 0x7f ? 0x80 : 0);

          g_byte_array_append (bytes, &byte, 1);
          difference >>= 7;
        }
      while (difference > 0);
      before = g_array_index (self->open, gint64, i);
    }
  g_ptr_array_add (self->chunks, g_byte_array_free_to_bytes (g_steal_pointer (&bytes)));
  g_array_set_size (self->open, 0);
}

static void
add (BwTargets *self, gint64 id)
{
  g_array_append_val (self->open, id);
  self->n++;
  if (self->open->len == BW_TARGETS_PER_CHUNK)
    pack (self);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

/**
 * bw_targets_new_for_ids:
 * @ids: (element-type gint64): jobs, in any order; one that is there twice counts once
 *
 * Returns: (transfer full): these jobs, whether they exist or not
 */
BwTargets *
bw_targets_new_for_ids (const GArray *ids)
{
  g_autoptr (GArray) sorted = g_array_copy ((GArray *) ids);
  BwTargets *self = targets_new ();

  g_array_sort (sorted, compare_ids);
  for (guint i = 0; i < sorted->len; i++)
    if (i == 0 || g_array_index (sorted, gint64, i) != g_array_index (sorted, gint64, i - 1))
      add (self, g_array_index (sorted, gint64, i));
  pack (self);
  return self;
}

/* The next ids from @first on, in order; fewer than STEP only at the end. */
static gboolean
find_step (BwDb *db, const BwTally *tally, gint64 first, GArray *ids, GError **error)
{
  const BwScope *scope = bw_tally_get_scope (tally);
  BwSlice slice = { first, scope->end, FALSE, 0, STEP };
  BwListingSlice listing = { first, scope->end, FALSE, 0, STEP, STEP, FALSE, BW_SORT_CREATED_AT };
  g_autoptr (GArray) found = NULL;
  gboolean is_complete;

  if (bw_scope_is_counted (scope))
    return bw_plan_slice (tally, db, bw_tally_get_selection (tally), &slice, ids, error);
  found = bw_listing_gather (db, tally, &listing, &is_complete, error);
  for (guint i = 0; found != NULL && i < found->len; i++)
    g_array_append_val (ids, g_array_index (found, BwListed, i).place.id);
  return found != NULL;
}

static gboolean
find_all (BwTargets *self, BwDb *db, const BwTally *tally, GError **error)
{
  g_autoptr (GArray) ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), STEP);
  gint64 first = bw_tally_get_scope (tally)->first;

  if (bw_tally_get_scope (tally)->is_empty)
    return TRUE;
  do
    {
      g_array_set_size (ids, 0);
      if (!find_step (db, tally, first, ids, error))
        return FALSE;
      for (guint i = 0; i < ids->len; i++)
        add (self, g_array_index (ids, gint64, i));
      if (ids->len > 0)
        first = g_array_index (ids, gint64, ids->len - 1) + 1;
    }
  while (ids->len == STEP);
  pack (self);
  return TRUE;
}

/**
 * bw_targets_new_for_filter:
 * @store: a store
 * @viewer: who asks
 * @filter: which jobs
 * @error: (out) (optional): what went wrong
 *
 * Finds all jobs that match and that @viewer may see, as they are at one moment. A reader does it, so
 * that nobody waits; a million ids take up 2 MB at most.
 *
 * Returns: (transfer full) (nullable): the jobs
 */
BwTargets *
bw_targets_new_for_filter (BwStore *store,
                           const BwViewer *viewer,
                           const BwFilter *filter,
                           GError **error)
{
  g_autoptr (BwTargets) self = targets_new ();
  g_auto (BwReader) reader = { NULL, NULL };
  g_autoptr (BwScope) scope = NULL;
  g_autoptr (BwTally) tally = NULL;

  if (filter->q != NULL && !bw_search_catch_up (store, error))
    return NULL;
  reader = bw_reader_begin (store, error);
  if (reader.db == NULL)
    return NULL;
  scope = bw_scope_new (reader.db, viewer, filter, error);
  if (scope == NULL)
    return NULL;
  tally = bw_tally_new (reader.db, bw_store_get_cube (store), scope, G_MAXINT64, error);
  if (tally == NULL || !find_all (self, reader.db, tally, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * bw_targets_free:
 * @self: (transfer full): jobs
 *
 * Frees them.
 */
void
bw_targets_free (BwTargets *self)
{
  g_ptr_array_unref (self->chunks);
  g_array_unref (self->open);
  g_free (self);
}

/**
 * bw_targets_unpack:
 * @chunk: (array length=length): a chunk
 * @length: its bytes
 * @ids: (element-type gint64): where to append its ids
 *
 * Returns: %FALSE if it is no chunk
 */
gboolean
bw_targets_unpack (gconstpointer chunk, gsize length, GArray *ids)
{
  const guint8 *bytes = chunk;
  guint64 difference = 0;
  guint shift = 0;
  gint64 id = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (shift > 56)
        return FALSE;
      difference |= (guint64) (bytes[i] & 0x7f) << shift;
      shift += 7;
      if (bytes[i] & 0x80)
        continue;
      id += (gint64) difference;
      g_array_append_val (ids, id);
      difference = 0;
      shift = 0;
    }
  return shift == 0;
}

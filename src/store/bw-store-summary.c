/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-listing.h"
#include "bw-read.h"
#include "bw-search.h"
#include "bw-store-private.h"

static void
sum_up (BwSummary *summary, const BwTally *tally)
{
  const BwSelection *selection = bw_tally_get_selection (tally);

  for (guint i = 0; i < selection->kinds->len; i++)
    {
      guint kind = g_array_index (selection->kinds, guint, i);

      summary->in_state[bw_tally_get_key (tally, kind)->state] += bw_tally_count (tally, kind);
    }
  summary->is_exact = bw_tally_is_exact (tally);
}

static gboolean
go_through (BwSummary *summary, BwDb *db, const BwTally *tally, GError **error)
{
  const BwScope *scope = bw_tally_get_scope (tally);
  BwListingSlice slice = { scope->first,       scope->end, TRUE, 0,
                           BW_COUNT_BOUND + 1, 0,          TRUE, BW_SORT_CREATED_AT };
  gboolean is_complete;
  g_autoptr (GArray) found = bw_listing_gather (db, tally, &slice, &is_complete, error);

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < MIN (found->len, BW_COUNT_BOUND); i++)
    summary->in_state[g_array_index (found, BwListed, i).key.state]++;
  summary->is_exact = is_complete && found->len <= BW_COUNT_BOUND;
  return TRUE;
}

/**
 * bw_store_summary:
 * @self: a store
 * @viewer: who asks
 * @filter: of which jobs; the sort doesn't matter
 * @summary: (out caller-allocates): how many, by state
 * @error: return location
 *
 * Counts what matches a filter. The counts are exact, from counters, unless relations, words or
 * conditions are asked for and there are too many jobs to go through: then they are of the newest.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_store_summary (BwStore *self,
                  const BwViewer *viewer,
                  const BwFilter *filter,
                  BwSummary *summary,
                  GError **error)
{
  g_auto (BwReader) reader = { NULL, NULL };
  g_autoptr (BwScope) scope = NULL;
  g_autoptr (BwTally) tally = NULL;

  *summary = (BwSummary) { 0 };
  if (filter->q != NULL && !bw_search_catch_up_if_room (self, error))
    return FALSE;
  reader = bw_reader_begin (self, error);
  if (reader.db == NULL)
    return FALSE;
  scope = bw_scope_new (reader.db, viewer, filter, error);
  if (scope == NULL)
    return FALSE;
  tally = bw_tally_new (reader.db, bw_store_get_cube (self), scope, BW_COUNT_BOUND, error);
  if (tally == NULL)
    return FALSE;
  if (!bw_scope_is_counted (scope))
    return go_through (summary, reader.db, tally, error);
  sum_up (summary, tally);
  return TRUE;
}

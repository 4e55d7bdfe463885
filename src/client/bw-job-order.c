/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's orders, as far as a job by itself tells its place in them. Ties are broken by the
 * id, in the direction of the order.
 */
#include "bw-job-order.h"

#include <string.h>

static int
compare_int (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

/* A job that is not finished comes after all that are. */
static int
compare_finished (const BwJob *a, const BwJob *b)
{
  return compare_int (a->finished_at == BW_TIME_NONE ? G_MAXINT64 : a->finished_at,
                      b->finished_at == BW_TIME_NONE ? G_MAXINT64 : b->finished_at);
}

static int
compare_key (BwSortKey key, const BwJob *a, const BwJob *b)
{
  switch (key)
    {
    case BW_SORT_FINISHED_AT:
      return compare_finished (a, b);
    case BW_SORT_NAME:
      return strcmp (a->name, b->name);
    case BW_SORT_STATE:
      return compare_int (a->state, b->state);
    case BW_SORT_ITEMS:
      return compare_int (bw_item_counts_total (&a->items), bw_item_counts_total (&b->items));
    case BW_SORT_CREATED_AT:
    case BW_SORT_TYPE:
    case BW_SORT_CREATED_BY:
    default:
      return 0;
    }
}

/**
 * bw_job_order_compare:
 * @filter: says in which order
 * @a: a job
 * @b: another
 *
 * Compares two jobs as the server orders them. Ids are given in the order of creation, so they are
 * the order by created_at.
 *
 * Returns: negative if @a comes before @b, positive if after, 0 if they are the same job
 */
int
bw_job_order_compare (const BwFilter *filter, const BwJob *a, const BwJob *b)
{
  int order = compare_key (filter->sort, a, b);

  if (order != 0)
    return filter->descending ? -order : order;
  order = compare_int (a->id, b->id);
  return filter->descending || filter->sort == BW_SORT_STATE ? -order : order;
}

/**
 * bw_job_order_is_known:
 * @filter: says in which order
 *
 * Types and creators are ordered by what the server keeps of them, not by what a job shows.
 *
 * Returns: %FALSE if bw_job_order_compare() does not tell
 */
gboolean
bw_job_order_is_known (const BwFilter *filter)
{
  return filter->sort != BW_SORT_TYPE && filter->sort != BW_SORT_CREATED_BY;
}

/**
 * bw_job_order_is_lasting:
 * @filter: says in which order
 *
 * Returns: %TRUE if a job keeps its place in it, whatever happens to the job
 */
gboolean
bw_job_order_is_lasting (const BwFilter *filter)
{
  return filter->sort == BW_SORT_CREATED_AT || !bw_job_order_is_known (filter);
}

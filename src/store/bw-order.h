/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cursor.h"
#include "bw-tally.h"

G_BEGIN_DECLS

/**
 * BwOrder:
 *
 * The order of a list. Sorts by type, state and creator are orders of groups: the groups as people
 * read them, and within a group the newest job first, whichever way the groups go. The sort by end
 * has two groups: what has ended, and after it what has not. The other sorts are one group.
 */
typedef struct
{
  BwSortKey sort;
  gboolean descending;
  GHashTable *ranks;        /* gint64 group → its place among the groups */
} BwOrder;

/** How the jobs within a group are sorted. */
typedef enum
{
  BW_WITHIN_ID,
  BW_WITHIN_NAME,
  BW_WITHIN_ITEMS,
  BW_WITHIN_END,
} BwWithin;

/** A group's jobs, of a list of which the counters know the size. */
typedef struct
{
  gint64 group;
  BwSelection *selection;
} BwGroup;

BwOrder *bw_order_new       (BwDb *db, gint64 business, const BwFilter *filter, GArray *owners, GError **error);
void     bw_order_free      (BwOrder *self);
gint64   bw_order_get_group (const BwOrder *self, const BwCounterKey *key);
gint64   bw_order_get_group_at (const BwOrder *self, const BwCursor *cursor);
int      bw_order_compare_ranks (const BwOrder *self, gint64 a, gint64 b);
BwWithin bw_order_get_within (const BwOrder *self, gint64 group);
gboolean bw_order_is_descending_within (const BwOrder *self);
int      bw_order_compare   (const BwOrder *self, const BwCursor *a, const BwCursor *b);
GPtrArray *bw_order_split   (const BwOrder *self, const BwTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwOrder, bw_order_free)

G_END_DECLS

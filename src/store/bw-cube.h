/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-read.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/*
 * The counters of whole days, kept in memory: every list and count sums them, and summing 90 days by
 * SQL takes a hundred times as long. A day whose counters changed has another revision in the table
 * "day", so a reader knows within its own transaction which of the days kept here are as that
 * transaction sees them, and reads the others anew. The quarters of an hour of a day are kept likewise
 * once they were asked for.
 */
typedef struct _BwCube BwCube;

/** How many jobs of one kind a day has; @key is an index into the view's keys. */
typedef struct
{
  guint32 key;
  guint32 n;
} BwCubeCell;

/** One day's counters. Immutable. */
typedef struct
{
  gint64 day;               /* days since 1970 in UTC */
  gint64 revision;
  guint n_cells;
  BwCubeCell cells[];
} BwCubeDay;

/** One day's counters by quarter of an hour. Immutable. */
typedef struct
{
  gint64 day;
  gint64 revision;
  guint starts[BW_QUARTERS_PER_DAY + 1]; /* the cells of quarter q: starts[q] <= index < starts[q + 1] */
  BwCubeCell cells[];
} BwCubeQuarters;

/** All days of a business as one transaction sees them. Immutable. */
typedef struct
{
  gint64 business;
  GArray *keys;             /* of BwCounterKey: all kinds that were ever met */
  GPtrArray *days;          /* of BwCubeDay, oldest first */
  GHashTable *index;        /* of the keys, see bw_cube_view_find() */
} BwCubeView;

BwCube     *bw_cube_new       (void);
void        bw_cube_free      (BwCube *self);
BwCubeView *bw_cube_read      (BwCube *self, BwDb *db, gint64 business, GError **error);
BwCubeQuarters *bw_cube_read_quarters (BwCube *self, BwDb *db, const BwCubeView *view, const BwCubeDay *day, GError **error);
void        bw_cube_quarters_unref (BwCubeQuarters *self);
void        bw_cube_view_free (BwCubeView *self);
int         bw_cube_view_find (const BwCubeView *self, const BwCounterKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCube, bw_cube_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCubeQuarters, bw_cube_quarters_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCubeView, bw_cube_view_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-read.h"

G_BEGIN_DECLS

/*
 * What ended, kept in memory hour by hour: a chart of a quarter of a year adds up a million rows, which
 * takes SQL a second and memory a few milliseconds. An hour whose rows changed has another revision in
 * the table "finish_hour", so a reader knows within its own transaction which of the hours kept here
 * are as that transaction sees them (the same idea as bw-cube.h). Usually that is all but the present.
 */
typedef struct _BwFinishCube BwFinishCube;

/** Jobs alike that ended in the same quarter of an hour. */
typedef struct
{
  guint32 type;
  guint32 owner;
  guint8 automated;
  guint8 state;
  guint16 bucket;           /* of their running times: bw-histogram.h */
  guint32 quarter;          /* since 1970 */
  guint32 n;
  guint32 items;
  guint32 items_failed;
  gint64 run;               /* milliseconds, in all */
  gint64 wait;
} BwFinishCell;

/** What ended within one hour. Immutable. */
typedef struct
{
  gint64 business;
  gint64 hour;              /* since 1970 */
  gint64 revision;
  guint n_cells;
  BwFinishCell cells[];     /* in the order of the quarters */
} BwFinishHour;

BwFinishCube *bw_finish_cube_new  (void);
void          bw_finish_cube_free (BwFinishCube *self);
GPtrArray    *bw_finish_cube_read (BwFinishCube *self, BwDb *db, gint64 business, gint64 from, gint64 until, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFinishCube, bw_finish_cube_free)

G_END_DECLS

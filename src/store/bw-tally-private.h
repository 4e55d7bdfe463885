/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-tally.h"

G_BEGIN_DECLS

/*
 * A scope's time falls into at most five parts: what is cut off a quarter of an hour at either end
 * (counted row by row), the quarters of the days cut at either end, and whole days between.
 */
#define BW_TALLY_MAX_PARTS 5

/* A whole number of days, so that an open end cuts none. */
#define BW_END_OF_TIME (G_MAXINT64 / BW_TIME_DAY * BW_TIME_DAY)

#define BW_TALLY_SQL_ROWS                                                                                   \
  "SELECT type, owner, automated, state FROM job "                                                 \
  "WHERE business = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT $4"

typedef enum
{
  BW_PART_ROWS,     /* bounds are ids */
  BW_PART_QUARTERS, /* quarters of an hour since 1970 */
  BW_PART_DAYS,     /* days since 1970 */
} BwPartKind;

typedef struct
{
  BwPartKind kind;
  gint64 from;
  gint64 until;
} BwPart;

struct _BwTally
{
  const BwScope *scope;
  gint64 bound;
  BwCube *cube;
  BwCubeView *view;
  BwPart parts[BW_TALLY_MAX_PARTS];
  guint n_parts;
  gint64 *counts; /* by number of kind */
  gint64 all;
  gboolean is_exact;
  BwSelection *selection;
};

/* Tells the kind of a row that begins with type, owner, automated and state; -1 for an unknown one. */
static inline int
bw_tally_read_kind (const BwTally *self, BwRows *rows)
{
  BwCounterKey key = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0,
                       (BwJobState) bw_rows_int (rows, 3) };

  return bw_cube_view_find (self->view, &key);
}

static inline const BwCubeDay *
bw_tally_get_day (const BwTally *self, guint index)
{
  return g_ptr_array_index (self->view->days, index);
}

const BwCubeDay *bw_tally_find_day (const BwTally *self, gint64 number);

G_END_DECLS

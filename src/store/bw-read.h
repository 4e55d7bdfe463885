/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

/* The spans by which jobs are counted. */
#define BW_SPAN_QUARTER (15 * BW_TIME_MINUTE)
#define BW_QUARTERS_PER_HOUR 4
#define BW_QUARTERS_PER_DAY 96

/* A count by going through what matches stops here and says so. */
#define BW_COUNT_BOUND 10000

/*
 * Ends a loop over rows: bw_rows_next() returns FALSE at the end and after an error, so its error is
 * kept in a variable of the loop's own and handed on here. Takes @local.
 */
static inline gboolean
bw_read_finish (GError *local, GError **error)
{
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

G_END_DECLS

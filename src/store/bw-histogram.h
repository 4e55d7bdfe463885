/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Durations by size, for percentiles. Milliseconds below 8 have a bucket each; from there on every
 * octave has 8, so that a bucket's upper bound is at most 1/8 above any duration in it. (The layout
 * of HdrHistogram with 3 bits of precision.) The numbers are stored: never change them.
 */
#define BW_N_BUCKETS 312

/** How many durations there are in each bucket. */
typedef struct
{
  gint64 n;
  gint64 in_bucket[BW_N_BUCKETS];
} BwHistogram;

guint  bw_histogram_find_bucket  (gint64 milliseconds);
gint64 bw_histogram_get_longest  (guint bucket);
void   bw_histogram_add          (BwHistogram *self, guint bucket, gint64 n);
gint64 bw_histogram_percentile   (const BwHistogram *self, guint percent);

G_END_DECLS

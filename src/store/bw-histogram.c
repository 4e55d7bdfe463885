/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-histogram.h"

#define BITS 3
#define PER_OCTAVE (1 << BITS)

/**
 * bw_histogram_find_bucket:
 * @milliseconds: a duration; a negative one counts as none
 *
 * Returns: its bucket; the last one for anything longer than 69 years
 */
guint
bw_histogram_find_bucket (gint64 milliseconds)
{
  guint octave;
  guint bucket;

  if (milliseconds < PER_OCTAVE)
    return (guint) MAX (milliseconds, 0);
  octave = 63 - (guint) __builtin_clzll ((guint64) milliseconds) - BITS;
  bucket = PER_OCTAVE * (octave + 1) + ((guint) (milliseconds >> octave) & (PER_OCTAVE - 1));
  return MIN (bucket, BW_N_BUCKETS - 1);
}

/**
 * bw_histogram_get_longest:
 * @bucket: a bucket
 *
 * Returns: the longest duration that belongs into it, in milliseconds
 */
gint64
bw_histogram_get_longest (guint bucket)
{
  guint octave = bucket / PER_OCTAVE;

  if (octave == 0)
    return bucket;
  return ((gint64) (PER_OCTAVE + bucket % PER_OCTAVE + 1) << (octave - 1)) - 1;
}

/**
 * bw_histogram_add:
 * @self: a histogram
 * @bucket: a bucket
 * @n: how many more durations it has
 *
 * Adds durations.
 */
void
bw_histogram_add (BwHistogram *self, guint bucket, gint64 n)
{
  self->n += n;
  self->in_bucket[MIN (bucket, BW_N_BUCKETS - 1)] += n;
}

/**
 * bw_histogram_percentile:
 * @self: a histogram
 * @percent: how many of 100, 1 to 100
 *
 * Finds the duration that so many of 100 do not exceed (nearest rank), as the longest of its
 * bucket: never too little, and at most 1/8 too much.
 *
 * Returns: milliseconds; -1 without any durations
 */
gint64
bw_histogram_percentile (const BwHistogram *self, guint percent)
{
  gint64 rank = (self->n * percent + 99) / 100;
  gint64 seen = 0;

  if (self->n == 0)
    return -1;
  for (guint bucket = 0; bucket < BW_N_BUCKETS; bucket++)
    {
      seen += self->in_bucket[bucket];
      if (seen >= rank)
        return bw_histogram_get_longest (bucket);
    }
  g_assert_not_reached ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-finish-sums.h"

/**
 * bw_finish_sums_add:
 * @self: sums
 * @cell: jobs that ended
 *
 * Adds them. How long jobs ran that were cancelled says nothing of how long jobs run.
 */
void
bw_finish_sums_add (BwFinishSums *self, const BwFinishCell *cell)
{
  self->in_state[cell->state] += cell->n;
  if (cell->state == BW_JOB_STATE_CANCELLED)
    return;
  self->items += cell->items;
  self->items_failed += cell->items_failed;
  self->run += cell->run;
  self->wait += cell->wait;
  bw_histogram_add (&self->runs, cell->bucket, cell->n);
}

/**
 * bw_finish_sums_add_sums:
 * @self: sums
 * @other: other sums
 *
 * Adds @other to @self.
 */
void
bw_finish_sums_add_sums (BwFinishSums *self, const BwFinishSums *other)
{
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    self->in_state[i] += other->in_state[i];
  self->items += other->items;
  self->items_failed += other->items_failed;
  self->run += other->run;
  self->wait += other->wait;
  self->runs.n += other->runs.n;
  for (guint i = 0; i < BW_N_BUCKETS; i++)
    self->runs.in_bucket[i] += other->runs.in_bucket[i];
}

/**
 * bw_finish_sums_count:
 * @self: sums
 *
 * Returns: how many jobs ended by running
 */
gint64
bw_finish_sums_count (const BwFinishSums *self)
{
  return self->in_state[BW_JOB_STATE_SUCCESS] + self->in_state[BW_JOB_STATE_FAILED]
         + self->in_state[BW_JOB_STATE_SKIPPED];
}

/**
 * bw_finish_sums_get_figures:
 * @self: sums
 * @figures: (out): what they come to
 *
 * Makes averages of sums.
 */
void
bw_finish_sums_get_figures (const BwFinishSums *self, BwInsightsFigures *figures)
{
  gint64 n = bw_finish_sums_count (self);

  *figures = (BwInsightsFigures) {
    .finished = n,
    .failed = self->in_state[BW_JOB_STATE_FAILED],
    .skipped = self->in_state[BW_JOB_STATE_SKIPPED],
    .cancelled = self->in_state[BW_JOB_STATE_CANCELLED],
    .items = self->items,
    .items_failed = self->items_failed,
    .run_ms = n > 0 ? self->run / n : BW_NO_FIGURE,
    .run_ms_p95 = n > 0 ? bw_histogram_percentile (&self->runs, 95) : BW_NO_FIGURE,
    .wait_ms = n > 0 ? self->wait / n : BW_NO_FIGURE,
  };
}

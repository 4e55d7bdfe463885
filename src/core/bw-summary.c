/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-summary.h"

/**
 * bw_summary_total:
 * @self: a summary
 *
 * Returns: how many jobs there are in all
 */
gint64
bw_summary_total (const BwSummary *self)
{
  return bw_summary_count (self, BW_JOB_STATES_ALL);
}

/**
 * bw_summary_count:
 * @self: a summary
 * @states: a set of states
 *
 * Returns: how many jobs are in any of them
 */
gint64
bw_summary_count (const BwSummary *self, BwJobStates states)
{
  gint64 count = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if ((states & (1u << i)) != 0)
      count += self->in_state[i];
  return count;
}

/**
 * bw_summary_write:
 * @self: a summary
 * @writer: a writer, in an object
 *
 * Writes the members total, active, completed, failed, by_state and total_is_exact. Cancelled jobs
 * are in the total and by state only.
 */
void
bw_summary_write (const BwSummary *self, BwJsonWriter *writer)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_int (writer, "total", bw_summary_total (self));
  bw_json_writer_int (writer, "active", bw_summary_count (self, BW_JOB_STATES_ACTIVE));
  bw_json_writer_int (writer, "completed", bw_summary_count (self, BW_JOB_STATES_COMPLETED));
  bw_json_writer_int (writer, "failed", bw_summary_count (self, BW_JOB_STATES_FAILED));
  bw_json_writer_begin_object (writer, "by_state");
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    bw_json_writer_int (writer, bw_job_state_to_string ((BwJobState) i), self->in_state[i]);
  bw_json_writer_end_object (writer);
  bw_json_writer_boolean (writer, "total_is_exact", self->is_exact);
}

/**
 * bw_summary_read:
 * @self: (out): a summary, of which everything is set
 * @reader: a reader at an object with the members that bw_summary_write() writes
 *
 * Reads a summary. Unknown members are ignored; the sums are made anew from the counts by state.
 *
 * Returns: %FALSE if anything was wrong
 */
gboolean
bw_summary_read (BwSummary *self, BwJsonReader *reader)
{
  g_return_val_if_fail (self != NULL, FALSE);

  *self = (BwSummary) { .is_exact = bw_json_reader_boolean (reader, "total_is_exact", TRUE) };
  if (!bw_json_reader_enter_object (reader, "by_state"))
    {
      bw_json_reader_fail (reader, "by_state", "is missing");
      return FALSE;
    }
  /* Bounded so that no sum of all states can overflow. */
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    self->in_state[i] = bw_json_reader_int (reader, bw_job_state_to_string ((BwJobState) i), 0,
                                            G_MAXINT64 / BW_N_JOB_STATES, 0);
  bw_json_reader_leave (reader);
  return bw_json_reader_is_valid (reader);
}

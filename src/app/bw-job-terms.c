/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-terms.h"

#include "bw-json-writer.h"

/**
 * bw_job_terms_new:
 * @details: a job
 *
 * Returns: (transfer full): what of it can be changed, as it is now
 */
BwJobTerms *
bw_job_terms_new (const BwJobDetails *details)
{
  BwJobTerms *self = g_new0 (BwJobTerms, 1);

  self->name = g_strdup (details->job->name);
  self->parameters = g_strdup (details->parameters);
  self->priority = details->job->priority;
  self->run_at = details->job->run_at;

  return self;
}

/**
 * bw_job_terms_free:
 * @self: (transfer full): terms
 */
void
bw_job_terms_free (BwJobTerms *self)
{
  g_free (self->name);
  g_free (self->parameters);
  g_free (self);
}

/**
 * bw_job_terms_diff:
 * @from: how a job is
 * @to: how it is to be
 *
 * Returns: (transfer full) (nullable): what to change, as bw_business_edit() takes it; %NULL if
 *   that is nothing
 */
GBytes *
bw_job_terms_diff (const BwJobTerms *from, const BwJobTerms *to)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  gsize empty;

  bw_json_writer_begin_object (writer, NULL);
  empty = bw_json_writer_get_length (writer);
  if (g_strcmp0 (from->name, to->name) != 0)
    bw_json_writer_string (writer, "name", to->name);
  if (g_strcmp0 (from->parameters, to->parameters) != 0)
    bw_json_writer_raw (writer, "parameters", to->parameters != NULL ? to->parameters : "{}");
  if (from->priority != to->priority)
    bw_json_writer_int (writer, "priority", to->priority);
  if (from->run_at != to->run_at && to->run_at == BW_TIME_NONE)
    bw_json_writer_null (writer, "run_at");
  else if (from->run_at != to->run_at)
    bw_json_writer_time (writer, "run_at", to->run_at);
  if (bw_json_writer_get_length (writer) == empty)
    return NULL;

  bw_json_writer_end_object (writer);

  return bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
}

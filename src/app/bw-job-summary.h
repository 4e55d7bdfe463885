/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"
#include "bw-job.h"

G_BEGIN_DECLS

#define BW_TYPE_JOB_SUMMARY (bw_job_summary_get_type ())

/**
 * BwResultKind:
 * @BW_RESULT_UNKNOWN: whether jobs of this type make a file is not known yet
 * @BW_RESULT_NEVER: they make none
 * @BW_RESULT_USUAL: they make one
 */
typedef enum
{
  BW_RESULT_UNKNOWN,
  BW_RESULT_NEVER,
  BW_RESULT_USUAL,
} BwResultKind;

/**
 * BwJobSummary:
 *
 * The upper part of a job's window: name, state, how far it is, who, when, its references and its
 * result; and its errors in a panel of their own, with the way to the items that failed.
 *
 * Properties:
 *   narrow        gboolean           the facts are folded away until they are asked for
 *
 * It activates the action "job.show-failed".
 */
G_DECLARE_FINAL_TYPE (BwJobSummary, bw_job_summary, BW, JOB_SUMMARY, AdwBin)

void  bw_job_summary_set_job         (BwJobSummary *self, BwJob *job);
void  bw_job_summary_set_business    (BwJobSummary *self, BwBusiness *business);
void  bw_job_summary_set_result_kind (BwJobSummary *self, BwResultKind kind);
char *bw_job_summary_explain_result  (const BwJob *job, BwResultKind kind);

G_END_DECLS

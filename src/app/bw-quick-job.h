/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_QUICK_JOB (bw_quick_job_get_type ())

/**
 * BwQuickJob:
 *
 * A row of the quick tool: a job, of whichever business. Properties:
 *   job          BwJob (boxed)       notifies at each change
 */
G_DECLARE_FINAL_TYPE (BwQuickJob, bw_quick_job, BW, QUICK_JOB, GObject)

BwQuickJob *bw_quick_job_new          (BwBusiness *business, BwJob *job);
BwBusiness *bw_quick_job_get_business (BwQuickJob *self);
BwJob      *bw_quick_job_get_job      (BwQuickJob *self);
void        bw_quick_job_set_job      (BwQuickJob *self, BwJob *job);
gboolean    bw_quick_job_is_same      (BwQuickJob *self, BwQuickJob *other);

G_END_DECLS

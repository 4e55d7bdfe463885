/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_JOB_WINDOW (bw_job_window_get_type ())

/**
 * BwJobWindow:
 *
 * One job, in a window of its own: what it is and how it goes, its items, parameters, log and
 * history. It follows the job while it is open.
 */
G_DECLARE_FINAL_TYPE (BwJobWindow, bw_job_window, BW, JOB_WINDOW, AdwWindow)

BwJobWindow *bw_job_window_new          (GtkApplication *application, BwBusiness *business, gint64 job);
void         bw_job_window_run          (BwJobWindow *self, const char *action);
BwBusiness  *bw_job_window_get_business (BwJobWindow *self);
gint64       bw_job_window_get_job_id   (BwJobWindow *self);

G_END_DECLS

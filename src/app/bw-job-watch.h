/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-list.h"
#include "bw-session.h"

G_BEGIN_DECLS

/** A job, and where it is. */
typedef struct
{
  BwBusiness *business;
  BwJob *job;
} BwWatchedJob;

BwWatchedJob *bw_watched_job_new  (BwBusiness *business, BwJob *job);
void          bw_watched_job_free (BwWatchedJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwWatchedJob, bw_watched_job_free)

#define BW_TYPE_JOB_WATCH (bw_job_watch_get_type ())

/**
 * BwJobWatch:
 *
 * What runs in all businesses of the user who is signed in: the one place that the tray, the quick
 * tool and the notifications follow, whether a window is open or not. It has no timers of its own
 * while nothing happens.
 * Signals:
 *   businesses ()                          other businesses than before
 *   changed ()                             what runs, or how far it is; a few times a second at most
 *   job (BwBusiness *, BwJob *)            news of one job, as it comes
 *   gap (BwBusiness *)                     from now on news come; what was before may not be known
 */
G_DECLARE_FINAL_TYPE (BwJobWatch, bw_job_watch, BW, JOB_WATCH, GObject)

BwJobWatch *bw_job_watch_new             (BwSession *session);
guint       bw_job_watch_get_n_businesses (BwJobWatch *self);
BwBusiness *bw_job_watch_get_business    (BwJobWatch *self, guint index);
BwBusiness *bw_job_watch_find_business   (BwJobWatch *self, const char *id);
BwJobList  *bw_job_watch_get_active_jobs (BwJobWatch *self, BwBusiness *business);
gint64      bw_job_watch_count_running   (BwJobWatch *self, BwBusiness *business);
GPtrArray  *bw_job_watch_list_running    (BwJobWatch *self, guint limit);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-watch.h"

G_BEGIN_DECLS

/* Desktop notifications in words: of one job, and of many at once. */

/** What happened to a job that its people want to hear of. */
typedef enum
{
  BW_NOTICE_DONE,
  BW_NOTICE_FAILED,
  BW_NOTICE_STALLED,
} BwNoticeKind;

/** What happened to many jobs, summed up. */
typedef struct
{
  gboolean stalled;         /* they may be stuck; otherwise they are done */
  guint n_jobs;             /* in all, failed ones too */
  guint n_failed;
  gboolean more;            /* there are more than were looked at */
  GPtrArray *names;         /* of char *: of the first few */
  char *business;           /* the short name, if all are of one; "" otherwise */
} BwNoticeSum;

#define BW_NOTICE_SUM_NAMES 2

char          *bw_notice_get_id       (BwBusiness *business, gint64 job);
GVariant      *bw_notice_get_target   (BwBusiness *business, gint64 job);
char          *bw_notice_format_title (BwNoticeKind kind, const BwJob *job);
char          *bw_notice_format_body  (BwNoticeKind kind, const BwJob *job, const char *business, gboolean own);
char          *bw_notice_format_sum   (const BwNoticeSum *sum);
char          *bw_notice_format_names (const BwNoticeSum *sum);
GNotification *bw_notice_new          (BwNoticeKind kind, const BwWatchedJob *job, gboolean own, gboolean only_business);
GNotification *bw_notice_new_sum      (const BwNoticeSum *sum);

BwNoticeSum   *bw_notice_sum_new      (gboolean stalled);
void           bw_notice_sum_free     (BwNoticeSum *self);
void           bw_notice_sum_add      (BwNoticeSum *self, BwNoticeKind kind, const BwWatchedJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwNoticeSum, bw_notice_sum_free)

G_END_DECLS

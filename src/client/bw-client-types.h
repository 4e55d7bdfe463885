/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-event.h"
#include "bw-filter.h"
#include "bw-item.h"
#include "bw-job.h"
#include "bw-pause.h"
#include "bw-rights.h"
#include "bw-summary.h"

G_BEGIN_DECLS

/* Boxed types for values of core that have none, so that they can go through properties, signals
 * and futures. */
#define BW_TYPE_ME (bw_me_get_type ())
#define BW_TYPE_FILTER (bw_filter_get_type ())
#define BW_TYPE_SUMMARY (bw_summary_get_type ())
#define BW_TYPE_EVENT (bw_event_get_type ())
#define BW_TYPE_PAUSE (bw_pause_get_type ())

GType      bw_me_get_type      (void);
GType      bw_filter_get_type  (void);
GType      bw_summary_get_type (void);
GType      bw_event_get_type   (void);
GType      bw_pause_get_type   (void);

BwSummary *bw_summary_copy     (const BwSummary *self);
void       bw_summary_free     (BwSummary *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSummary, bw_summary_free)

/** A slice of a list of jobs. Immutable, counted by reference. */
typedef struct
{
  GPtrArray *jobs;          /* of BwJob, never NULL */
  gint64 total;
  gboolean total_is_exact;  /* FALSE: the count stopped at a bound */
  char *next;               /* cursor for what comes after; NULL at the end */
  gint64 revision;          /* the business's, when the page was read */
} BwJobPage;

#define BW_TYPE_JOB_PAGE (bw_job_page_get_type ())

GType      bw_job_page_get_type (void);
BwJobPage *bw_job_page_ref      (BwJobPage *self);
void       bw_job_page_unref    (BwJobPage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobPage, bw_job_page_unref)

/** A job with what lists don't carry. Immutable, counted by reference. */
typedef struct
{
  BwJob *job;
  char *parameters;         /* JSON text of an object, indented for people; NULL without */
  gint64 log_size;          /* bytes */
  gint64 stalled_after;     /* milliseconds of silence after which it counts as stalled */
} BwJobDetails;

#define BW_TYPE_JOB_DETAILS (bw_job_details_get_type ())

GType         bw_job_details_get_type (void);
BwJobDetails *bw_job_details_ref      (BwJobDetails *self);
void          bw_job_details_unref    (BwJobDetails *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobDetails, bw_job_details_unref)

/** A slice of a job's items. Immutable, counted by reference. */
typedef struct
{
  GPtrArray *items;         /* of BwItem, never NULL */
  BwItemCounts counts;      /* of the whole job, whatever the filter */
  gint64 total;             /* how many match the filter */
  gint64 next;              /* the item to give as "after" for what comes next; 0 at the end */
} BwItemPage;

#define BW_TYPE_ITEM_PAGE (bw_item_page_get_type ())

GType       bw_item_page_get_type (void);
BwItemPage *bw_item_page_ref      (BwItemPage *self);
void        bw_item_page_unref    (BwItemPage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwItemPage, bw_item_page_unref)

/** Which of a job's items to show. Zeroed: all of them. */
typedef struct
{
  guint states;             /* a set of 1 << BwItemState; 0: all */
  char *relation;           /* words of the relation's label or id; NULL: all */
  char *q;                  /* words of the message; NULL: all */
} BwItemFilter;

#define BW_TYPE_ITEM_FILTER (bw_item_filter_get_type ())

GType         bw_item_filter_get_type (void);
BwItemFilter *bw_item_filter_new      (void);
BwItemFilter *bw_item_filter_copy     (const BwItemFilter *self);
void          bw_item_filter_free     (BwItemFilter *self);
gboolean      bw_item_filter_equal    (const BwItemFilter *a, const BwItemFilter *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwItemFilter, bw_item_filter_free)

/** One run of a job by one worker. */
typedef struct
{
  int attempt;
  char *worker;
  BwTime started_at;
  BwTime ended_at;          /* BW_TIME_NONE while it runs */
  char *outcome;            /* running, finished, failed, lapsed, cancelled or released */
  char *error;              /* nullable */
} BwAttempt;

/** What somebody did to a job. */
typedef struct
{
  BwTime at;
  char *actor;
  char *action;
  char *detail;             /* nullable */
} BwAction;

/** What became of a job so far. Immutable, counted by reference. */
typedef struct
{
  GPtrArray *attempts;      /* of BwAttempt */
  GPtrArray *actions;       /* of BwAction */
} BwJobHistory;

#define BW_TYPE_JOB_HISTORY (bw_job_history_get_type ())

GType         bw_job_history_get_type (void);
BwJobHistory *bw_job_history_ref      (BwJobHistory *self);
void          bw_job_history_unref    (BwJobHistory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobHistory, bw_job_history_unref)

/** A job type of a business, as filters and dialogs offer it. */
typedef struct
{
  char *type;               /* "send-invoices" */
  char *name;               /* "Send invoices" */
  gint64 stalled_after;     /* milliseconds */
  int max_attempts;
  gboolean makes_result;
} BwTypeInfo;

/** A user who has visible jobs. */
typedef struct
{
  gint64 id;                /* 0 for "System" */
  char *name;
  char *login;              /* nullable */
} BwUserInfo;

/** A relation that visible jobs refer to. */
typedef struct
{
  char *id;
  char *label;
} BwRelationInfo;

/** What became of one submission. */
typedef struct
{
  gint64 id;
  gboolean existing;        /* its idempotency key was known: @id is the first one's job */
} BwSubmissionResult;

G_END_DECLS

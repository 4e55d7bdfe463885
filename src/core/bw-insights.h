/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-queue-info.h"

G_BEGIN_DECLS

typedef enum
{
  BW_INSIGHTS_BY_NOTHING,   /* one row for all */
  BW_INSIGHTS_BY_TYPE,
  BW_INSIGHTS_BY_USER,
} BwInsightsBy;

#define BW_INSIGHTS_MIN_EDGES 2
#define BW_INSIGHTS_MAX_EDGES 400
#define BW_INSIGHTS_MAX_ROWS 200
#define BW_INSIGHTS_MAX_TYPES 100

/** What insights are asked for. */
typedef struct
{
  const BwTime *edges;      /* ascending; n edges bound n - 1 spans. Rounded down to quarters of an
                               hour, on which every time zone's hours and days begin */
  gsize n_edges;            /* 2 to 400 */
  BwInsightsBy by;
  const char *const *types; /* nullable: all */
} BwInsightsQuery;

/**
 * BwInsightsFigures:
 *
 * The figures of one span of time. "Finished" means: came to an end by running, whatever the outcome.
 * A job that was retried counts each time that it ends, with all of its items.
 */
typedef struct
{
  gint64 finished;          /* jobs that succeeded, failed or skipped items */
  gint64 failed;            /* of those */
  gint64 skipped;           /* of those */
  gint64 cancelled;         /* jobs that were cancelled instead */
  gint64 items;             /* of the finished jobs */
  gint64 items_failed;      /* of those */
  gint64 run_ms;            /* how long a finished job ran, on average; BW_NO_FIGURE: none did */
  gint64 run_ms_p95;        /* 95 of 100 ran no longer than this; at most 1/8 too much */
  gint64 wait_ms;           /* how long a finished job waited before it began, on average */
} BwInsightsFigures;

/** The figures of one type or user, or of everything. */
typedef struct
{
  char *key;                /* a type, or a user's id ("0": System); "" for everything */
  char *label;              /* its name for people; "" for everything */
  BwInsightsFigures *spans; /* n_edges - 1 */
  BwInsightsFigures total;  /* of all spans */
} BwInsightsRow;

/**
 * BwInsights:
 *
 * Figures of the jobs that ended and that the user may see; those removed since are still in them.
 * Immutable once made, counted by reference.
 */
typedef struct
{
  BwTime *edges;            /* as rounded */
  gsize n_edges;
  GPtrArray *rows;          /* of BwInsightsRow: those with the most finished jobs, most first */
  gint64 n_more;            /* rows left out beyond 200 */
} BwInsights;

#define BW_TYPE_INSIGHTS (bw_insights_get_type ())

GType          bw_insights_get_type (void);
BwInsights    *bw_insights_new   (gsize n_edges);
BwInsights    *bw_insights_ref   (BwInsights *self);
void           bw_insights_unref (BwInsights *self);
BwInsightsRow *bw_insights_add_row (BwInsights *self, const char *key, const char *label);
void           bw_insights_write (const BwInsights *self, BwJsonWriter *writer);
BwInsights    *bw_insights_read  (BwJsonReader *reader);
const char    *bw_insights_by_to_string   (BwInsightsBy by);
gboolean       bw_insights_by_from_string (const char *string, BwInsightsBy *by);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwInsights, bw_insights_unref)

G_END_DECLS

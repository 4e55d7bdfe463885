/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-pause.h"

G_BEGIN_DECLS

/** Where a figure can't be known: no job yet, nothing to measure by. Written as null. */
#define BW_NO_FIGURE (-1)

/** How many jobs of a type ended in one quarter of an hour. */
typedef struct
{
  BwTime at;                /* its beginning */
  gint64 finished;
  gint64 failed;            /* of those */
} BwQueueQuarter;

/**
 * BwQueueInfo:
 *
 * What waits and runs of one job type, and how it went lately; of the jobs that the user may see.
 * Immutable once made, counted by reference.
 */
typedef struct
{
  char *type;               /* "send-invoices" */
  char *type_name;          /* "Send invoices" */
  gint64 queued;            /* initiated, waiting for a worker; without those that are scheduled */
  gint64 scheduled;         /* waiting for their start time */
  gint64 processing;
  gint64 stalled;           /* of those processing */
  BwPause *paused;          /* nullable: the pause of the type, or else of the whole business */
  BwTime oldest_queued_at;  /* creation of the oldest queued job; BW_TIME_NONE: none is queued */
  gint64 workers;           /* how many workers ask for this type's jobs */
  gint64 finished_hour;     /* in this quarter of an hour and the three before */
  gint64 failed_hour;       /* of those */
  gint64 finished_day;      /* in this quarter of an hour and the 95 before */
  gint64 failed_day;        /* of those */
  gint64 average_ms;        /* how long a job of that day ran; BW_NO_FIGURE: none did */
  GArray *quarters;         /* of BwQueueQuarter: that day's 96, oldest first; NULL in lists */
} BwQueueInfo;

#define BW_TYPE_QUEUE_INFO (bw_queue_info_get_type ())

GType        bw_queue_info_get_type (void);
BwQueueInfo *bw_queue_info_new   (void);
BwQueueInfo *bw_queue_info_ref   (BwQueueInfo *self);
void         bw_queue_info_unref (BwQueueInfo *self);
void         bw_queue_info_write (const BwQueueInfo *self, BwJsonWriter *writer);
BwQueueInfo *bw_queue_info_read  (BwJsonReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwQueueInfo, bw_queue_info_unref)

void bw_figure_write (gint64 figure, BwJsonWriter *writer, const char *member);

G_END_DECLS

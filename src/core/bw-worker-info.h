/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

typedef enum
{
  BW_WORKER_STATE_BUSY,     /* holds a job */
  BW_WORKER_STATE_IDLE,     /* asks for work and gets none */
  BW_WORKER_STATE_SILENT,   /* not heard of for longer than a worker is ever silent: two minutes */
} BwWorkerState;

/** A job that a worker holds. */
typedef struct
{
  gint64 id;
  char *name;
  char *type_name;
  double progress;          /* 0 to 1 */
  BwTime claimed_at;
} BwWorkerJob;

/* So many of the jobs that a worker holds are listed. */
#define BW_WORKER_MAX_JOBS 100

/**
 * BwWorkerInfo:
 *
 * A program that works for the business, lately at least. Immutable once made, counted by reference.
 */
typedef struct
{
  char *name;               /* as it calls itself: "office-1" */
  gint64 account_id;
  char *account_name;       /* whose token it uses */
  GStrv types;              /* the job types that it asks for; empty: any */
  BwTime last_seen_at;      /* to 10 s */
  BwWorkerState state;
  GPtrArray *jobs;          /* of BwWorkerJob, never NULL; those that it holds longest */
  gint64 finished_day;      /* attempts that ended in this hour and the 23 before */
  gint64 failed_day;        /* of those: the attempt failed, or one of its items did */
} BwWorkerInfo;

#define BW_TYPE_WORKER_INFO (bw_worker_info_get_type ())

GType         bw_worker_info_get_type (void);
BwWorkerInfo *bw_worker_info_new   (void);
BwWorkerInfo *bw_worker_info_ref   (BwWorkerInfo *self);
void          bw_worker_info_unref (BwWorkerInfo *self);
void          bw_worker_info_write (const BwWorkerInfo *self, BwJsonWriter *writer);
BwWorkerInfo *bw_worker_info_read  (BwJsonReader *reader);
const char   *bw_worker_state_to_string (BwWorkerState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwWorkerInfo, bw_worker_info_unref)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-reference.h"
#include "bw-state.h"

G_BEGIN_DECLS

/**
 * BwJob:
 *
 * A job as lists show it: everything but parameters, items and log. An immutable snapshot, counted
 * by reference, so it may be read from any thread. Strings may be %NULL where noted.
 */
typedef struct
{
  gint64 id;
  char *type;               /* "send-invoices" */
  char *type_name;          /* "Send invoices" */
  char *name;
  BwJobState state;
  BwConditions conditions;
  char *entity;             /* what its items are, in the plural: "relations"; NULL without items */
  BwItemCounts items;
  double progress;          /* 0 to 1 */
  char *message;            /* nullable */
  GPtrArray *references;    /* of BwReference; never NULL */
  gint64 created_by_id;     /* 0 for "System" */
  char *created_by_name;
  gboolean automated;
  BwTime created_at;
  BwTime started_at;        /* BW_TIME_NONE while it has not started */
  BwTime finished_at;       /* BW_TIME_NONE while it runs */
  BwTime updated_at;
  char *updated_by;         /* a user's name, a worker's name or "System" */
  int priority;             /* -100 to 100, larger first */
  BwTime run_at;            /* BW_TIME_NONE: as soon as possible */
  int attempt;              /* 0 before the first */
  int max_attempts;
  char *result_name;        /* NULL without a result file */
  gint64 result_size;       /* bytes */
  gint64 revision;
} BwJob;

#define BW_TYPE_JOB (bw_job_get_type ())

GType  bw_job_get_type (void);
BwJob *bw_job_new      (void);
BwJob *bw_job_ref      (BwJob *self);
void   bw_job_unref    (BwJob *self);
BwJob *bw_job_read     (BwJsonReader *reader);
void   bw_job_write_members (const BwJob *self, BwJsonWriter *writer);
void   bw_job_write    (const BwJob *self, BwJsonWriter *writer, const char *member);
gboolean bw_job_is_finished (const BwJob *self);
gboolean bw_job_equal  (const BwJob *a, const BwJob *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJob, bw_job_unref)

G_END_DECLS

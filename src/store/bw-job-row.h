/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-holds.h"
#include "bw-job.h"

G_BEGIN_DECLS

/*
 * The one place that knows how a job's row becomes a BwJob. A statement begins with BW_JOB_SELECT,
 * which names the job "j", and goes on with its own WHERE.
 */
#define BW_JOB_SELECT                                                                              \
  "SELECT j.id, j.type, t.type, t.name, j.name, j.state, j.cancelling, j.stalled, j.due, "         \
  "j.entity, j.items, j.items_success, j.items_failed, j.items_skipped, j.items_cancelled, "       \
  "j.progress, j.message, j.refs, j.owner, a.name, j.automated, j.created_at, j.started_at, "      \
  "j.finished_at, j.updated_at, j.updated_by, j.priority, j.run_at, j.attempt, j.max_attempts, "   \
  "j.result_name, j.result_size, j.revision "                                                      \
  "FROM job j LEFT JOIN job_type t ON t.business = j.business AND t.id = j.type "                  \
  "LEFT JOIN account a ON a.id = j.owner "

#define BW_JOB_UNFINISHED G_GINT64_CONSTANT (253402300799999)

/** What a reader needs beside the rows: the business's pauses and templates. */
typedef struct
{
  gint64 business;
  BwHolds holds;
  GHashTable *templates;    /* kind → URL template */
} BwJobReader;

BwJobReader *bw_job_reader_new  (BwDb *db, gint64 business, GError **error);
void         bw_job_reader_free (BwJobReader *self);
BwJob       *bw_job_reader_get  (BwJobReader *self, BwRows *rows);
gint64       bw_job_reader_get_owner (BwRows *rows);
GPtrArray   *bw_job_reader_fetch (BwJobReader *self, BwDb *db, const gint64 *ids, guint n_ids, GError **error);
void         bw_job_reader_expand (BwJobReader *self, BwReference *reference);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobReader, bw_job_reader_free)

G_END_DECLS

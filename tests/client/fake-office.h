/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"
#include "bw-job.h"
#include "raw-server.h"

G_BEGIN_DECLS

/*
 * An office that changes as a test wants it to, and takes its time: plain arrays behind a mutex,
 * served as the API has it. Its lists are the naive ones that the client's are compared with.
 */
typedef struct
{
  BwRawServer *server;
  GMutex mutex;
  GCond changed;
  GRand *random;
  GPtrArray *jobs;          /* of BwJob, by id */
  GPtrArray *log;           /* of BwEvent */
  gint64 revision;
  gint64 last_id;
  guint max_delay;          /* milliseconds, before or after an answer is made, at random */
  guint fail;               /* an HTTP status for every list */
  guint lists;              /* how many were served */
  guint bound;              /* counts stop here; 0: exact */
  gboolean no_stream;
  guint event_gap;          /* milliseconds before each event */
  gboolean hold_events;     /* none is told */
  guint page_delay;         /* milliseconds between making a page and answering with it */
  guint drop_streams;       /* grows: streams are cut off */
} BwFakeOffice;

BwFakeOffice *bw_fake_office_new     (guint n_jobs);
void          bw_fake_office_free    (BwFakeOffice *self);
gint64        bw_fake_office_add     (BwFakeOffice *self, const char *name);
void          bw_fake_office_change  (BwFakeOffice *self, gint64 id, BwJobState state, const char *name, double progress);
void          bw_fake_office_delete  (BwFakeOffice *self, gint64 id);
void          bw_fake_office_reset   (BwFakeOffice *self, guint n_jobs);
gint64        bw_fake_office_pick    (BwFakeOffice *self, guint index);
guint         bw_fake_office_count   (BwFakeOffice *self);
GPtrArray    *bw_fake_office_list    (BwFakeOffice *self, const BwFilter *filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFakeOffice, bw_fake_office_free)

G_END_DECLS

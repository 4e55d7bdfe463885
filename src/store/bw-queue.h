/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

/*
 * Which owners' jobs of which types wait, and how many of each owner run: kept in memory by the
 * writer, so that a claim looks only at jobs that it may take. It follows the commits; the first jobs
 * of a group are read when they are asked for and forgotten when something about the group changes.
 */
typedef struct _BwQueue BwQueue;

/** The jobs of one owner and type that wait. */
typedef struct
{
  gint64 business;
  gint64 type;
  gint64 owner;
  gint64 n_queued;          /* scheduled ones included */
  gint64 n_processing;
  GArray *heads;            /* of BwQueueHead, the first that are due, in order */
  guint n_taken;            /* of heads */
  gboolean is_known;        /* whether heads are; FALSE: read them */
  gboolean is_complete;     /* whether heads are all that are due */
} BwQueueGroup;

typedef struct
{
  gint64 job;
  gint64 priority;
} BwQueueHead;

BwQueue  *bw_queue_new    (void);
void      bw_queue_free   (BwQueue *self);
gboolean  bw_queue_load   (BwQueue *self, BwDb *db, GError **error);
void      bw_queue_count  (BwQueue *self, gint64 business, gint64 type, gint64 owner, gint64 queued, gint64 processing);
void      bw_queue_added  (BwQueue *self, gint64 business, gint64 type, gint64 owner, gint64 priority);
void      bw_queue_forget (BwQueue *self, gint64 business, gint64 type, gint64 owner);
void      bw_queue_forget_all (BwQueue *self);
GPtrArray *bw_queue_get_groups (BwQueue *self, gint64 business);
gint64    bw_queue_count_processing (BwQueue *self, gint64 business, gint64 owner);
gboolean  bw_queue_peek   (BwQueueGroup *group, BwDb *db, BwQueueHead *head, GError **error);
void      bw_queue_take   (BwQueueGroup *group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwQueue, bw_queue_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-store.h"

G_BEGIN_DECLS

/*
 * Which workers were heard of, as the writer keeps it in memory. When a worker was last seen is
 * written every ten seconds at most, and when it asks for a type that it did not ask for before; what
 * its attempts came to is written once a commit.
 */
typedef struct _BwWorkers BwWorkers;

/** Who works for whom. */
typedef struct
{
  gint64 business;
  gint64 account;
  const char *name;
} BwWorkerKey;

/* What is stored of the types of a worker that takes any. */
#define BW_WORKER_ANY_TYPE "*"

BwWorkers *bw_workers_new   (void);
void       bw_workers_free  (BwWorkers *self);
void       bw_workers_saw   (BwWorkers *self, const BwWorkerKey *key, BwTime now);
void       bw_workers_asked (BwWorkers *self, const BwWorkerKey *key, const char *const *types, BwTime now);
void       bw_workers_count (BwWorkers *self, const BwWorkerKey *key, gboolean has_failed);
void       bw_workers_keep  (BwWorkers *self);
void       bw_workers_undo  (BwWorkers *self);
void       bw_workers_lose  (BwWorkers *self);
gboolean   bw_workers_flush (BwWorkers *self, BwDb *db, BwTime now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwWorkers, bw_workers_free)

G_END_DECLS

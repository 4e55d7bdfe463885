/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"
#include "bw-holds.h"
#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/**
 * BwScope:
 *
 * Which jobs a reader asks for: a filter and what the viewer may see, in the database's terms.
 * Visibility is a filter like the others, so nothing else has to think of it.
 */
typedef struct
{
  BwViewer viewer;
  gint64 business;
  gboolean is_empty;        /* nothing can match */
  BwJobStates states;
  GArray *types;            /* of gint64, sorted; NULL: all */
  GArray *creators;         /* of gint64, sorted; 0 stands for automation; NULL: all */
  BwConditions conditions;
  BwHolds holds;
  char *relation;           /* nullable */
  char *words;              /* nullable: what the text index shall match */
  BwTime from;              /* BW_TIME_NONE: no bound */
  BwTime until;
  gint64 first;             /* the ids between from and until: first <= id < end */
  gint64 end;
} BwScope;

BwScope *bw_scope_new         (BwDb *db, const BwViewer *viewer, const BwFilter *filter, GError **error);
void     bw_scope_free        (BwScope *self);
gboolean bw_scope_is_counted  (const BwScope *self);
gboolean bw_scope_matches     (const BwScope *self, const BwCounterKey *key);
gboolean bw_scope_matches_conditions (const BwScope *self, BwConditions conditions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwScope, bw_scope_free)

BwConditions bw_conditions_of (const BwHolds *holds, const BwCounterKey *key, gboolean due, gboolean stalled, gboolean cancelling);

G_END_DECLS

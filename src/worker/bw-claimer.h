/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-connection.h"
#include "bw-job-kind.h"
#include "bw-report.h"
#include "bw-worker-config.h"

G_BEGIN_DECLS

#define BW_TYPE_CLAIMER (bw_claimer_get_type ())
G_DECLARE_FINAL_TYPE (BwClaimer, bw_claimer, BW, CLAIMER, GObject)

/* A type's polls go over the connection that it shares with its neighbours in the list of types. */
#define BW_TYPES_PER_CONNECTION 4

/*
 * Asks for work as long as there is room for it.
 *
 * Signals:
 *   claimed (BwJobKind *kind, BwClaim *claim)   a job is ours; the handler owns the claim
 *   idle                                        nothing is being asked any more
 */
BwClaimer *bw_claimer_new    (const BwWorkerConfig *config, GPtrArray *connections, GPtrArray *kinds);
void       bw_claimer_update (BwClaimer *self);
void       bw_claimer_stop   (BwClaimer *self);
void       bw_claimer_renew  (BwClaimer *self);
gboolean   bw_claimer_is_idle (BwClaimer *self);

G_END_DECLS

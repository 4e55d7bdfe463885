/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libdex.h>

#include "bw-report.h"

G_BEGIN_DECLS

#define BW_TYPE_HOLD (bw_hold_get_type ())
G_DECLARE_FINAL_TYPE (BwHold, bw_hold, BW, HOLD, GObject)

/*
 * The worker's side of a claim: what is to be reported under it, and what the server said to that.
 *
 * Signals:
 *   news      there is something to report
 *   changed   the directive, or whether the hold is doubtful or lost, has changed
 */
BwHold     *bw_hold_new            (gint64 claim, gint64 lease);
gint64      bw_hold_get_claim      (BwHold *self);
BwDirective bw_hold_get_directive  (BwHold *self);
gboolean    bw_hold_is_doubtful    (BwHold *self);
gboolean    bw_hold_is_lost        (BwHold *self);

/* For what does the work */
void        bw_hold_add_item       (BwHold *self, gint64 item, BwItemState state, const char *message);
void        bw_hold_add_log        (BwHold *self, const char *line);
void        bw_hold_set_progress   (BwHold *self, double progress);
void        bw_hold_set_message    (BwHold *self, const char *message);
DexFuture  *bw_hold_wait_for_room  (BwHold *self);
DexFuture  *bw_hold_finish         (BwHold *self, const char *error);
DexFuture  *bw_hold_release        (BwHold *self);

/* For what reports */
gboolean    bw_hold_has_news       (BwHold *self);
BwReport   *bw_hold_take_report    (BwHold *self, gsize *room);
void        bw_hold_answered       (BwHold *self, const BwReport *report, const BwReportResult *result, gint64 sent_at);
void        bw_hold_lose           (BwHold *self);

G_END_DECLS

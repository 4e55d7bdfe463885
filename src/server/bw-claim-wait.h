/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-exchange.h"

G_BEGIN_DECLS

typedef struct _BwClaimWait BwClaimWait;

BwClaimWait *bw_claim_wait_new        (void);
void         bw_claim_wait_free       (BwClaimWait *self);
guint64      bw_claim_wait_get_serial (BwClaimWait *self);
void         bw_claim_wait_park       (BwClaimWait *self, BwExchange *exchange, BwReply *reply);
void         bw_claim_wait_work_ready (BwClaimWait *self, gint64 business);
void         bw_claim_wait_tried      (BwClaimWait *self, const char *key, guint64 serial, gboolean has_more);
void         bw_claim_wait_pass_on    (BwClaimWait *self);
void         bw_claim_wait_release    (BwClaimWait *self);
guint        bw_claim_wait_count      (BwClaimWait *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-claim-wait.h"
#include "bw-event-hub.h"
#include "bw-metrics.h"
#include "bw-options.h"
#include "bw-pool.h"
#include "bw-session-cache.h"
#include "bw-store.h"
#include "bw-throttle.h"

G_BEGIN_DECLS

typedef struct _BwServer BwServer;

BwServer        *bw_server_start         (BwOptions *options, BwStore *store, GError **error);
void             bw_server_stop          (BwServer *self);
char            *bw_server_get_url       (BwServer *self);
gboolean         bw_server_is_stopping   (BwServer *self);
const BwOptions *bw_server_get_options   (BwServer *self);
BwStore         *bw_server_get_store     (BwServer *self);
BwSessionCache  *bw_server_get_sessions  (BwServer *self);
BwMetrics       *bw_server_get_metrics   (BwServer *self);
BwEventHub      *bw_server_get_hub       (BwServer *self);
BwClaimWait     *bw_server_get_claim_wait (BwServer *self);
BwThrottle      *bw_server_get_login_throttle   (BwServer *self);
BwThrottle      *bw_server_get_address_throttle (BwServer *self);
guint            bw_server_count_connections (BwServer *self);
BwPool          *bw_server_get_pool      (BwServer *self);
BwPool          *bw_server_get_slow_pool (BwServer *self);
void             bw_server_request_begun (BwServer *self);
void             bw_server_request_ended (BwServer *self);

G_END_DECLS

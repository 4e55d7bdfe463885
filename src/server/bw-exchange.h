/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>

#include "bw-connections.h"
#include "bw-reply.h"
#include "bw-request.h"

G_BEGIN_DECLS

typedef struct _BwExchange BwExchange;

BwExchange     *bw_exchange_new       (BwServer *server, BwConnections *connections, struct MHD_Connection *connection, const char *target);
void            bw_exchange_free      (BwExchange *self);
enum MHD_Result bw_exchange_proceed   (BwExchange *self, const char *method, const char *data, size_t *length);
void            bw_exchange_answer    (BwExchange *self, BwReply *reply);
void            bw_exchange_try_again (BwExchange *self);
int             bw_exchange_get_fd    (BwExchange *self);

G_END_DECLS

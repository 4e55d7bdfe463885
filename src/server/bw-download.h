/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>

#include "bw-pool.h"
#include "bw-reply.h"

G_BEGIN_DECLS

struct MHD_Response *bw_download_create_response (BwBodySource *source, struct MHD_Connection *connection, BwPool *pool);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

#define BW_TYPE_LOCAL_SERVER (bw_local_server_get_type ())

/**
 * BwLocalServer:
 *
 * "This computer": a batchworkd of the user's own, with its store in the user's data folder. It
 * runs as long as this object lives, is started again if it ends by itself, and lives no longer than
 * this process.
 */
G_DECLARE_FINAL_TYPE (BwLocalServer, bw_local_server, BW, LOCAL_SERVER, GObject)

BwLocalServer *bw_local_server_new          (void);
DexFuture     *bw_local_server_start        (BwLocalServer *self, guint port);  /* string: its address */
guint          bw_local_server_get_port     (BwLocalServer *self);
const char    *bw_local_server_get_user     (BwLocalServer *self);
const char    *bw_local_server_get_password (BwLocalServer *self);

G_END_DECLS

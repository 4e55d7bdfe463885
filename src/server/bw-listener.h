/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-options.h"
#include "bw-request.h"

G_BEGIN_DECLS

/** Where the server is reached: a socket, and libmicrohttpd on it. */
typedef struct _BwListener BwListener;

BwListener *bw_listener_open    (const BwOptions *options, GError **error);
gboolean    bw_listener_start   (BwListener *self, BwServer *server, GError **error);
void        bw_listener_quiesce (BwListener *self);
void        bw_listener_free    (BwListener *self);
char       *bw_listener_get_url (BwListener *self);
guint       bw_listener_count_connections (BwListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwListener, bw_listener_free)

G_END_DECLS

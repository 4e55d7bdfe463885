/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** One client's connection, from its acceptance to its end. */
typedef struct _BwConnection BwConnection;
typedef struct _BwConnections BwConnections;

BwConnections *bw_connections_new    (gboolean is_tls);
void           bw_connections_free   (BwConnections *self);
BwConnection  *bw_connections_add    (BwConnections *self, int fd, gint64 timeout_s);
void           bw_connections_remove (BwConnections *self, BwConnection *connection);
void           bw_connections_expect (BwConnections *self, BwConnection *connection, gint64 timeout_s);
void           bw_connections_answer (BwConnections *self, BwConnection *connection, gsize size);
void           bw_connections_rest   (BwConnections *self, BwConnection *connection, gint64 timeout_s);
gboolean       bw_connections_are_tls (BwConnections *self);
guint          bw_connections_count  (BwConnections *self);

G_END_DECLS

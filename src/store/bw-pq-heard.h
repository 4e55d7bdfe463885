/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/* The channel of NOTIFY on which nodes are asked to say what they have heard. */
#define BW_PQ_HEARD "batchwork_heard"

guint64  bw_pq_heard_ask   (PGconn *conn);
guint64  bw_pq_heard_begin (PGconn *conn);
gboolean bw_pq_heard_say   (PGconn *conn, guint64 *said, guint64 number);
gboolean bw_pq_heard_check (PGconn *conn, guint64 number, gboolean *by_all);

G_END_DECLS

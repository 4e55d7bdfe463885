/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

#define BW_PQ_PREFIX "postgresql://"

PGconn  *bw_pq_connect (const char *uri, const char *session, GError **error);
gboolean bw_pq_run     (PGconn *conn, const char *script, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGconn, PQfinish)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGresult, PQclear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

void     bw_pq_error_set          (GError **error, const PGresult *result, const char *sql);
void     bw_pq_error_set_lost     (GError **error, const char *reason);
gboolean bw_pq_error_is_of_session (const PGresult *result);

G_END_DECLS

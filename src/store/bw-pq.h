/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-pq-connect.h"

G_BEGIN_DECLS

/*
 * A connection to PostgreSQL, in pipeline mode: what needs no answer is sent and answered for later,
 * so that a commit of many statements costs a few round trips. What went wrong with something that
 * was sent earlier is told by whatever is asked next, and at the latest by the commit; until the
 * transaction is rolled back, everything after it fails with the same error.
 *
 * A connection that is lost is made anew when the next transaction begins.
 */
typedef struct _BwPq BwPq;

BwPq    *bw_pq_new            (const char *uri, BwDbMode mode, GError **error);
void     bw_pq_free           (BwPq *self);
gboolean bw_pq_begin          (BwPq *self, GError **error);
gboolean bw_pq_commit         (BwPq *self, GError **error);
gboolean bw_pq_rollback       (BwPq *self, GError **error);
gboolean bw_pq_in_transaction (BwPq *self);
gboolean bw_pq_script         (BwPq *self, const char *script, GError **error);
void     bw_pq_interrupt      (BwPq *self);

BwDbMode bw_pq_get_mode       (BwPq *self);
guint    bw_pq_get_session    (BwPq *self);
guint    bw_pq_next_name      (BwPq *self);

/** What a statement's parameters are, in libpq's own terms. */
typedef struct
{
  int n;
  const Oid *types;
  const char *const *values;
  const int *lengths;
  const int *formats;
} BwPqParameters;

gboolean  bw_pq_send_prepare (BwPq *self, const char *name, GRefString *sql, const BwPqParameters *parameters, GError **error);
gboolean  bw_pq_send         (BwPq *self, const char *name, GRefString *sql, const BwPqParameters *parameters, GError **error);
gboolean  bw_pq_send_sql     (BwPq *self, GRefString *sql, const BwPqParameters *parameters, GError **error);
gboolean  bw_pq_send_close   (BwPq *self, const char *name);
PGresult *bw_pq_receive      (BwPq *self, GError **error);
gboolean  bw_pq_ask          (BwPq *self, const char *sql, gint64 *values, int n_values, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPq, bw_pq_free)

G_END_DECLS

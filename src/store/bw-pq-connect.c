/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pq-connect.h"

#include <string.h>

#include "bw-error.h"
#include "bw-pq-error.h"

/*
 * A dead peer is noticed within about ten seconds, also while nothing is being sent. An address
 * with several hosts leads to the one that can be written to. What the address itself says goes
 * before.
 */
static const char *const keywords[] = {
  "application_name",
  "client_encoding",
  "connect_timeout",
  "target_session_attrs",
  "keepalives_idle",
  "keepalives_count",
  "keepalives_interval",
  "tcp_user_timeout",
  "dbname",
  NULL,
};
static const char *const settings[] = {
  "batchworkd", "UTF8", "5", "read-write", "4", "3", "2", "10000", NULL, NULL,
};
G_STATIC_ASSERT (G_N_ELEMENTS (keywords) == G_N_ELEMENTS (settings));

/*
 * Every list has its index, so a plan that reads a whole table is one made when it was empty; whole
 * tables are made to look dear, without the blindness of enable_seqscan = off to all other costs. A
 * node that is cut off in the middle of a transaction must not keep the others from writing.
 */
#define SESSION                                                                                    \
  "SET seq_page_cost = 10; SET random_page_cost = 1.1; SET jit = off; SET client_min_messages = "  \
  "warning;"                                                                                       \
  "SET idle_in_transaction_session_timeout = '20s';"                                               \
  "SELECT set_config('tcp_keepalives_idle', '4', false),"                                          \
  " set_config('tcp_keepalives_interval', '2', false),"                                            \
  " set_config('tcp_keepalives_count', '3', false),"                                               \
  " set_config('tcp_user_timeout', '10000', false);"                                               \
  "SELECT set_config('synchronous_commit', 'on', false)"                                           \
  " WHERE current_setting('synchronous_commit') = 'off';"

/**
 * bw_pq_run:
 * @conn: a connection that waits for answers, not in pipeline mode
 * @script: statements, with semicolons between
 * @error: (out) (optional): what went wrong
 *
 * Runs them, and waits for them however long they take.
 *
 * Returns: whether all succeeded
 */
gboolean
bw_pq_run (PGconn *conn, const char *script, GError **error)
{
  g_autoptr (PGresult) result = PQexec (conn, script);
  ExecStatusType status = PQresultStatus (result);

  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
    return TRUE;
  bw_pq_error_set (error, result, script);
  return FALSE;
}

static gboolean
is_usable (PGconn *conn, GError **error)
{
  if (PQstatus (conn) != CONNECTION_OK)
    {
      bw_pq_error_set_lost (error, PQerrorMessage (conn));
      return FALSE;
    }
  if (PQserverVersion (conn) < 150000)
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "The database is PostgreSQL %d. Batchwork needs 15 or newer.",
                    PQserverVersion (conn) / 10000);
      return FALSE;
    }
  if (g_strcmp0 (PQparameterStatus (conn, "server_encoding"), "UTF8") != 0)
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "The database's encoding is %s. Make one with ENCODING 'UTF8'.",
                    PQparameterStatus (conn, "server_encoding"));
      return FALSE;
    }
  return TRUE;
}

/**
 * bw_pq_connect:
 * @uri: "postgresql://…", as libpq reads it
 * @session: statements that make the session what the caller needs, beyond what all need
 * @error: (out) (optional): what went wrong
 *
 * Connects, and waits for it. An address that names several hosts leads to the one that is no
 * standby.
 *
 * Returns: (transfer full) (nullable): the connection
 */
PGconn *
bw_pq_connect (const char *uri, const char *session, GError **error)
{
  const char *values[G_N_ELEMENTS (settings)];
  PGconn *conn;

  memcpy (values, settings, sizeof settings);
  values[G_N_ELEMENTS (settings) - 2] = uri;
  conn = PQconnectdbParams (keywords, values, 1);
  if (is_usable (conn, error) && bw_pq_run (conn, SESSION, error)
      && (session[0] == '\0' || bw_pq_run (conn, session, error)))
    return conn;
  PQfinish (conn);
  return NULL;
}

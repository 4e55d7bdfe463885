/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pq-heard.h"

#include <stdlib.h>

/*
 * Which node has heard of what. A question has a number, that of the transaction that asks; whoever
 * heard it, and with it all that was announced before, shares the advisory lock of that number. So
 * what a node has heard is seen in pg_locks for as long as its session lasts and no longer, and
 * nobody writes a row or waits for a lock.
 *
 * Numbers and commits may be in different orders, which does no harm: a question with a higher
 * number was asked after all that the one with the lower number is about.
 */
#define ASK "SELECT pg_current_xact_id(), pg_notify('" BW_PQ_HEARD "', pg_current_xact_id()::text)"
#define BEGIN "SELECT pg_current_xact_id()"
/* "bwh" in ASCII, in front of the numbers. */
#define LOCK(number) "(x'62776800'::bigint << 32) + " number
#define SAY "SELECT pg_advisory_lock_shared(" LOCK ("$1::bigint") ")"
#define UNSAY "SELECT pg_advisory_unlock_shared(" LOCK ("$1::bigint") ")"
#define CHECK                                                                                      \
  "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"                     \
  " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"               \
  " AND (classid::bigint << 32) + objid::bigint >= " LOCK (                                        \
      "0") " AND (classid::bigint << 32) + objid::bigint < " LOCK ("$1::bigint")

static gboolean
run (PGconn *conn, const char *sql, guint64 number, guint64 *value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  const char *values[] = { text };
  PGresult *result = PQexecParams (conn, sql, number != 0 ? 1 : 0, NULL, values, NULL, NULL, 0);
  gboolean ok = PQresultStatus (result) == PGRES_TUPLES_OK;

  if (ok && value != NULL)
    *value = g_ascii_strtoull (PQgetvalue (result, 0, 0), NULL, 10);
  PQclear (result);
  return ok;
}

/**
 * bw_pq_heard_ask:
 * @conn: a connection
 *
 * Asks all who listen to %BW_PQ_HEARD to say that they have heard what was announced until now.
 *
 * Returns: the question's number; 0 on an error
 */
guint64
bw_pq_heard_ask (PGconn *conn)
{
  guint64 number = 0;

  return run (conn, ASK, 0, &number) ? number : 0;
}

/**
 * bw_pq_heard_begin:
 * @conn: a connection that listens, of a node that knows nothing yet
 *
 * Joins those who are asked.
 *
 * Returns: the number said; 0 on an error
 */
guint64
bw_pq_heard_begin (PGconn *conn)
{
  guint64 number = 0;
  guint64 said = 0;

  return run (conn, BEGIN, 0, &number) && bw_pq_heard_say (conn, &said, number) ? said : 0;
}

/**
 * bw_pq_heard_say:
 * @conn: a connection
 * @said: (inout): the number said last
 * @number: a question that was heard, and whose news was acted upon
 *
 * Answers a question and all with lower numbers.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_pq_heard_say (PGconn *conn, guint64 *said, guint64 number)
{
  if (number <= *said)
    return TRUE;
  if (!run (conn, SAY, number, NULL) || (*said != 0 && !run (conn, UNSAY, *said, NULL)))
    return FALSE;
  *said = number;
  return TRUE;
}

/**
 * bw_pq_heard_check:
 * @conn: a connection
 * @number: a question
 * @by_all: (out): whether every node has answered it
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_pq_heard_check (PGconn *conn, guint64 number, gboolean *by_all)
{
  guint64 n = 1;

  if (!run (conn, CHECK, number, &n))
    return FALSE;
  *by_all = n == 0;
  return TRUE;
}

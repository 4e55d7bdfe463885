/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pq-error.h"

#include <string.h>

#include "bw-error.h"

#define MAX_SQL_SHOWN 160

/* https://www.postgresql.org/docs/17/errcodes-appendix.html */
static const char *
get_state (const PGresult *result)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);

  return state != NULL ? state : "";
}

static gboolean
is_any (const char *state, const char *const *codes)
{
  for (; *codes != NULL; codes++)
    if (g_str_has_prefix (state, *codes))
      return TRUE;
  return FALSE;
}

/**
 * bw_pq_error_is_of_session:
 * @result: a failure
 *
 * Returns: whether nothing more can come of the connection: the server stops, it has become a
 *   standby, or it ended the session
 */
gboolean
bw_pq_error_is_of_session (const PGresult *result)
{
  /* read-only, idle in a transaction for too long, shutting down, crashed, starting, connection */
  const char *const codes[] = { "25006", "25P03", "57P01", "57P02", "57P03", "57P05", "08", NULL };

  return is_any (get_state (result), codes);
}

/**
 * bw_pq_error_set_lost:
 * @error: (out) (optional): return location
 * @reason: (nullable): what libpq says of it
 *
 * Sets the error of a database that can't be reached.
 */
void
bw_pq_error_set_lost (GError **error, const char *reason)
{
  g_autofree char *line = g_strdup (reason != NULL ? reason : "");

  /* libpq's messages have a line for each address that it tried. */
  g_strchomp (g_strdelimit (line, "\n", ' '));
  bw_set_error (
      error, BW_ERROR_UNAVAILABLE,
      "The database can't be reached%s%s. Try again in a moment; what was being saved may or "
      "may not have been kept.",
      line[0] != '\0' ? ": " : "", line);
}

/**
 * bw_pq_error_set:
 * @error: (out) (optional): return location
 * @result: what the server answered
 * @sql: to what
 *
 * Sets the error that the server told of.
 */
void
bw_pq_error_set (GError **error, const PGresult *result, const char *sql)
{
  /* Conflicts, waited too long for a lock, out of connections or memory: nothing is wrong for good.
   */
  const char *const passing[] = { "40", "55P03", "53", NULL };
  const char *state = get_state (result);
  const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);

  if (message == NULL)
    message = PQresultErrorMessage (result);
  if (strcmp (state, "53100") == 0)
    bw_set_error (error, BW_ERROR_NO_SPACE,
                  "The database's disk is full. Free some space; nothing was changed.");
  else if (strcmp (state, "57014") == 0)
    bw_set_error (error, BW_ERROR_UNAVAILABLE, "The query was stopped.");
  else if (bw_pq_error_is_of_session (result))
    bw_pq_error_set_lost (error, message);
  else if (is_any (state, passing))
    bw_set_error (error, BW_ERROR_UNAVAILABLE,
                  "The database is too busy: %s. Nothing was changed; try again.", message);
  else
    bw_set_error (error, BW_ERROR_INTERNAL, "The store failed at “%.*s%s”: %s (%s).", MAX_SQL_SHOWN,
                  sql, strlen (sql) > MAX_SQL_SHOWN ? "…" : "", message, state);
}

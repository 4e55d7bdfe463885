/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-text-index.h"

#include "bw-driver.h"

/*
 * The index of words, whichever engine has it. A document has two parts: "scope", tokens such as b3
 * and o12 that say whose it is, and "text", what people search. Expressions are those of SQLite's
 * FTS5.
 */

static gboolean
add (BwDb *db, const char *sql, gint64 id, const char *scope, const char *text, GError **error)
{
  const BwDriver *driver = bw_db_get_driver (db);
  g_autofree char *own_scope = driver->search_scope != NULL ? driver->search_scope (scope) : NULL;
  g_autofree char *own_text = driver->search_text != NULL ? driver->search_text (text) : NULL;

  return bw_db_exec (db, error, sql, "iss", id, own_scope != NULL ? own_scope : scope,
                     own_text != NULL ? own_text : text);
}

static char *
translate (BwDb *db, const char *expression)
{
  const BwDriver *driver = bw_db_get_driver (db);

  return driver->search_expression != NULL ? driver->search_expression (expression)
                                           : g_strdup (expression);
}

/**
 * bw_text_index_add_job:
 * @db: the writer's connection
 * @job: a job's id, not in the index
 * @scope: tokens, with spaces between
 * @text: valid UTF-8
 * @error: (out) (optional): what went wrong
 *
 * Adds a job.
 *
 * Returns: whether it was written
 */
gboolean
bw_text_index_add_job (BwDb *db, gint64 job, const char *scope, const char *text, GError **error)
{
  return add (db, bw_db_get_driver (db)->search_add, job, scope, text, error);
}

/**
 * bw_text_index_remove_job:
 * @db: the writer's connection
 * @job: a job's id
 * @error: (out) (optional): what went wrong
 *
 * Takes a job out.
 *
 * Returns: whether it was written
 */
gboolean
bw_text_index_remove_job (BwDb *db, gint64 job, GError **error)
{
  return bw_db_exec (db, error, bw_db_get_driver (db)->search_remove, "i", job);
}

/**
 * bw_text_index_find_jobs:
 * @db: a connection in a transaction
 * @expression: what to look for
 * @first: no job before
 * @end: no job from this one on
 * @descending: whether the newest comes first
 * @error: (out) (optional): what went wrong
 *
 * Finds jobs, in the order of their ids.
 *
 * Returns: (transfer full) (nullable): their ids, of which not all need to be read
 */
BwRows *
bw_text_index_find_jobs (BwDb *db,
                         const char *expression,
                         gint64 first,
                         gint64 end,
                         gboolean descending,
                         GError **error)
{
  const BwDriver *driver = bw_db_get_driver (db);
  g_autofree char *own = translate (db, expression);

  return bw_db_stream (db, error, descending ? driver->search_newest : driver->search_oldest, "sii",
                       own, first, end);
}

/**
 * bw_text_index_add_action:
 * @db: the writer's connection
 * @row: see BW_ACTION_ROW()
 * @scope: tokens, with spaces between
 * @text: valid UTF-8
 * @error: (out) (optional): what went wrong
 *
 * Adds an entry of the audit log.
 *
 * Returns: whether it was written
 */
gboolean
bw_text_index_add_action (BwDb *db, gint64 row, const char *scope, const char *text, GError **error)
{
  return add (db, bw_db_get_driver (db)->audit_add, row, scope, text, error);
}

/**
 * bw_text_index_forget_actions:
 * @db: the writer's connection
 * @first: see BW_ACTION_ROW()
 * @last: likewise
 * @error: (out) (optional): what went wrong
 *
 * Takes entries out, from the first to the last.
 *
 * Returns: whether it was written
 */
gboolean
bw_text_index_forget_actions (BwDb *db, gint64 first, gint64 last, GError **error)
{
  return bw_db_exec (db, error, bw_db_get_driver (db)->audit_forget, "ii", first, last);
}

/**
 * bw_text_index_find_actions:
 * @db: a connection in a transaction
 * @expression: what to look for
 * @first: no row before
 * @end: no row from this one on
 * @limit: how many at most
 * @error: (out) (optional): what went wrong
 *
 * Finds entries of the audit log.
 *
 * Returns: (transfer full) (nullable): their rows, the newest first
 */
BwRows *
bw_text_index_find_actions (BwDb *db,
                            const char *expression,
                            gint64 first,
                            gint64 end,
                            gint64 limit,
                            GError **error)
{
  g_autofree char *own = translate (db, expression);

  return bw_db_query (db, error, bw_db_get_driver (db)->audit_newest, "siii", own, first, end,
                      limit);
}

/**
 * bw_text_index_count_actions:
 * @db: a connection in a transaction
 * @expression: what to look for
 * @first: no row before
 * @end: no row from this one on
 * @limit: how far to count
 * @error: (out) (optional): what went wrong
 *
 * Counts entries of the audit log.
 *
 * Returns: (transfer full) (nullable): one row with their number
 */
BwRows *
bw_text_index_count_actions (BwDb *db,
                             const char *expression,
                             gint64 first,
                             gint64 end,
                             gint64 limit,
                             GError **error)
{
  g_autofree char *own = translate (db, expression);

  return bw_db_query (db, error, bw_db_get_driver (db)->audit_count, "siii", own, first, end,
                      limit);
}

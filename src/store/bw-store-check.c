/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-check.h"

#include "bw-error.h"
#include "bw-read.h"
#include "bw-store-private.h"

/* Jobs as they are, counted like the counters count them. */
#define COUNTED(level, span)                                                                       \
  "SELECT business, " level " AS level, " span                                                     \
  " AS span, type, owner, automated, state, COUNT(*) AS n"                                         \
  " FROM job GROUP BY business, " span ", type, owner, automated, state"
#define RECOUNT                                                                                    \
  "SELECT * FROM (" COUNTED (                                                                      \
      "1", "created_at / 86400000") ") AS days"                                                    \
                                    " UNION ALL SELECT * FROM (" COUNTED (                         \
                                        "2", "created_at / 900000") ") AS quarters"
#define KEPT                                                                                       \
  "SELECT business, level, span, type, owner, automated, state, n FROM counter WHERE n <> 0"

/* What ended and is still there, and what was counted when it ended; by day, since old quarters are
 * summed up. More may have been counted: jobs that were removed or retried since. */
#define ENDED                                                                                      \
  "SELECT business, finished_at / 86400000 AS day, type, owner, automated, state, COUNT(*) AS n,"  \
  " SUM(items) AS items, SUM(items_failed) AS failed FROM job WHERE state >= 2"                    \
  " GROUP BY business, finished_at / 86400000, type, owner, automated, state"
#define COUNTED_ENDS                                                                               \
  "SELECT business, span / 96 AS day, type, owner, automated, state, SUM(n) AS n,"                 \
  " SUM(items) AS items, SUM(items_failed) AS failed FROM finish"                                  \
  " GROUP BY business, span / 96, type, owner, automated, state"

/** A query that finds what is wrong: its first row says what. */
typedef struct
{
  const char *sql;
  const char *problem;
} Check;

static const Check checks[] = {
  { "SELECT business, level, span FROM (" KEPT " EXCEPT SELECT * FROM (" RECOUNT
    ") AS recount) AS wrong LIMIT 1",
    "a counter of business %" G_GINT64_FORMAT ", level %" G_GINT64_FORMAT ", span %" G_GINT64_FORMAT
    " differs from its jobs" },
  { "SELECT business, level, span FROM (SELECT * FROM (" RECOUNT ") AS recount EXCEPT " KEPT
    ") AS wrong LIMIT 1",
    "jobs of business %" G_GINT64_FORMAT ", level %" G_GINT64_FORMAT ", span %" G_GINT64_FORMAT
    " are missing from the counters" },
  { "SELECT e.business, e.day, e.n - COALESCE(c.n, 0) FROM (" ENDED ") AS e LEFT JOIN (" COUNTED_ENDS
    ") AS c ON c.business = e.business AND c.day = e.day AND c.type = e.type AND c.owner = e.owner"
    " AND c.automated = e.automated AND c.state = e.state"
    " WHERE e.n > COALESCE(c.n, 0) OR e.items > c.items OR e.failed > c.failed LIMIT 1",
    "in business %" G_GINT64_FORMAT ", jobs that ended on day %" G_GINT64_FORMAT
    " were not counted, %" G_GINT64_FORMAT " at least" },
  { "SELECT f.business, f.span, f.n FROM finish f LEFT JOIN finish_hour h"
    " ON h.business = f.business AND h.hour = f.span / 4 WHERE h.hour IS NULL LIMIT 1",
    "in business %" G_GINT64_FORMAT ", readers do not know of quarter %" G_GINT64_FORMAT
    ", in which %" G_GINT64_FORMAT " jobs ended" },
  { "SELECT j.business, j.id, j.items FROM job j LEFT JOIN"
    " (SELECT business, job, COUNT(*) AS n, SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END) AS success,"
    " SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END) AS failed, SUM(CASE WHEN state = 3 THEN 1 ELSE 0 "
    "END) AS skipped,"
    " SUM(CASE WHEN state = 4 THEN 1 ELSE 0 END) AS cancelled FROM item GROUP BY business, job) AS "
    "i"
    " ON i.business = j.business AND i.job = j.id"
    " WHERE j.items <> COALESCE(i.n, 0) OR j.items_success <> COALESCE(i.success, 0)"
    " OR j.items_failed <> COALESCE(i.failed, 0) OR j.items_skipped <> COALESCE(i.skipped, 0)"
    " OR j.items_cancelled <> COALESCE(i.cancelled, 0) LIMIT 1",
    "in business %" G_GINT64_FORMAT ", job %" G_GINT64_FORMAT " counts its %" G_GINT64_FORMAT
    " items wrongly" },
  { "SELECT business, id, items FROM job WHERE state >= 2"
    " AND items > items_success + items_failed + items_skipped + items_cancelled LIMIT 1",
    "in business %" G_GINT64_FORMAT ", job %" G_GINT64_FORMAT " ended before its %" G_GINT64_FORMAT
    " items" },
  { "SELECT j.business, j.id, j.claim FROM job j LEFT JOIN claim c ON c.id = j.claim AND c.job = "
    "j.id"
    " WHERE (j.state = 1 AND c.id IS NULL) OR (j.state <> 1 AND j.claim <> 0) LIMIT 1",
    "in business %" G_GINT64_FORMAT ", job %" G_GINT64_FORMAT " and claim %" G_GINT64_FORMAT
    " do not agree" },
  { "SELECT c.business, c.job, c.id FROM claim c LEFT JOIN job j"
    " ON j.business = c.business AND j.id = c.job AND j.claim = c.id WHERE j.id IS NULL LIMIT 1",
    "in business %" G_GINT64_FORMAT ", job %" G_GINT64_FORMAT
    " does not know its claim %" G_GINT64_FORMAT },
  { "SELECT b.id, j.id, j.revision FROM business b JOIN job j ON j.business = b.id"
    " WHERE j.revision > b.revision LIMIT 1",
    "in business %" G_GINT64_FORMAT ", job %" G_GINT64_FORMAT
    " has the future revision %" G_GINT64_FORMAT },
};

static gboolean
run_check (BwDb *db, const Check *check, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (db, error, check->sql, "");
  g_autofree char *problem = NULL;

  if (rows == NULL)
    return FALSE;
  if (!bw_rows_next (rows, &local))
    return bw_read_finish (g_steal_pointer (&local), error);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  problem = g_strdup_printf (check->problem, bw_rows_int (rows, 0), bw_rows_int (rows, 1),
                             bw_rows_int (rows, 2));
#pragma GCC diagnostic pop
  bw_set_error (error, BW_ERROR_INTERNAL, "The store contradicts itself: %s.", problem);
  return FALSE;
}

/**
 * bw_store_check_db:
 * @db: a connection in a transaction
 * @error: (out) (optional): the first thing that is wrong
 *
 * Checks what bw_store_check() does, of a store that need not be open.
 *
 * Returns: whether all is well
 */
gboolean
bw_store_check_db (BwDb *db, GError **error)
{
  if (!bw_db_check (db, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    if (!run_check (db, &checks[i], error))
      return FALSE;
  return TRUE;
}

/**
 * bw_store_check:
 * @self: a store
 * @error: (out) (optional): the first thing that is wrong
 *
 * Checks the whole store: the database's own structures, the counters against the jobs, the jobs
 * against their items and claims. Reads everything, so it takes its time.
 *
 * Returns: whether all is well
 */
gboolean
bw_store_check (BwStore *self, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);

  return reader.db != NULL && bw_store_check_db (reader.db, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-office-private.h"

#include "bw-action.h"
#include "bw-clock.h"
#include "bw-driver.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-search.h"
#include "bw-tx-private.h"

/* What one commit takes. */
#define MAX_ROWS 20000
#define MAX_BYTES (32 * 1024 * 1024)

/* Rows between two words of progress. */
#define TELL_EVERY 5000

#define SQL_ACTIONS                                                                                \
  "SELECT business, id, account, actor, action, job, detail, job_name, owner, automated"           \
  " FROM action WHERE (business, id) > ($1, $2) ORDER BY business, id LIMIT 2000"

/** What was written since the last commit, and in all. */
typedef struct
{
  gint64 rows;
  gsize bytes;
  gint64 done;
  gint64 total;
} Written;

static gboolean
commit (BwOfficeCopy *self,
        BwOfficeStage stage,
        const char *table,
        Written *written,
        GError **error)
{
  if (!bw_db_commit (self->to, error))
    return FALSE;
  bw_office_tell (self, stage, table, written->done, written->total);
  written->rows = 0;
  written->bytes = 0;
  return TRUE;
}

static gboolean
write_table (BwOfficeCopy *self, const BwTable *from, const BwTable *to, GError **error)
{
  g_autoptr (BwTableReader) reader = bw_table_reader_new (self->from, from);
  g_autoptr (GError) local = NULL;
  Written written = { 0 };

  if (!bw_office_count (self->from, from, &written.total, error)
      || !bw_office_begin (self->to, error))
    return FALSE;
  while (bw_table_reader_next (reader, &local))
    {
      if (bw_office_is_own (from, bw_table_reader_row (reader), FALSE))
        continue;
      if (!bw_row_insert (to, bw_table_reader_row (reader), self->to, error))
        return FALSE;
      if (written.done++ % TELL_EVERY == 0)
        bw_office_tell (self, BW_OFFICE_ROWS, from->name, written.done, written.total);
      written.rows++;
      written.bytes += bw_table_reader_size (reader);
      if ((written.rows >= MAX_ROWS || written.bytes >= MAX_BYTES)
          && (!commit (self, BW_OFFICE_ROWS, from->name, &written, error)
              || !bw_office_begin (self->to, error)))
        return FALSE;
    }
  return bw_read_finish (g_steal_pointer (&local), error)
         && commit (self, BW_OFFICE_ROWS, from->name, &written, error);
}

static gboolean
list_indexes (BwDb *db, GPtrArray *names, GPtrArray *statements, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (db, error, bw_db_get_driver (db)->list_indexes, "");

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      g_ptr_array_add (names, g_strdup (bw_rows_text (rows, 0)));
      g_ptr_array_add (statements, g_strdup (bw_rows_text (rows, 1)));
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
drop_indexes (BwDb *db, GPtrArray *names, GError **error)
{
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *sql =
          g_strdup_printf ("DROP INDEX %s;", (char *) g_ptr_array_index (names, i));

      if (!bw_db_script (db, sql, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_indexes (BwOfficeCopy *self, GPtrArray *names, GPtrArray *statements, GError **error)
{
  const char *settles = bw_db_get_driver (self->to)->list_settles;

  if (!bw_office_begin (self->to, error))
    return FALSE;
  for (guint i = 0; i < statements->len; i++)
    {
      g_autofree char *sql = g_strconcat (g_ptr_array_index (statements, i), ";", NULL);

      bw_office_tell (self, BW_OFFICE_INDEXES, g_ptr_array_index (names, i), i, statements->len);
      if (!bw_db_script (self->to, sql, error))
        return FALSE;
    }
  /* Before anything is asked, lest the planner guess. */
  if (settles != NULL && !bw_office_run_listed (self->to, settles, error))
    return FALSE;
  return bw_db_commit (self->to, error);
}

static gboolean
write_rows (BwOfficeCopy *self, GError **error)
{
  for (guint i = 0; i < self->from_tables->len; i++)
    if (!write_table (self, g_ptr_array_index (self->from_tables, i),
                      g_ptr_array_index (self->to_tables, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
write_actions (BwOfficeCopy *self, gint64 *business, gint64 *id, gint64 *n, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->to, error, SQL_ACTIONS, "ii", *business, *id);

  *n = 0;
  if (rows == NULL)
    return FALSE;
  for (; bw_rows_next (rows, &local); (*n)++)
    {
      *business = bw_rows_int (rows, 0);
      *id = bw_rows_int (rows, 1);
      if (!bw_action_index (self->to, rows, error))
        return FALSE;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* The audit log's words are written with its entries, never behind them. */
static gboolean
write_audit_words (BwOfficeCopy *self, GError **error)
{
  Written written = { 0 };
  gint64 business = G_MININT64;
  gint64 id = 0;
  gint64 n;

  if (!bw_office_count (self->from, bw_tables_find (self->from_tables, "action"), &written.total,
                        error))
    return FALSE;
  do
    {
      if (!bw_office_begin (self->to, error) || !write_actions (self, &business, &id, &n, error))
        return FALSE;
      written.done += n;
      if (!commit (self, BW_OFFICE_WORDS, "action", &written, error))
        return FALSE;
    }
  while (n > 0);
  return TRUE;
}

/* As much in one commit as makes the costs of a commit small. */
static gboolean
index_jobs (BwTx *tx, BwDb *db, gint64 *n, GError **error)
{
  gint64 in_slice;

  *n = 0;
  if (!bw_tx_begin_batch (tx, error))
    return FALSE;
  bw_tx_begin_write (tx);
  do
    {
      if (!bw_search_index_slice (tx, &in_slice, error))
        return FALSE;
      *n += in_slice;
    }
  while (in_slice > 0 && *n < MAX_ROWS);
  bw_tx_keep_write (tx);
  return bw_tx_end_batch (tx, error) && bw_db_commit (db, error);
}

static gboolean
write_job_words (BwOfficeCopy *self, GError **error)
{
  const BwTable *job = bw_tables_find (self->from_tables, "job");
  g_autoptr (BwClock) clock = bw_clock_new ();
  g_autoptr (BwTx) tx = bw_tx_new (self->to, clock);
  Written written = { 0 };
  gint64 n;

  if (!bw_office_count (self->from, job, &written.total, error))
    return FALSE;
  do
    {
      if (!index_jobs (tx, self->to, &n, error))
        return FALSE;
      written.done = MIN (written.done + n, written.total);
      bw_office_tell (self, BW_OFFICE_WORDS, "job", written.done, written.total);
    }
  while (n > 0);
  return TRUE;
}

/**
 * bw_office_write:
 * @self: a copy whose target is empty
 * @error: (out) (optional): what went wrong
 *
 * Writes every row of the source into the target, in commits of bounded size. The indexes of words
 * are made from what is there then, since each engine has its own kind of them. The other indexes
 * come last: sorting once costs less than finding the place of each row.
 *
 * Returns: whether all is written
 */
gboolean
bw_office_write (BwOfficeCopy *self, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) statements = g_ptr_array_new_with_free_func (g_free);

  return bw_office_begin (self->to, error) && list_indexes (self->to, names, statements, error)
         && drop_indexes (self->to, names, error)
         && bw_db_exec (self->to, error, "DELETE FROM setting WHERE name <> 'schema'", "")
         && bw_db_commit (self->to, error) && write_rows (self, error)
         && write_audit_words (self, error) && write_job_words (self, error)
         && make_indexes (self, names, statements, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-office-private.h"

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-migrate.h"
#include "bw-read.h"
#include "bw-store-check.h"

/*
 * An office goes from one store to another table by table, each in the order of its key and a page
 * at a time, out of one transaction of the source. Until all is written and compared, the target's
 * schema is a number that every server refuses as too new, also those that know nothing of copies.
 */

static void
office_copy_clear (BwOfficeCopy *self)
{
  if (self->from != NULL)
    bw_db_rollback (self->from);
  if (self->to != NULL)
    bw_db_rollback (self->to);
  g_clear_pointer (&self->from, bw_db_close);
  g_clear_pointer (&self->to, bw_db_close);
  g_clear_pointer (&self->from_tables, g_ptr_array_unref);
  g_clear_pointer (&self->to_tables, g_ptr_array_unref);
  g_free (self->from_name);
  g_free (self->to_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwOfficeCopy, office_copy_clear)

static void
count_clear (gpointer data)
{
  g_free (((BwOfficeCount *) data)->table);
}

static GArray *
counts_new (void)
{
  GArray *counts = g_array_new (FALSE, FALSE, sizeof (BwOfficeCount));

  g_array_set_clear_func (counts, count_clear);
  return counts;
}

/**
 * bw_office_tell:
 * @self: a copy
 * @stage: what is being done
 * @table: (nullable): to which table
 * @done: how much of it
 * @total: of how much
 *
 * Tells whoever follows how far it is.
 */
void
bw_office_tell (BwOfficeCopy *self,
                BwOfficeStage stage,
                const char *table,
                gint64 done,
                gint64 total)
{
  if (self->progress != NULL)
    self->progress (stage, table, done, total, self->user_data);
}

/**
 * bw_office_begin:
 * @db: a connection
 * @error: (out) (optional): what went wrong
 *
 * Begins a transaction that may take long.
 *
 * Returns: whether it began
 */
gboolean
bw_office_begin (BwDb *db, GError **error)
{
  const char *first = bw_db_get_driver (db)->begin_copying;

  return bw_db_begin (db, error) && (first == NULL || bw_db_script (db, first, error));
}

/**
 * bw_office_check_unused:
 * @db: a connection in a transaction
 * @name: its store, as messages call it
 * @error: (out) (optional): %BW_ERROR_CONFLICT if a server has the store open
 *
 * Looks for servers where the database knows of them. Those of a file hold a lock beside it.
 *
 * Returns: whether none was found
 */
gboolean
bw_office_check_unused (BwDb *db, const char *name, GError **error)
{
  const char *count = bw_db_get_driver (db)->count_users;
  gint64 n = 0;

  if (count != NULL && !bw_db_get_int (db, &n, error, count, ""))
    return FALSE;
  if (n == 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_CONFLICT,
                "The store “%s” is in use by %" G_GINT64_FORMAT " servers. Stop them first.", name,
                n);
  return FALSE;
}

/**
 * bw_office_count:
 * @db: a connection
 * @table: one of its tables
 * @n: (out): how many rows it has
 * @error: (out) (optional): what went wrong
 *
 * Returns: whether it could be counted
 */
gboolean
bw_office_count (BwDb *db, const BwTable *table, gint64 *n, GError **error)
{
  *n = 0;
  return bw_db_get_int (db, n, error, table->count, "");
}

/**
 * bw_office_is_own:
 * @table: a table
 * @row: a row of it
 * @finished: whether both are stores in their own right
 *
 * Tells what a store says of itself and not of the office: how far its words are indexed and, as
 * long as it is being written, which schema it has.
 *
 * Returns: whether the row is not to be copied and not to be compared
 */
gboolean
bw_office_is_own (const BwTable *table, BwRows *row, gboolean finished)
{
  const char *name;

  if (!g_str_equal (table->name, "setting"))
    return FALSE;
  name = bw_rows_text (row, 0);
  return g_str_equal (name, "search_indexed") || (!finished && g_str_equal (name, "schema"));
}

/* Both must be of this program's schema: it can't know what others mean. */
static gboolean
check_schema (BwDb *db, const char *uri, GError **error)
{
  gint64 version;

  if (!bw_migrate_get_version (db, &version, error))
    return FALSE;
  if (version == bw_migrate_get_newest ())
    return TRUE;
  if (version == 0)
    bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no office in “%s”.", uri);
  else if (bw_migrate_is_unfinished (version))
    bw_set_error (error, BW_ERROR_CONFLICT, "The store “%s” is a copy that is not finished.", uri);
  else
    bw_set_error (error, BW_ERROR_CONFLICT,
                  "The store “%s” has the schema %" G_GINT64_FORMAT
                  ", and this program copies the schema "
                  "%u. %s",
                  uri, version, bw_migrate_get_newest (),
                  version > bw_migrate_get_newest ()
                      ? "Update Batchwork first."
                      : "Start its batchworkd on the store once, which brings it up to date.");
  return FALSE;
}

static gboolean
open_source (BwOfficeCopy *self, GError **error)
{
  self->from_name = bw_db_get_name (self->from_uri);
  self->to_name = bw_db_get_name (self->to_uri);
  self->from = bw_db_open (self->from_uri, BW_DB_READ, error);
  if (self->from == NULL || !bw_office_begin (self->from, error)
      || !check_schema (self->from, self->from_name, error)
      || (!self->live && !bw_office_check_unused (self->from, self->from_name, error)))
    return FALSE;
  self->from_tables = bw_tables_load (self->from, error);
  return self->from_tables != NULL;
}

static gboolean
load_target_tables (BwOfficeCopy *self, GError **error)
{
  self->to_tables = bw_tables_load (self->to, error);
  return self->to_tables != NULL && bw_tables_match (self->from_tables, self->to_tables, error);
}

/**
 * bw_office_compare:
 * @from: the address of a store
 * @to: that of another
 * @live: whether servers may be working on the first meanwhile
 * @progress: (nullable): who is told how far it is
 * @user_data: what to give it
 * @error: (out) (optional): the first difference, or what went wrong
 *
 * Compares two stores, each as it is at one moment, in every column of every row.
 *
 * Returns: (transfer full) (nullable) (element-type BwOfficeCount): how many rows each table has;
 *   %NULL if they differ
 */
GArray *
bw_office_compare (const char *from,
                   const char *to,
                   gboolean live,
                   BwOfficeProgress progress,
                   gpointer user_data,
                   GError **error)
{
  g_auto (BwOfficeCopy) self = {
    .from_uri = from, .to_uri = to, .live = live, .progress = progress, .user_data = user_data
  };
  g_autoptr (GArray) counts = counts_new ();

  if (!open_source (&self, error))
    return NULL;
  self.to = bw_db_open (to, BW_DB_READ, error);
  if (self.to == NULL || !bw_office_begin (self.to, error)
      || !check_schema (self.to, self.to_name, error) || !load_target_tables (&self, error)
      || !bw_office_compare_rows (&self, TRUE, counts, error))
    return NULL;
  return g_steal_pointer (&counts);
}

/* The target is a store that was compared as it will be; now it may be opened. */
static gboolean
release_target (BwOfficeCopy *self, GError **error)
{
  return bw_office_begin (self->to, error)
         && bw_db_exec (self->to, error, "UPDATE setting SET value = $1 WHERE name = 'schema'", "i",
                        (gint64) bw_migrate_get_newest ())
         && bw_db_commit (self->to, error);
}

static gboolean
check_target (BwOfficeCopy *self, GArray *counts, GError **error)
{
  gboolean good;

  if (!bw_office_begin (self->to, error))
    return FALSE;
  good = bw_office_compare_rows (self, FALSE, counts, error);
  if (good)
    {
      bw_office_tell (self, BW_OFFICE_CHECK, NULL, 0, 0);
      good = bw_store_check_db (self->to, error);
    }
  bw_db_rollback (self->to);
  return good;
}

/**
 * bw_office_copy:
 * @from: the address of a store
 * @to: that of one that is not there, is empty, or is an unfinished copy, which is begun anew
 * @live: whether servers may be working on the first meanwhile
 * @progress: (nullable): who is told how far it is
 * @user_data: what to give it
 * @error: (out) (optional): what went wrong; the target is then no store that a server opens
 *
 * Copies an office, as it is at one moment, into another store, of another engine or the same.
 * Everything goes along: ids, revisions, sessions, so that clients and workers go on where they
 * were. At the end every column of every row is compared, and the target is checked as
 * bw_store_check() does; only then it can be opened.
 *
 * Returns: (transfer full) (nullable) (element-type BwOfficeCount): how many rows each table has
 */
GArray *
bw_office_copy (const char *from,
                const char *to,
                gboolean live,
                BwOfficeProgress progress,
                gpointer user_data,
                GError **error)
{
  g_auto (BwOfficeCopy) self = {
    .from_uri = from, .to_uri = to, .live = live, .progress = progress, .user_data = user_data
  };
  g_autoptr (GArray) counts = counts_new ();

  if (g_str_equal (from, to))
    {
      bw_set_error (error, BW_ERROR_INVALID, "A store can't be copied onto itself.");
      return NULL;
    }
  if (!open_source (&self, error) || !bw_office_prepare (&self, error)
      || !load_target_tables (&self, error) || !bw_office_write (&self, error)
      || !check_target (&self, counts, error) || !release_target (&self, error))
    return NULL;
  return g_steal_pointer (&counts);
}

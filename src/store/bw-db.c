/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-db-private.h"

#include <string.h>

#include "bw-error.h"

static const BwDriver *const drivers[] = { &bw_driver_sqlite, &bw_driver_postgresql };

static BwRows *
query_valist (BwDb *self,
              GError **error,
              const char *sql,
              const char *format,
              gboolean keep,
              va_list values)
{
  BwRows *rows = bw_rows_take (self, sql, error);

  if (rows != NULL)
    bw_rows_bind_valist (rows, format, keep, values);
  return rows;
}

/**
 * bw_db_get_name:
 * @uri: the address of a store
 *
 * Returns: (transfer full): the address as messages and logs may show it: without a password
 */
char *
bw_db_get_name (const char *uri)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("(^[a-z]+://[^:/@]*:)[^@/]*(?=@)|([?&](?:ssl)?password=)[^&]*", 0, 0, NULL);

  return g_regex_replace (regex, uri, -1, 0, "\\1\\2…", 0, NULL);
}

/**
 * bw_db_open:
 * @uri: where the database is, "sqlite:PATH" or "postgresql://HOST/DATABASE"
 * @mode: whether the connection writes; one for writing makes the database when it is not there
 * @error: (out) (optional): what went wrong
 *
 * Opens a connection.
 *
 * Returns: (transfer full) (nullable): the connection
 */
BwDb *
bw_db_open (const char *uri, BwDbMode mode, GError **error)
{
  BwDb *self;
  gpointer connection;

  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
    if (g_str_has_prefix (uri, drivers[i]->prefix))
      {
        connection = drivers[i]->open (uri + strlen (drivers[i]->prefix), mode, error);
        if (connection == NULL)
          return NULL;
        self = g_new0 (BwDb, 1);
        self->driver = drivers[i];
        self->connection = connection;
        self->mode = mode;
        self->statements =
            g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) bw_rows_destroy);
        return self;
      }
  bw_set_error (error, BW_ERROR_INVALID,
                "“%s” is not the address of a store. Write sqlite:PATH, the path of its file, or "
                "postgresql://HOST/DATABASE.",
                uri);
  return NULL;
}

/**
 * bw_db_close:
 * @self: (transfer full): a connection
 *
 * Closes a connection, after all of its BwRows. An open transaction is rolled back.
 */
void
bw_db_close (BwDb *self)
{
  g_hash_table_unref (self->statements);
  self->driver->close (self->connection);
  g_free (self);
}

/**
 * bw_db_get_driver:
 * @self: a connection
 *
 * Returns: (transfer none): what its engine does in its own way
 */
const BwDriver *
bw_db_get_driver (BwDb *self)
{
  return self->driver;
}

/**
 * bw_db_begin:
 * @self: a connection
 * @error: (out) (optional): what went wrong
 *
 * Begins a transaction. One for reading sees the database as it is at its first query until it
 * ends; one for writing keeps other writers out.
 *
 * Returns: whether it began
 */
gboolean
bw_db_begin (BwDb *self, GError **error)
{
  return self->driver->begin (self->connection, error);
}

/**
 * bw_db_commit:
 * @self: a connection in a transaction
 * @error: (out) (optional): what went wrong
 *
 * Commits. When it returns %TRUE the changes are on the disk; when it returns %FALSE none is kept.
 *
 * Returns: whether it was committed
 */
gboolean
bw_db_commit (BwDb *self, GError **error)
{
  if (self->driver->commit (self->connection, error))
    return TRUE;
  bw_db_rollback (self);
  return FALSE;
}

/**
 * bw_db_rollback:
 * @self: a connection
 *
 * Takes back everything since bw_db_begin(). Does nothing outside of a transaction: engines end one
 * by themselves after some failures.
 */
void
bw_db_rollback (BwDb *self)
{
  g_autoptr (GError) error = NULL;

  if (bw_db_in_transaction (self) && !self->driver->rollback (self->connection, &error))
    g_warning ("A transaction could not be rolled back: %s", error->message);
}

/**
 * bw_db_in_transaction:
 * @self: a connection
 *
 * Returns: whether a transaction is open
 */
gboolean
bw_db_in_transaction (BwDb *self)
{
  return self->driver->in_transaction (self->connection);
}

/**
 * bw_db_savepoint:
 * @self: a connection in a transaction
 * @error: (out) (optional): what went wrong
 *
 * Marks a point to which bw_db_rollback_to() can go back. There is one at a time.
 *
 * Returns: whether it was set
 */
gboolean
bw_db_savepoint (BwDb *self, GError **error)
{
  return bw_db_exec (self, error, "SAVEPOINT write", "");
}

/**
 * bw_db_release:
 * @self: a connection with a savepoint
 * @error: (out) (optional): what went wrong
 *
 * Forgets the savepoint and keeps what was changed since.
 *
 * Returns: whether it was released
 */
gboolean
bw_db_release (BwDb *self, GError **error)
{
  return bw_db_exec (self, error, "RELEASE write", "");
}

/**
 * bw_db_rollback_to:
 * @self: a connection with a savepoint
 *
 * Takes back everything since the savepoint, and forgets it. When even that fails the whole
 * transaction is rolled back, which bw_db_in_transaction() tells.
 */
void
bw_db_rollback_to (BwDb *self)
{
  g_autoptr (GError) error = NULL;

  if (!bw_db_in_transaction (self))
    return;
  if (bw_db_exec (self, &error, "ROLLBACK TO write", "")
      && bw_db_exec (self, &error, "RELEASE write", ""))
    return;
  /* Where failures are told later, it may be an earlier write's. */
  if (!self->driver->fails_later)
    g_warning ("A write could not be taken back alone: %s", error->message);
  bw_db_rollback (self);
}

/**
 * bw_db_script:
 * @self: a connection
 * @script: statements, each ended by a semicolon
 * @error: (out) (optional): what went wrong
 *
 * Runs many statements, as migrations do.
 *
 * Returns: whether all succeeded
 */
gboolean
bw_db_script (BwDb *self, const char *script, GError **error)
{
  return self->driver->script (self->connection, script, error);
}

/**
 * bw_db_interrupt:
 * @self: a connection, also one that another thread is using
 *
 * Makes the query that runs on it fail soon.
 */
void
bw_db_interrupt (BwDb *self)
{
  self->driver->interrupt (self->connection);
}

/**
 * bw_db_has_table:
 * @self: a connection
 * @table: a table's name
 * @has: (out): whether it is there
 * @error: (out) (optional): what went wrong
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_db_has_table (BwDb *self, const char *table, gboolean *has, GError **error)
{
  return self->driver->has_table (self->connection, table, has, error);
}

/**
 * bw_db_changed_elsewhere:
 * @self: a connection in a transaction
 * @changed: (out): whether another connection may have written since the last call
 * @error: (out) (optional): what went wrong
 *
 * Tells whether what is known from earlier reads still holds.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_db_changed_elsewhere (BwDb *self, gboolean *changed, GError **error)
{
  return self->driver->changed_elsewhere (self->connection, changed, error);
}

/**
 * bw_db_get_time:
 * @self: a connection
 * @now: (out): what the clock that all nodes share showed at the last bw_db_changed_elsewhere()
 *
 * Returns: %FALSE if there is no such clock, because there is one node
 */
gboolean
bw_db_get_time (BwDb *self, gint64 *now)
{
  if (self->driver->get_time == NULL)
    return FALSE;
  *now = self->driver->get_time (self->connection);
  return TRUE;
}

/**
 * bw_db_check:
 * @self: a connection
 * @error: (out) (optional): the first thing found wrong
 *
 * Checks the integrity of the database's own structures, which reads all of it.
 *
 * Returns: whether all is well
 */
gboolean
bw_db_check (BwDb *self, GError **error)
{
  return self->driver->check (self->connection, error);
}

/**
 * bw_db_exec_count:
 * @self: a connection
 * @error: (out) (optional): what went wrong
 * @sql: one statement
 * @format: the types of its parameters
 *
 * Runs a statement that returns no rows.
 *
 * Returns: how many rows it inserted, changed or deleted; -1 on an error
 */
gint64
bw_db_exec_count (BwDb *self, GError **error, const char *sql, const char *format, ...)
{
  g_autoptr (BwRows) rows = NULL;
  va_list values;

  va_start (values, format);
  rows = query_valist (self, error, sql, format, FALSE, values);
  va_end (values);
  if (rows == NULL || self->driver->step (rows->statement, error) == BW_STEP_ERROR)
    return -1;
  return self->driver->n_changed (rows->statement);
}

/**
 * bw_db_exec:
 * @self: a connection
 * @error: (out) (optional): what went wrong
 * @sql: one statement
 * @format: the types of its parameters
 *
 * Runs a statement that returns no rows. A failure may be told by a later call on the connection,
 * at the latest by bw_db_commit().
 *
 * Returns: %FALSE if it failed
 */
gboolean
bw_db_exec (BwDb *self, GError **error, const char *sql, const char *format, ...)
{
  g_autoptr (BwRows) rows = NULL;
  va_list values;

  va_start (values, format);
  rows = query_valist (self, error, sql, format, FALSE, values);
  va_end (values);
  return rows != NULL && self->driver->execute (rows->statement, error);
}

/**
 * bw_db_query:
 * @self: a connection
 * @error: (out) (optional): what went wrong
 * @sql: one statement
 * @format: the types of its parameters
 *
 * Begins a query. Its parameters are copied.
 *
 * Returns: (transfer full) (nullable): its rows, before the first
 */
BwRows *
bw_db_query (BwDb *self, GError **error, const char *sql, const char *format, ...)
{
  BwRows *rows;
  va_list values;

  va_start (values, format);
  rows = query_valist (self, error, sql, format, TRUE, values);
  va_end (values);
  return rows;
}

/**
 * bw_db_stream:
 * @self: a connection in a transaction
 * @error: (out) (optional): what went wrong
 * @sql: one query
 * @format: the types of its parameters
 *
 * Begins a query like bw_db_query(), of which only the rows that are asked for are worked out.
 *
 * Returns: (transfer full) (nullable): its rows, before the first
 */
BwRows *
bw_db_stream (BwDb *self, GError **error, const char *sql, const char *format, ...)
{
  BwRows *rows;
  va_list values;

  va_start (values, format);
  rows = query_valist (self, error, sql, format, TRUE, values);
  va_end (values);
  if (rows != NULL && self->driver->stream != NULL)
    self->driver->stream (rows->statement);
  return rows;
}

/**
 * bw_db_query_values:
 * @self: a connection
 * @error: (out) (optional): what went wrong
 * @sql: one statement
 * @values: (array length=n_values): its parameters: integers, booleans, doubles, strings, GBytes
 * @n_values: how many
 *
 * Begins a query whose parameters are not known when the program is written.
 *
 * Returns: (transfer full) (nullable): its rows, before the first
 */
BwRows *
bw_db_query_values (BwDb *self,
                    GError **error,
                    const char *sql,
                    const GValue *values,
                    guint n_values)
{
  BwRows *rows = bw_rows_take (self, sql, error);

  if (rows == NULL)
    return NULL;
  if (n_values != self->driver->n_parameters (rows->statement))
    g_error ("%u values given for “%s”", n_values, sql);
  for (guint i = 0; i < n_values; i++)
    bw_rows_bind_value (rows, i, &values[i]);
  return rows;
}

/**
 * bw_db_get_int:
 * @self: a connection
 * @value: (inout): the first column of the first row; left as it is when there is no row or it is
 * NULL
 * @error: (out) (optional): what went wrong
 * @sql: one statement
 * @format: the types of its parameters
 *
 * Asks for one number.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_db_get_int (BwDb *self, gint64 *value, GError **error, const char *sql, const char *format, ...)
{
  g_autoptr (BwRows) rows = NULL;
  va_list values;
  BwStep step;

  va_start (values, format);
  rows = query_valist (self, error, sql, format, FALSE, values);
  va_end (values);
  if (rows == NULL)
    return FALSE;
  step = self->driver->step (rows->statement, error);
  if (step == BW_STEP_ROW && !self->driver->column_is_null (rows->statement, 0))
    *value = self->driver->column_int (rows->statement, 0);
  return step != BW_STEP_ERROR;
}

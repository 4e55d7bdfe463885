/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-db-private.h"

#include <string.h>

#include "bw-time.h"

/* Above this many prepared statements those not in use are thrown away: searches have many forms.
 */
#define MAX_STATEMENTS 400

static gboolean
statement_is_idle (gpointer key, gpointer value, gpointer user_data)
{
  return !((BwRows *) value)->in_use;
}

static BwRows *
statement_new (BwDb *self, const char *sql, GError **error)
{
  gpointer statement = self->driver->prepare (self->connection, sql, error);
  BwRows *rows;

  if (statement == NULL)
    return NULL;
  rows = g_new0 (BwRows, 1);
  rows->db = self;
  rows->sql = g_strdup (sql);
  rows->statement = statement;
  return rows;
}

/**
 * bw_rows_take:
 * @self: a connection
 * @sql: one statement
 * @error: (out) (optional): what went wrong
 *
 * Finds a prepared statement that is not in use, or prepares one. It is found by the address of its
 * text, which saves hashing it. Addresses of texts that were made at run time come back with
 * another text, so the text is compared as well.
 *
 * Returns: (transfer full) (nullable): the statement, to be given back by bw_rows_free()
 */
BwRows *
bw_rows_take (BwDb *self, const char *sql, GError **error)
{
  BwRows *kept = g_hash_table_lookup (self->statements, sql);
  gboolean is_taken = kept != NULL && kept->in_use;
  BwRows *rows;

  if (kept != NULL && !is_taken && strcmp (kept->sql, sql) == 0)
    {
      kept->in_use = TRUE;
      return kept;
    }
  rows = statement_new (self, sql, error);
  if (rows == NULL)
    return NULL;
  rows->in_use = TRUE;
  if (!is_taken)
    {
      if (g_hash_table_size (self->statements) >= MAX_STATEMENTS)
        g_hash_table_foreach_remove (self->statements, statement_is_idle, NULL);
      rows->is_cached = TRUE;
      g_hash_table_replace (self->statements, (gpointer) sql, rows);
    }
  return rows;
}

/* Of a NULL too the engine is told that it is text: it can't always tell from the statement. */
static void
bind_text (BwRows *rows, guint parameter, const char *text, gboolean keep)
{
  rows->db->driver->bind_text (rows->statement, parameter, text, keep);
}

static void
bind_bytes (BwRows *rows, guint parameter, GBytes *bytes, gboolean keep)
{
  gsize length;
  gconstpointer data;

  if (bytes == NULL)
    {
      rows->db->driver->bind_null (rows->statement, parameter, 'b');
      return;
    }
  data = g_bytes_get_data (bytes, &length);
  rows->db->driver->bind_bytes (rows->statement, parameter, data != NULL ? data : "", length, keep);
}

static void
bind_time (BwRows *rows, guint parameter, BwTime time)
{
  if (time == BW_TIME_NONE)
    rows->db->driver->bind_null (rows->statement, parameter, 'i');
  else
    rows->db->driver->bind_int (rows->statement, parameter, time);
}

/**
 * bw_rows_bind_valist:
 * @rows: a statement
 * @format: the types of its parameters
 * @keep: whether the values may go away before the statement has run
 * @values: as many values
 *
 * Binds all parameters.
 */
void
bw_rows_bind_valist (BwRows *rows, const char *format, gboolean keep, va_list values)
{
  const BwDriver *driver = rows->db->driver;
  guint n = 0;

  for (const char *at = format; *at != '\0'; at++, n++)
    switch (*at)
      {
      case 'i':
        driver->bind_int (rows->statement, n, va_arg (values, gint64));
        break;
      case 'd':
        driver->bind_double (rows->statement, n, va_arg (values, double));
        break;
      case 's':
        bind_text (rows, n, va_arg (values, const char *), keep);
        break;
      case 'b':
        bind_bytes (rows, n, va_arg (values, GBytes *), keep);
        break;
      case 't':
        bind_time (rows, n, va_arg (values, BwTime));
        break;
      default:
        g_assert_not_reached ();
      }
  if (n != driver->n_parameters (rows->statement))
    g_error ("%u values given for “%s”", n, rows->sql);
}

/**
 * bw_rows_bind_value:
 * @rows: a statement
 * @n: a parameter, from 0
 * @value: an integer, boolean, double, string or GBytes
 *
 * Binds one parameter to a copy.
 */
void
bw_rows_bind_value (BwRows *rows, guint n, const GValue *value)
{
  const BwDriver *driver = rows->db->driver;

  switch (G_VALUE_TYPE (value))
    {
    case G_TYPE_INT64:
      driver->bind_int (rows->statement, n, g_value_get_int64 (value));
      return;
    case G_TYPE_INT:
      driver->bind_int (rows->statement, n, g_value_get_int (value));
      return;
    case G_TYPE_UINT:
      driver->bind_int (rows->statement, n, g_value_get_uint (value));
      return;
    case G_TYPE_BOOLEAN:
      driver->bind_int (rows->statement, n, g_value_get_boolean (value));
      return;
    case G_TYPE_DOUBLE:
      driver->bind_double (rows->statement, n, g_value_get_double (value));
      return;
    case G_TYPE_STRING:
      bind_text (rows, n, g_value_get_string (value), TRUE);
      return;
    default:
      g_assert (G_VALUE_HOLDS (value, G_TYPE_BYTES));
      bind_bytes (rows, n, g_value_get_boxed (value), TRUE);
    }
}

/**
 * bw_rows_next:
 * @self: rows
 * @error: (out) (optional): what went wrong
 *
 * Goes to the next row. What was read from the row before is no longer valid.
 *
 * Returns: %FALSE at the end, and on an error
 */
gboolean
bw_rows_next (BwRows *self, GError **error)
{
  return self->db->driver->step (self->statement, error) == BW_STEP_ROW;
}

/**
 * bw_rows_int:
 * @self: rows, at a row
 * @column: a column, from 0
 *
 * Returns: its value, 0 for NULL
 */
gint64
bw_rows_int (BwRows *self, guint column)
{
  return self->db->driver->column_int (self->statement, column);
}

/**
 * bw_rows_time:
 * @self: rows, at a row
 * @column: a column, from 0
 *
 * Returns: its value, %BW_TIME_NONE for NULL
 */
gint64
bw_rows_time (BwRows *self, guint column)
{
  return bw_rows_is_null (self, column) ? BW_TIME_NONE : bw_rows_int (self, column);
}

/**
 * bw_rows_double:
 * @self: rows, at a row
 * @column: a column, from 0
 *
 * Returns: its value, 0 for NULL
 */
double
bw_rows_double (BwRows *self, guint column)
{
  return self->db->driver->column_double (self->statement, column);
}

/**
 * bw_rows_text:
 * @self: rows, at a row
 * @column: a column, from 0
 *
 * Returns: (transfer none) (nullable): its value, valid until the next row, %NULL for NULL
 */
const char *
bw_rows_text (BwRows *self, guint column)
{
  return self->db->driver->column_text (self->statement, column);
}

/**
 * bw_rows_blob:
 * @self: rows, at a row
 * @column: a column, from 0
 * @length: (out): its length in bytes
 *
 * Returns: (transfer none) (nullable): its value, valid until the next row
 */
gconstpointer
bw_rows_blob (BwRows *self, guint column, gsize *length)
{
  return self->db->driver->column_bytes (self->statement, column, length);
}

/**
 * bw_rows_is_null:
 * @self: rows, at a row
 * @column: a column, from 0
 *
 * Returns: whether it is NULL
 */
gboolean
bw_rows_is_null (BwRows *self, guint column)
{
  return self->db->driver->column_is_null (self->statement, column);
}

/**
 * bw_rows_destroy:
 * @self: (transfer full): a statement
 *
 * Frees a prepared statement, when its connection is closed or has too many.
 */
void
bw_rows_destroy (BwRows *self)
{
  self->db->driver->finalize (self->statement);
  g_free (self->sql);
  g_free (self);
}

/**
 * bw_rows_free:
 * @self: (transfer full): rows
 *
 * Ends a query.
 */
void
bw_rows_free (BwRows *self)
{
  if (!self->is_cached)
    {
      bw_rows_destroy (self);
      return;
    }
  self->db->driver->reset (self->statement);
  self->in_use = FALSE;
}

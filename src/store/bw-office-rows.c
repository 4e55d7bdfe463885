/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-office-rows.h"

#include <string.h>

#include "bw-db-private.h"
#include "bw-error.h"

/* A page is meant to take about this much memory; the next one is larger or smaller accordingly. */
#define PAGE_BYTES (4 * 1024 * 1024)
#define STEP 16 /* between two sizes of pages */

/** A part of a key, kept while the next page is asked for. */
typedef struct
{
  gint64 integer;
  GByteArray *bytes; /* of a text with its NUL */
} KeyPart;

struct _BwTableReader
{
  BwDb *db;
  const BwTable *table;
  BwRows *rows;
  guint size;      /* of the running page: an index of bw_page_sizes */
  guint n_in_page; /* rows read of it */
  gsize page_bytes;
  gsize row_bytes;
  gboolean began;
  KeyPart *key; /* the last one of the page before */
};

static gconstpointer
get_bytes (BwRows *row, guint column, gsize *length)
{
  return row->db->driver->column_bytes (row->statement, column, length);
}

static gsize
measure (const BwTable *table, BwRows *row)
{
  gsize size = table->columns->len * sizeof (gint64);

  for (guint i = 0; i < table->columns->len; i++)
    {
      gsize length = 0;

      if (bw_table_column (table, i)->kind == BW_COLUMN_TEXT
          || bw_table_column (table, i)->kind == BW_COLUMN_BYTES)
        get_bytes (row, i, &length);
      size += length;
    }
  return size;
}

static void
keep_key (BwTableReader *self)
{
  for (guint i = 0; i < self->table->key->len; i++)
    {
      guint column = g_array_index (self->table->key, guint, i);
      KeyPart *part = &self->key[i];
      gsize length = 0;
      gconstpointer data;

      if (bw_table_column (self->table, column)->kind == BW_COLUMN_INT)
        {
          part->integer = bw_rows_int (self->rows, column);
          continue;
        }
      data = get_bytes (self->rows, column, &length);
      g_byte_array_set_size (part->bytes, 0);
      g_byte_array_append (part->bytes, data != NULL ? data : (gconstpointer) "", (guint) length);
      g_byte_array_append (part->bytes, (const guint8 *) "", 1);
    }
}

static void
bind_key (BwTableReader *self)
{
  const BwDriver *driver = self->db->driver;
  gpointer statement = self->rows->statement;

  for (guint i = 0; i < self->table->key->len; i++)
    {
      const KeyPart *part = &self->key[i];
      BwColumnKind kind = bw_table_key (self->table, i)->kind;

      if (kind == BW_COLUMN_INT)
        driver->bind_int (statement, i, part->integer);
      else if (kind == BW_COLUMN_TEXT)
        driver->bind_text (statement, i, (const char *) part->bytes->data, TRUE);
      else
        driver->bind_bytes (statement, i, part->bytes->data, part->bytes->len - 1, TRUE);
    }
}

static gboolean
begin_page (BwTableReader *self, GError **error)
{
  const char *sql = self->began ? self->table->next[self->size] : self->table->first[self->size];

  self->rows = bw_rows_take (self->db, sql, error);
  if (self->rows == NULL)
    return FALSE;
  if (self->began)
    bind_key (self);
  self->began = TRUE;
  self->n_in_page = 0;
  self->page_bytes = 0;
  return TRUE;
}

static void
end_page (BwTableReader *self)
{
  g_clear_pointer (&self->rows, bw_rows_free);
  if (self->page_bytes > PAGE_BYTES && self->size > 0)
    self->size--;
  else if (self->page_bytes * STEP < PAGE_BYTES && self->size + 1 < BW_N_PAGE_SIZES)
    self->size++;
}

/**
 * bw_table_reader_new:
 * @db: a connection in a transaction
 * @table: (transfer none): one of its tables
 *
 * Returns: (transfer full): a reader before the first row
 */
BwTableReader *
bw_table_reader_new (BwDb *db, const BwTable *table)
{
  BwTableReader *self = g_new0 (BwTableReader, 1);

  self->db = db;
  self->table = table;
  self->size = 1;
  self->key = g_new0 (KeyPart, table->key->len);
  for (guint i = 0; i < table->key->len; i++)
    self->key[i].bytes = g_byte_array_new ();
  return self;
}

/**
 * bw_table_reader_free:
 * @self: (transfer full): a reader
 *
 * Ends reading.
 */
void
bw_table_reader_free (BwTableReader *self)
{
  g_clear_pointer (&self->rows, bw_rows_free);
  for (guint i = 0; i < self->table->key->len; i++)
    g_byte_array_unref (self->key[i].bytes);
  g_free (self->key);
  g_free (self);
}

/**
 * bw_table_reader_next:
 * @self: a reader
 * @error: (out) (optional): what went wrong
 *
 * Goes to the next row, which bw_table_reader_row() gives.
 *
 * Returns: %FALSE at the end, and on an error
 */
gboolean
bw_table_reader_next (BwTableReader *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  /* The key of a page's last row is kept as long as the row can be read. */
  if (self->rows != NULL && self->n_in_page == bw_page_sizes[self->size])
    {
      keep_key (self);
      end_page (self);
    }
  if (self->rows == NULL && !begin_page (self, error))
    return FALSE;
  if (!bw_rows_next (self->rows, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->n_in_page++;
  self->row_bytes = measure (self->table, self->rows);
  self->page_bytes += self->row_bytes;
  return TRUE;
}

/**
 * bw_table_reader_row:
 * @self: a reader at a row
 *
 * Returns: (transfer none): the row, with the table's columns in their order
 */
BwRows *
bw_table_reader_row (BwTableReader *self)
{
  return self->rows;
}

/**
 * bw_table_reader_size:
 * @self: a reader at a row
 *
 * Returns: about how many bytes the row has
 */
gsize
bw_table_reader_size (BwTableReader *self)
{
  return self->row_bytes;
}

static int
compare_bytes (BwRows *a, BwRows *b, guint column)
{
  gsize length_a = 0;
  gsize length_b = 0;
  gconstpointer data_a = get_bytes (a, column, &length_a);
  gconstpointer data_b = get_bytes (b, column, &length_b);
  gsize common = MIN (length_a, length_b);
  int order = common > 0 ? memcmp (data_a, data_b, common) : 0;

  return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

/* Doubles are the same when their bits are. NULL comes first and is the same as NULL only. */
static int
compare_column (const BwTable *table, BwRows *a, BwRows *b, guint column)
{
  gboolean a_is_null = bw_rows_is_null (a, column);
  gboolean b_is_null = bw_rows_is_null (b, column);
  gint64 int_a;
  gint64 int_b;
  double double_a;
  double double_b;

  if (a_is_null || b_is_null)
    return b_is_null - a_is_null;
  switch (bw_table_column (table, column)->kind)
    {
    case BW_COLUMN_INT:
      int_a = bw_rows_int (a, column);
      int_b = bw_rows_int (b, column);
      return (int_a > int_b) - (int_a < int_b);
    case BW_COLUMN_DOUBLE:
      double_a = bw_rows_double (a, column);
      double_b = bw_rows_double (b, column);
      return memcmp (&double_a, &double_b, sizeof double_a);
    case BW_COLUMN_TEXT:
    case BW_COLUMN_BYTES:
    default:
      return compare_bytes (a, b, column);
    }
}

/**
 * bw_row_compare_keys:
 * @table: a table
 * @a: a row of it
 * @b: another, perhaps of another store
 *
 * Returns: which comes first: less than 0 for @a, 0 if both have the same key
 */
int
bw_row_compare_keys (const BwTable *table, BwRows *a, BwRows *b)
{
  int order = 0;

  for (guint i = 0; i < table->key->len && order == 0; i++)
    order = compare_column (table, a, b, g_array_index (table->key, guint, i));
  return order;
}

/**
 * bw_row_find_difference:
 * @table: a table
 * @a: a row of it
 * @b: another, perhaps of another store
 *
 * Returns: the first column in which they differ; -1 if they are the same
 */
int
bw_row_find_difference (const BwTable *table, BwRows *a, BwRows *b)
{
  for (guint i = 0; i < table->columns->len; i++)
    if (compare_column (table, a, b, i) != 0)
      return (int) i;
  return -1;
}

/**
 * bw_row_name:
 * @table: a table
 * @row: a row of it
 *
 * Returns: (transfer full): what an administrator can find it by: "business 1, job 7"
 */
char *
bw_row_name (const BwTable *table, BwRows *row)
{
  GString *name = g_string_new (NULL);

  for (guint i = 0; i < table->key->len; i++)
    {
      guint column = g_array_index (table->key, guint, i);
      gsize length = 0;
      const guint8 *data;

      g_string_append_printf (name, "%s%s ", i > 0 ? ", " : "",
                              bw_table_column (table, column)->name);
      switch (bw_table_column (table, column)->kind)
        {
        case BW_COLUMN_INT:
          g_string_append_printf (name, "%" G_GINT64_FORMAT, bw_rows_int (row, column));
          break;
        case BW_COLUMN_TEXT:
          g_string_append_printf (name, "“%s”", bw_rows_text (row, column));
          break;
        case BW_COLUMN_DOUBLE:
          g_string_append_printf (name, "%g", bw_rows_double (row, column));
          break;
        case BW_COLUMN_BYTES:
        default:
          data = get_bytes (row, column, &length);
          for (gsize k = 0; k < MIN (length, 8); k++)
            g_string_append_printf (name, "%02x", data[k]);
        }
    }
  return g_string_free_and_steal (name);
}

/* PostgreSQL keeps neither U+0000 nor what is no UTF-8; SQLite keeps anything. */
static gboolean
bind_text (const BwTable *table, BwRows *row, BwRows *insert, guint column, GError **error)
{
  gsize length = 0;
  const char *text = get_bytes (row, column, &length);
  g_autofree char *name = NULL;

  if (length == 0 || g_utf8_validate_len (text, length, NULL))
    {
      insert->db->driver->bind_text (insert->statement, column, bw_rows_text (row, column), FALSE);
      return TRUE;
    }
  name = bw_row_name (table, row);
  bw_set_error (
      error, BW_ERROR_CONFLICT,
      "The table “%s” has a text that not every database can keep, with a zero byte or broken "
      "UTF-8: “%s” of the row %s.",
      table->name, bw_table_column (table, column)->name, name);
  return FALSE;
}

static gboolean
bind_column (const BwTable *table, BwRows *row, BwRows *insert, guint column, GError **error)
{
  static const char types[] = {
    [BW_COLUMN_INT] = 'i',
    [BW_COLUMN_DOUBLE] = 'd',
    [BW_COLUMN_TEXT] = 's',
    [BW_COLUMN_BYTES] = 'b',
  };
  const BwDriver *driver = insert->db->driver;
  BwColumnKind kind = bw_table_column (table, column)->kind;
  gconstpointer data;
  gsize length = 0;

  if (bw_rows_is_null (row, column))
    {
      driver->bind_null (insert->statement, column, types[kind]);
      return TRUE;
    }
  switch (kind)
    {
    case BW_COLUMN_INT:
      driver->bind_int (insert->statement, column, bw_rows_int (row, column));
      return TRUE;
    case BW_COLUMN_DOUBLE:
      driver->bind_double (insert->statement, column, bw_rows_double (row, column));
      return TRUE;
    case BW_COLUMN_TEXT:
      return bind_text (table, row, insert, column, error);
    case BW_COLUMN_BYTES:
    default:
      data = get_bytes (row, column, &length);
      driver->bind_bytes (insert->statement, column, data != NULL ? data : "", length, TRUE);
      return TRUE;
    }
}

/**
 * bw_row_insert:
 * @table: the table in the target
 * @row: a row of the same table in another store
 * @target: a connection in a transaction
 * @error: (out) (optional): what went wrong
 *
 * Writes a row as it is.
 *
 * Returns: whether it was written
 */
gboolean
bw_row_insert (const BwTable *table, BwRows *row, BwDb *target, GError **error)
{
  g_autoptr (BwRows) insert = bw_rows_take (target, table->insert, error);

  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < table->columns->len; i++)
    if (!bind_column (table, row, insert, i, error))
      return FALSE;
  return target->driver->execute (insert->statement, error);
}

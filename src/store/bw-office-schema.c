/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-office-schema.h"

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-read.h"

const guint bw_page_sizes[BW_N_PAGE_SIZES] = { 1, 16, 256, 4096 };

static void
column_clear (gpointer data)
{
  g_free (((BwColumn *) data)->name);
}

static void
table_free (gpointer data)
{
  BwTable *self = data;

  g_free (self->name);
  g_array_unref (self->columns);
  g_array_unref (self->key);
  g_free (self->count);
  g_free (self->insert);
  for (guint i = 0; i < BW_N_PAGE_SIZES; i++)
    {
      g_free (self->first[i]);
      g_free (self->next[i]);
    }
  g_free (self);
}

static BwTable *
table_new (const char *name)
{
  BwTable *self = g_new0 (BwTable, 1);

  self->name = g_strdup (name);
  self->columns = g_array_new (FALSE, FALSE, sizeof (BwColumn));
  g_array_set_clear_func (self->columns, column_clear);
  self->key = g_array_new (FALSE, TRUE, sizeof (guint));
  return self;
}

static gboolean
read_kind (const char *type, BwColumnKind *kind)
{
  static const struct
  {
    const char *type;
    BwColumnKind kind;
  } kinds[] = {
    { "bigint", BW_COLUMN_INT },  { "double precision", BW_COLUMN_DOUBLE },
    { "text", BW_COLUMN_TEXT },   { "blob", BW_COLUMN_BYTES },
    { "bytea", BW_COLUMN_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].type, type) == 0)
      {
        *kind = kinds[i].kind;
        return TRUE;
      }
  return FALSE;
}

static gboolean
add_column (BwTable *self, BwRows *rows, GError **error)
{
  BwColumn column = { NULL, BW_COLUMN_INT, (guint) bw_rows_int (rows, 3) };
  guint place = self->columns->len;

  if (!read_kind (bw_rows_text (rows, 2), &column.kind))
    {
      bw_set_error (
          error, BW_ERROR_INTERNAL,
          "The column “%s” of the store's table “%s” is of the type “%s”, which this program "
          "can't copy.",
          bw_rows_text (rows, 1), self->name, bw_rows_text (rows, 2));
      return FALSE;
    }
  column.name = g_strdup (bw_rows_text (rows, 1));
  g_array_append_val (self->columns, column);
  if (column.key > self->key->len)
    g_array_set_size (self->key, column.key);
  if (column.key > 0)
    g_array_index (self->key, guint, column.key - 1) = place;
  return TRUE;
}

static void
append_names (GString *sql, const BwTable *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "", bw_table_column (self, i)->name);
}

static void
append_parameters (GString *sql, guint n)
{
  for (guint i = 1; i <= n; i++)
    g_string_append_printf (sql, "%s$%u", i > 1 ? ", " : "", i);
}

/* Every engine sorts the columns of a store by their bytes. */
static void
append_key (GString *sql, const BwTable *self)
{
  for (guint i = 0; i < self->key->len; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "", bw_table_key (self, i)->name);
}

static char *
make_select (const BwTable *self, gboolean from_beginning, guint limit)
{
  GString *sql = g_string_new ("SELECT ");

  append_names (sql, self);
  g_string_append_printf (sql, " FROM %s", self->name);
  if (!from_beginning)
    {
      g_string_append (sql, " WHERE (");
      append_key (sql, self);
      g_string_append (sql, ") > (");
      append_parameters (sql, self->key->len);
      g_string_append (sql, ")");
    }
  g_string_append (sql, " ORDER BY ");
  append_key (sql, self);
  g_string_append_printf (sql, " LIMIT %u", limit);
  return g_string_free_and_steal (sql);
}

static gboolean
finish_table (BwTable *self, GError **error)
{
  GString *insert = g_string_new (NULL);

  g_string_printf (insert, "INSERT INTO %s (", self->name);
  append_names (insert, self);
  g_string_append (insert, ") VALUES (");
  append_parameters (insert, self->columns->len);
  g_string_append (insert, ")");
  self->insert = g_string_free_and_steal (insert);
  self->count = g_strdup_printf ("SELECT COUNT(*) FROM %s", self->name);
  for (guint i = 0; i < BW_N_PAGE_SIZES; i++)
    {
      self->first[i] = make_select (self, TRUE, bw_page_sizes[i]);
      self->next[i] = make_select (self, FALSE, bw_page_sizes[i]);
    }
  if (self->key->len > 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_INTERNAL,
                "The store's table “%s” has no primary key to copy it by.", self->name);
  return FALSE;
}

/**
 * bw_tables_load:
 * @db: a connection
 * @error: (out) (optional): what went wrong
 *
 * Asks the database which tables it has and what is in them, so that no table and no column can be
 * forgotten. The indexes of words are left out; they are made from the rest.
 *
 * Returns: (transfer full) (nullable) (element-type BwTable): the tables, by name
 */
GPtrArray *
bw_tables_load (BwDb *db, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (table_free);
  g_autoptr (BwRows) rows = bw_db_query (db, error, bw_db_get_driver (db)->list_columns, "");
  BwTable *table = NULL;

  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      if (table == NULL || g_strcmp0 (table->name, bw_rows_text (rows, 0)) != 0)
        {
          table = table_new (bw_rows_text (rows, 0));
          g_ptr_array_add (tables, table);
        }
      if (!add_column (table, rows, error))
        return NULL;
    }
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return NULL;
  for (guint i = 0; i < tables->len; i++)
    if (!finish_table (g_ptr_array_index (tables, i), error))
      return NULL;
  return g_steal_pointer (&tables);
}

/**
 * bw_tables_find:
 * @tables: tables
 * @name: a table's name
 *
 * Returns: (transfer none) (nullable): the table
 */
const BwTable *
bw_tables_find (GPtrArray *tables, const char *name)
{
  for (guint i = 0; i < tables->len; i++)
    {
      const BwTable *table = g_ptr_array_index (tables, i);

      if (g_str_equal (table->name, name))
        return table;
    }
  return NULL;
}

static gboolean
table_matches (const BwTable *from, const BwTable *to)
{
  if (to == NULL || from->columns->len != to->columns->len)
    return FALSE;
  for (guint i = 0; i < from->columns->len; i++)
    {
      const BwColumn *a = bw_table_column (from, i);
      const BwColumn *b = bw_table_column (to, i);

      if (!g_str_equal (a->name, b->name) || a->kind != b->kind || a->key != b->key)
        return FALSE;
    }
  return TRUE;
}

/**
 * bw_tables_match:
 * @from: (element-type BwTable): the tables of one store
 * @to: (element-type BwTable): those of another
 * @error: (out) (optional): the first table that differs
 *
 * Returns: whether both have the same tables, with the same columns and keys
 */
gboolean
bw_tables_match (GPtrArray *from, GPtrArray *to, GError **error)
{
  const char *odd = NULL;

  for (guint i = 0; i < from->len && odd == NULL; i++)
    {
      const BwTable *table = g_ptr_array_index (from, i);

      if (!table_matches (table, bw_tables_find (to, table->name)))
        odd = table->name;
    }
  for (guint i = 0; i < to->len && odd == NULL; i++)
    {
      const BwTable *table = g_ptr_array_index (to, i);

      if (bw_tables_find (from, table->name) == NULL)
        odd = table->name;
    }
  if (odd == NULL)
    return TRUE;
  bw_set_error (error, BW_ERROR_CONFLICT,
                "The table “%s” is not the same in both stores, though their schemas have the same "
                "number. One of them was changed by hand.",
                odd);
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-types.h"

#include "bw-bulk.h"
#include "bw-error.h"

#define COLUMNS "business, id, type, name, stalled_after, max_attempts"

struct _BwTypes
{
  GHashTable *by_type; /* of BwTypeRow, by business and type */
  GHashTable *by_id;   /* of the same, by business and id */
};

static guint
type_hash (gconstpointer key)
{
  const BwTypeRow *row = key;

  return g_str_hash (row->type) ^ (guint) row->business * 0x9e3779b9;
}

static gboolean
type_equal (gconstpointer a, gconstpointer b)
{
  const BwTypeRow *one = a;
  const BwTypeRow *other = b;

  return one->business == other->business && g_str_equal (one->type, other->type);
}

static guint
id_hash (gconstpointer key)
{
  const BwTypeRow *row = key;

  return (guint) row->id ^ (guint) row->business * 0x9e3779b9;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  const BwTypeRow *one = a;
  const BwTypeRow *other = b;

  return one->business == other->business && one->id == other->id;
}

static void
type_free (gpointer data)
{
  BwTypeRow *row = data;

  g_free (row->type);
  g_free (row->name);
  g_free (row);
}

/* Takes @rows, which have COLUMNS; NULL without an error when there is no row. */
static const BwTypeRow *
keep (BwTypes *self, BwRows *rows, GError **error)
{
  BwTypeRow *row;

  if (rows == NULL || !bw_rows_next (rows, error))
    return NULL;
  row = g_new0 (BwTypeRow, 1);
  row->business = bw_rows_int (rows, 0);
  row->id = bw_rows_int (rows, 1);
  row->type = g_strdup (bw_rows_text (rows, 2));
  row->name = g_strdup (bw_rows_text (rows, 3));
  row->stalled_after = bw_rows_int (rows, 4);
  row->max_attempts = (int) bw_rows_int (rows, 5);
  g_hash_table_add (self->by_type, row);
  g_hash_table_add (self->by_id, row);
  return row;
}

/* "send-invoices" → "Send invoices" */
static char *
make_name (const char *type)
{
  g_autofree char *name = g_strdup (type);

  for (char *at = name; *at != '\0'; at++)
    if (*at == '-' || *at == '_' || *at == '.')
      *at = ' ';
  name[0] = g_ascii_toupper (name[0]);
  return g_steal_pointer (&name);
}

/**
 * bw_types_new:
 *
 * Returns: (transfer full): an empty memory of job types
 */
BwTypes *
bw_types_new (void)
{
  BwTypes *self = g_new0 (BwTypes, 1);

  self->by_type = g_hash_table_new_full (type_hash, type_equal, type_free, NULL);
  self->by_id = g_hash_table_new (id_hash, id_equal);
  return self;
}

/**
 * bw_types_free:
 * @self: (transfer full): a memory of job types
 *
 * Frees it.
 */
void
bw_types_free (BwTypes *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_type);
  g_free (self);
}

/**
 * bw_types_forget:
 * @self: a memory of job types
 *
 * Forgets all, because a type changed or a write that made one was taken back.
 */
void
bw_types_forget (BwTypes *self)
{
  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->by_type);
}

/**
 * bw_types_find:
 * @self: a memory of job types
 * @db: the writer's connection
 * @business: a business
 * @type: a type's short name
 * @error: (out) (optional): what went wrong
 *
 * Returns: (transfer none) (nullable): the type, valid within this write; %NULL without an error
 *   when the business has none of this name
 */
const BwTypeRow *
bw_types_find (BwTypes *self, BwDb *db, gint64 business, const char *type, GError **error)
{
  const BwTypeRow key = { .business = business, .type = (char *) type };
  const BwTypeRow *row = g_hash_table_lookup (self->by_type, &key);
  g_autoptr (BwRows) rows = NULL;

  if (row != NULL)
    return row;
  rows =
      bw_db_query (db, error, "SELECT " COLUMNS " FROM job_type WHERE business = $1 AND type = $2",
                   "is", business, type);
  return keep (self, rows, error);
}

/**
 * bw_types_get:
 * @self: a memory of job types
 * @db: the writer's connection
 * @business: a business
 * @id: the number of one of its types
 * @error: (out) (optional): what went wrong
 *
 * Returns: (transfer none) (nullable): the type, valid within this write
 */
const BwTypeRow *
bw_types_get (BwTypes *self, BwDb *db, gint64 business, gint64 id, GError **error)
{
  const BwTypeRow key = { .business = business, .id = id };
  const BwTypeRow *row = g_hash_table_lookup (self->by_id, &key);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (row != NULL)
    return row;
  rows = bw_db_query (db, error, "SELECT " COLUMNS " FROM job_type WHERE business = $1 AND id = $2",
                      "ii", business, id);
  if (rows == NULL)
    return NULL;
  row = keep (self, rows, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (row == NULL)
    bw_set_error (error, BW_ERROR_INTERNAL,
                  "The store has jobs of a type that is missing: number %" G_GINT64_FORMAT ".", id);
  return row;
}

/**
 * bw_types_need:
 * @self: a memory of job types
 * @db: the writer's connection
 * @business: a business
 * @type: a type's short name
 * @error: (out) (optional): what went wrong
 *
 * Finds a type, or makes it: types come into being with their first job. Its title is made from the
 * short name.
 *
 * Returns: (transfer none) (nullable): the type, valid within this write
 */
const BwTypeRow *
bw_types_need (BwTypes *self, BwDb *db, gint64 business, const char *type, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *name = NULL;
  const char *bulk_title = bw_bulk_get_type_title (type);
  const BwTypeRow *row = bw_types_find (self, db, business, type, &local);
  gint64 n = 0;

  if (row != NULL)
    return row;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (!bw_db_get_int (db, &n, error, "SELECT MAX(id) FROM job_type WHERE business = $1", "i",
                      business))
    return NULL;
  /* The server's own come in addition: no business is to be without bulk actions. */
  if (n >= BW_MAX_TYPES && bulk_title == NULL)
    {
      bw_set_error_field (
          error, BW_ERROR_INVALID, "type",
          "“%s” would be a new job type, and the business has %d already, which is the "
          "most there may be.",
          type, BW_MAX_TYPES);
      return NULL;
    }
  name = bulk_title != NULL ? g_strdup (bulk_title) : make_name (type);
  if (!bw_db_exec (db, error,
                   "INSERT INTO job_type (business, id, type, name) VALUES ($1, $2, $3, $4)",
                   "iiss", business, n + 1, type, name))
    return NULL;
  return bw_types_get (self, db, business, n + 1, error);
}

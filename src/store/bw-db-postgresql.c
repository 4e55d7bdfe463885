/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-pq-watch.h"
#include "bw-pq-words.h"
#include "bw-pq.h"

#define PREFIX BW_PQ_PREFIX
/* How many rows of a stream are fetched first, and at most: each time four times as many. */
#define FIRST_SLICE 64
#define MAX_SLICE 4096
#define INT_SIZE 24
/* Of pg_type.h, which never change. */
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_TEXT 25
#define OID_FLOAT8 701

/* The number of a write, and when its turn came. */
#define SQL_TURN                                                                                   \
  "SELECT nextval('commit_number'),"                                                               \
  " CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"

typedef struct
{
  BwPq *pq;
  gint64 last_write;
  gint64 time;
} Connection;

/** A parameter's value: in @number, or the caller's, or @owned. */
typedef struct
{
  char number[INT_SIZE];
  char *owned;
} Slot;

typedef struct
{
  BwPq *pq;
  GRefString *sql;
  char name[16]; /* at the server */
  guint session; /* in which it has that name; 0: not prepared yet */
  gboolean is_stream;
  gboolean is_open; /* a stream's cursor */
  guint slice;      /* how many rows of it are fetched next */
  guint n_parameters;
  Slot *slots;
  const char **values;
  int *lengths;
  int *formats;
  Oid *types;
  PGresult *result; /* NULL before the first step */
  int row;
  guint8 *bytes;       /* of the column that was read last */
  GRefString *declare; /* of a stream */
} Statement;

static gpointer
open_connection (const char *address, BwDbMode mode, GError **error)
{
  g_autofree char *uri = g_strconcat (PREFIX, address, NULL);
  BwPq *pq = bw_pq_new (uri, mode, error);
  Connection *self;

  if (pq == NULL)
    {
      g_prefix_error (error, "The store can't be opened. ");
      return NULL;
    }
  self = g_new0 (Connection, 1);
  self->pq = pq;
  return self;
}

static void
close_connection (gpointer data)
{
  Connection *self = data;

  bw_pq_free (self->pq);
  g_free (self);
}

static gboolean
begin (gpointer data, GError **error)
{
  return bw_pq_begin (((Connection *) data)->pq, error);
}

static gboolean
commit (gpointer data, GError **error)
{
  return bw_pq_commit (((Connection *) data)->pq, error);
}

static gboolean
rollback (gpointer data, GError **error)
{
  return bw_pq_rollback (((Connection *) data)->pq, error);
}

static gboolean
in_transaction (gpointer data)
{
  return bw_pq_in_transaction (((Connection *) data)->pq);
}

static gboolean
run_script (gpointer data, const char *script, GError **error)
{
  return bw_pq_script (((Connection *) data)->pq, script, error);
}

static void
interrupt_connection (gpointer data)
{
  bw_pq_interrupt (((Connection *) data)->pq);
}

static gboolean
has_table (gpointer data, const char *table, gboolean *has, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(to_regclass('%s'))", table);
  BwPq *pq = ((Connection *) data)->pq;
  gboolean is_alone = !bw_pq_in_transaction (pq);
  gint64 n = 0;

  if ((is_alone && !bw_pq_begin (pq, error)) || !bw_pq_ask (pq, sql, &n, 1, error)
      || (is_alone && !bw_pq_rollback (pq, error)))
    return FALSE;
  *has = n > 0;
  return TRUE;
}

/*
 * Each write takes the next number, under the lock that keeps other writers out: if it doesn't
 * follow on the last one taken here, somebody else wrote. A sequence is changed in place, so asking
 * costs the same while an old snapshot keeps dead rows from being removed.
 */
static gboolean
changed_elsewhere (gpointer data, gboolean *changed, GError **error)
{
  Connection *self = data;
  gint64 answer[2] = { 0 };

  if (!bw_pq_ask (self->pq, SQL_TURN, answer, 2, error))
    return FALSE;
  *changed = answer[0] != self->last_write + 1;
  self->last_write = answer[0];
  self->time = answer[1];
  return TRUE;
}

static gint64
get_time (gpointer data)
{
  return ((Connection *) data)->time;
}

/* PostgreSQL keeps checksums of its pages and looks after its own structures. */
static gboolean
check (gpointer data, GError **error)
{
  return TRUE;
}

/* $1, $2, … are as many as the highest of them says. */
static guint
count_parameters (const char *sql)
{
  guint highest = 0;

  for (const char *at = strchr (sql, '$'); at != NULL; at = strchr (at + 1, '$'))
    highest = MAX (highest, (guint) strtoul (at + 1, NULL, 10));
  return highest;
}

static gpointer
prepare (gpointer data, const char *sql, GError **error)
{
  Statement *self = g_new0 (Statement, 1);

  self->pq = ((Connection *) data)->pq;
  self->sql = g_ref_string_new (sql);
  self->n_parameters = count_parameters (sql);
  self->slots = g_new0 (Slot, self->n_parameters);
  self->values = g_new0 (const char *, self->n_parameters);
  self->lengths = g_new0 (int, self->n_parameters);
  self->formats = g_new0 (int, self->n_parameters);
  self->types = g_new0 (Oid, self->n_parameters);
  g_snprintf (self->name, sizeof self->name, "s%u", bw_pq_next_name (self->pq));
  return self;
}

static void
stream (gpointer data)
{
  Statement *self = data;
  g_autofree char *declare = NULL;

  if (self->is_stream)
    return;
  self->is_stream = TRUE;
  declare = g_strdup_printf ("DECLARE %s NO SCROLL CURSOR FOR %s", self->name, self->sql);
  self->declare = g_ref_string_new (declare);
}

static gboolean
send_fetch (Statement *self, GError **error)
{
  const BwPqParameters none = { 0 };
  g_autofree char *text = g_strdup_printf ("FETCH %u FROM %s", self->slice, self->name);
  g_autoptr (GRefString) sql = g_ref_string_new (text);

  self->slice = MIN (self->slice * 4, MAX_SLICE);
  return bw_pq_send_sql (self->pq, sql, &none, error);
}

static void
close_cursor (Statement *self)
{
  const BwPqParameters none = { 0 };
  g_autofree char *text = NULL;
  g_autoptr (GRefString) sql = NULL;

  if (!self->is_open)
    return;
  self->is_open = FALSE;
  if (!bw_pq_in_transaction (self->pq))
    return;
  text = g_strdup_printf ("CLOSE %s", self->name);
  sql = g_ref_string_new (text);
  /* Where that fails, so will all else until the transaction is over, and the cursor with it. */
  bw_pq_send_sql (self->pq, sql, &none, NULL);
}

static void
reset (gpointer data)
{
  Statement *self = data;

  close_cursor (self);
  g_clear_pointer (&self->result, PQclear);
  g_clear_pointer (&self->bytes, g_free);
  for (guint i = 0; i < self->n_parameters; i++)
    g_clear_pointer (&self->slots[i].owned, g_free);
}

static void
finalize (gpointer data)
{
  Statement *self = data;

  reset (self);
  if (self->session != 0 && self->session == bw_pq_get_session (self->pq))
    bw_pq_send_close (self->pq, self->name);
  g_free (self->slots);
  g_free (self->values);
  g_free (self->lengths);
  g_free (self->formats);
  g_free (self->types);
  g_clear_pointer (&self->declare, g_ref_string_release);
  g_ref_string_release (self->sql);
  g_free (self);
}

static guint
n_parameters (gpointer data)
{
  return ((Statement *) data)->n_parameters;
}

/* A type is kept once it is known, since the server prepared the statement with it. */
static void
bind (Statement *self, guint parameter, Oid type, const char *value)
{
  self->values[parameter] = value;
  self->formats[parameter] = 0;
  if (self->types[parameter] == 0 && self->session != bw_pq_get_session (self->pq))
    self->types[parameter] = type;
}

static void
bind_null (gpointer data, guint parameter, char type)
{
  bind (data, parameter, type == 's' ? OID_TEXT : type == 'b' ? OID_BYTEA : OID_INT8, NULL);
}

static void
bind_int (gpointer data, guint parameter, gint64 value)
{
  Statement *self = data;
  Slot *slot = &self->slots[parameter];

  g_snprintf (slot->number, INT_SIZE, "%" G_GINT64_FORMAT, value);
  bind (self, parameter, OID_INT8, slot->number);
}

static void
bind_double (gpointer data, guint parameter, double value)
{
  Statement *self = data;
  Slot *slot = &self->slots[parameter];

  g_free (slot->owned);
  slot->owned = g_malloc (G_ASCII_DTOSTR_BUF_SIZE);
  g_ascii_dtostr (slot->owned, G_ASCII_DTOSTR_BUF_SIZE, value);
  bind (self, parameter, OID_FLOAT8, slot->owned);
}

static void
bind_text (gpointer data, guint parameter, const char *value, gboolean keep)
{
  Statement *self = data;
  Slot *slot = &self->slots[parameter];

  g_clear_pointer (&slot->owned, g_free);
  if (keep)
    value = slot->owned = g_strdup (value);
  bind (self, parameter, OID_TEXT, value);
}

static void
bind_bytes (gpointer data, guint parameter, gconstpointer value, gsize length, gboolean keep)
{
  Statement *self = data;
  Slot *slot = &self->slots[parameter];

  g_clear_pointer (&slot->owned, g_free);
  if (keep)
    value = slot->owned = g_memdup2 (value, MAX (length, 1));
  bind (self, parameter, OID_BYTEA, value != NULL ? value : "");
  self->lengths[parameter] = (int) length;
  self->formats[parameter] = 1;
}

/* Sends a statement, having had it prepared before the first time. */
static gboolean
run (Statement *self, GError **error)
{
  const BwPqParameters parameters = { (int) self->n_parameters, self->types, self->values,
                                      self->lengths, self->formats };
  guint session = bw_pq_get_session (self->pq);

  if (self->is_stream)
    {
      self->slice = FIRST_SLICE;
      self->is_open = bw_pq_send_sql (self->pq, self->declare, &parameters, error);
      return self->is_open && send_fetch (self, error);
    }
  if (self->session != session
      && !bw_pq_send_prepare (self->pq, self->name, self->sql, &parameters, error))
    return FALSE;
  self->session = session;
  return bw_pq_send (self->pq, self->name, self->sql, &parameters, error);
}

static gboolean
receive (Statement *self, GError **error)
{
  g_clear_pointer (&self->result, PQclear);
  self->result = bw_pq_receive (self->pq, error);
  self->row = 0;
  return self->result != NULL;
}

static BwStep
step (gpointer data, GError **error)
{
  Statement *self = data;
  g_clear_pointer (&self->bytes, g_free);
  if (self->result == NULL)
    {
      if (!run (self, error) || !receive (self, error))
        return BW_STEP_ERROR;
    }
  else if (self->row < PQntuples (self->result))
    self->row++;
  if (self->is_stream && self->row > 0 && self->row == PQntuples (self->result)
      && (!send_fetch (self, error) || !receive (self, error)))
    return BW_STEP_ERROR;
  return self->row < PQntuples (self->result) ? BW_STEP_ROW : BW_STEP_DONE;
}

static gboolean
execute (gpointer data, GError **error)
{
  return run (data, error);
}

static gint64
n_changed (gpointer data)
{
  return g_ascii_strtoll (PQcmdTuples (((Statement *) data)->result), NULL, 10);
}

static gboolean
column_is_null (gpointer data, guint column)
{
  Statement *self = data;

  return PQgetisnull (self->result, self->row, (int) column);
}

static const char *
column_text (gpointer data, guint column)
{
  Statement *self = data;

  return column_is_null (data, column) ? NULL : PQgetvalue (self->result, self->row, (int) column);
}

/* Sums come as numeric, which has no fraction where what was summed had none. */
static gint64
column_int (gpointer data, guint column)
{
  const char *text = column_text (data, column);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static double
column_double (gpointer data, guint column)
{
  const char *text = column_text (data, column);

  return text != NULL ? g_ascii_strtod (text, NULL) : 0;
}

/* Bytes come as \x0a1b…, see https://www.postgresql.org/docs/17/datatype-binary.html */
static gconstpointer
column_bytes (gpointer data, guint column, gsize *length)
{
  Statement *self = data;
  const char *text = column_text (data, column);

  *length = 0;
  if (text == NULL)
    return NULL;
  if (PQftype (self->result, (int) column) != OID_BYTEA)
    {
      *length = (gsize) PQgetlength (self->result, self->row, (int) column);
      return text;
    }
  *length = (gsize) (PQgetlength (self->result, self->row, (int) column) - 2) / 2;
  g_free (self->bytes);
  self->bytes = g_malloc (*length + 1);
  for (gsize i = 0; i < *length; i++)
    self->bytes[i] = (guint8) (g_ascii_xdigit_value (text[2 + 2 * i]) << 4
                               | g_ascii_xdigit_value (text[3 + 2 * i]));
  return self->bytes;
}

#define SEARCH                                                                                     \
  "SELECT id FROM job_text WHERE words @@ CAST($1 AS tsquery) AND id >= $2 AND id < $3 "

#define SEARCH_AUDIT                                                                               \
  "SELECT id FROM action_text WHERE words @@ CAST($1 AS tsquery) AND id >= $2 AND id < $3 "        \
  "ORDER BY id DESC LIMIT $4"

#define IN_SCHEMA "relnamespace = CAST(current_schema() AS regnamespace)"

/* The columns of a key are numbered from 0 in its index. */
#define LIST_COLUMNS                                                                               \
  "SELECT t.relname, a.attname, format_type(a.atttypid, NULL),"                                    \
  " COALESCE(array_position(CAST(k.indkey AS smallint[]), a.attnum) + 1, 0)"                       \
  " FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0"                    \
  " AND NOT a.attisdropped LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary"          \
  " WHERE t.relkind = 'r' AND t." IN_SCHEMA " AND t.relname NOT IN ('job_text', 'action_text')"    \
  " ORDER BY t.relname, a.attnum"
#define LIST_INDEXES                                                                               \
  "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_class c WHERE c.relkind = 'i' AND "            \
  "c." IN_SCHEMA                                                                                   \
  " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid) ORDER BY c.relname"
#define LIST_DROPS                                                                                 \
  "SELECT CASE relkind WHEN 'r' THEN 'DROP TABLE ' ELSE 'DROP SEQUENCE ' END || relname"           \
  " FROM pg_class WHERE relkind IN ('r', 'S') AND " IN_SCHEMA
/* While one side of a copy is written, the other one waits. Whole tables are read. */
#define BEGIN_COPYING                                                                              \
  "SET LOCAL enable_seqscan = on; SET LOCAL maintenance_work_mem = '256MB';"                       \
  "SET LOCAL idle_in_transaction_session_timeout = 0;"
#define COUNT_USERS                                                                                \
  "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted"   \
  " AND (CAST(classid AS bigint) << 32) + CAST(objid AS bigint) = " BW_PQ_IN_USE                   \
  " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
#define LIST_SETTLES "SELECT 'ANALYZE ' || relname FROM pg_class WHERE relkind = 'r' AND " IN_SCHEMA

/* Text is compared byte by byte, as SQLite does, so that no index depends on a locale's version. */
static const BwDriverWord words[] = {
  { "bytes", "BYTEA" },
  { "clustered", "" },
  { "text", "TEXT COLLATE \"C\"" },
  { NULL, NULL },
};

const BwDriver bw_driver_postgresql = {
  .name = "postgresql",
  .prefix = PREFIX,
  .words = words,
  .fails_later = TRUE,
  .search_add = "INSERT INTO job_text (id, words) VALUES ($1, CAST($2 || ' ' || $3 AS tsvector))",
  .search_remove = "DELETE FROM job_text WHERE id = $1",
  .search_oldest = SEARCH "ORDER BY id",
  .search_newest = SEARCH "ORDER BY id DESC",
  .audit_add = "INSERT INTO action_text (id, words) VALUES ($1, CAST($2 || ' ' || $3 AS tsvector))",
  .audit_forget = "DELETE FROM action_text WHERE id BETWEEN $1 AND $2",
  .audit_newest = SEARCH_AUDIT,
  .audit_count = "SELECT COUNT(*) FROM (" SEARCH_AUDIT ") AS found",
  .begin_copying = BEGIN_COPYING,
  .count_users = COUNT_USERS,
  .list_columns = LIST_COLUMNS,
  .list_indexes = LIST_INDEXES,
  .list_drops = LIST_DROPS,
  .list_settles = LIST_SETTLES,
  .announce_rights = "SELECT pg_notify('" BW_PQ_RIGHTS "', $1)",
  .search_scope = bw_pq_words_from_scope,
  .search_text = bw_pq_words_from_text,
  .search_expression = bw_pq_words_query,
  .open = open_connection,
  .close = close_connection,
  .begin = begin,
  .commit = commit,
  .rollback = rollback,
  .script = run_script,
  .interrupt = interrupt_connection,
  .in_transaction = in_transaction,
  .has_table = has_table,
  .changed_elsewhere = changed_elsewhere,
  .check = check,
  .get_time = get_time,
  .watch = bw_pq_watch_new,
  .get_node = bw_pq_watch_get_node,
  .announce = bw_pq_watch_announce,
  .is_current = bw_pq_watch_is_current,
  .tell_all = bw_pq_watch_tell_all,
  .unwatch = bw_pq_watch_free,
  .prepare = prepare,
  .stream = stream,
  .finalize = finalize,
  .n_parameters = n_parameters,
  .bind_null = bind_null,
  .bind_int = bind_int,
  .bind_double = bind_double,
  .bind_text = bind_text,
  .bind_bytes = bind_bytes,
  .step = step,
  .execute = execute,
  .reset = reset,
  .n_changed = n_changed,
  .column_int = column_int,
  .column_double = column_double,
  .column_text = column_text,
  .column_bytes = column_bytes,
  .column_is_null = column_is_null,
};

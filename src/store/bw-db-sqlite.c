/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>

#include <glib/gstdio.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-shm-room.h"

#define MAX_PARAMETERS 128
#define MAX_SQL_SHOWN 160
#define BUSY_TIMEOUT_MS 10000

/*
 * One file in WAL mode: readers beside one writer. synchronous=FULL syncs the log at each commit;
 * with NORMAL a power cut could lose commits that were answered. The log is written back every
 * 4,000 pages (16 MiB), which halves the syncs of SQLite's own 1,000 under load.
 */
#define SETTINGS                                                                                   \
  "PRAGMA journal_mode = WAL;"                                                                     \
  "PRAGMA synchronous = FULL;"                                                                     \
  "PRAGMA foreign_keys = OFF;"                                                                     \
  "PRAGMA temp_store = MEMORY;"                                                                    \
  "PRAGMA cache_size = -65536;"                                                                    \
  "PRAGMA mmap_size = 2147418112;"                                                                 \
  "PRAGMA wal_autocheckpoint = 4000;"                                                              \
  "PRAGMA journal_size_limit = 67108864;"

typedef struct
{
  sqlite3 *db;
  BwDbMode mode;
  sqlite3_stmt *ask_version; /* asked at every commit, so it is kept */
  gint64 version;
} Connection;

typedef struct
{
  sqlite3_stmt *statement;
  sqlite3 *db;
  guint n_parameters;
  guint8 index[MAX_PARAMETERS]; /* SQLite numbers $1, $2, … by where they first stand */
} Statement;

static gboolean
is_out_of_space (int code, int system_error)
{
  if ((code & 0xff) == SQLITE_FULL)
    return TRUE;
  return (code & 0xff) == SQLITE_IOERR
         && (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

static void
set_error (GError **error, sqlite3 *db, const char *what)
{
  int code = sqlite3_extended_errcode (db);
  const char *reason = sqlite3_errmsg (db);

  if (is_out_of_space (code, sqlite3_system_errno (db)))
    bw_set_error (error, BW_ERROR_NO_SPACE,
                  "The disk that holds the store is full. Free some space; nothing was changed.");
  else if (code == SQLITE_INTERRUPT)
    bw_set_error (error, BW_ERROR_UNAVAILABLE, "The query was stopped.");
  else if ((code & 0xff) == SQLITE_BUSY)
    bw_set_error (error, BW_ERROR_UNAVAILABLE,
                  "Another program keeps the store locked. Try again when it has finished.");
  else
    bw_set_error (error, BW_ERROR_INTERNAL, "The store failed at “%.*s%s”: %s (%d).", MAX_SQL_SHOWN,
                  what, strlen (what) > MAX_SQL_SHOWN ? "…" : "", reason, code);
}

static void
close_connection (gpointer data)
{
  Connection *connection = data;

  sqlite3_finalize (connection->ask_version);
  if (sqlite3_close (connection->db) != SQLITE_OK)
    g_critical ("A connection was closed with statements open: %s",
                sqlite3_errmsg (connection->db));
  g_free (connection);
}

static gboolean
run_script (gpointer data, const char *script, GError **error)
{
  Connection *connection = data;

  if (sqlite3_exec (connection->db, script, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  set_error (error, connection->db, script);
  return FALSE;
}

/*
 * The first change to WAL mode needs the file for itself, and where two programs make a store at
 * the same time SQLite tells one of them that it is locked without asking for the time-out.
 */
static gboolean
change_settings (Connection *connection, GError **error)
{
  gint64 until = g_get_monotonic_time () + BUSY_TIMEOUT_MS * 1000;
  int code;

  while ((code = sqlite3_exec (connection->db, SETTINGS, NULL, NULL, NULL)) != SQLITE_OK
         && (code & 0xff) == SQLITE_BUSY && g_get_monotonic_time () < until)
    g_usleep (2000);
  if (code != SQLITE_OK)
    set_error (error, connection->db, SETTINGS);
  return code == SQLITE_OK;
}

/* Made before SQLite does, so that nobody else on the machine can read the office's work. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0)
    return g_close (fd, error);
  bw_set_error (error, errno == ENOSPC ? BW_ERROR_NO_SPACE : BW_ERROR_UNAVAILABLE,
                "The store “%s” can't be opened: %s.", path, g_strerror (errno));
  return FALSE;
}

static gpointer
open_connection (const char *path, BwDbMode mode, GError **error)
{
  Connection *connection;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

  if (path[0] == '\0' || path[0] == ':')
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "A store needs a file: write sqlite:PATH, such as "
                    "sqlite:/var/lib/batchwork/batchwork.db.");
      return NULL;
    }
  if (mode == BW_DB_WRITE && !make_file (path, error))
    return NULL;

  bw_shm_room_install ();
  connection = g_new0 (Connection, 1);
  connection->version = -1;
  connection->mode = mode;
  if (sqlite3_open_v2 (path, &connection->db, flags, NULL) != SQLITE_OK)
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE, "The store “%s” can't be opened: %s.", path,
                    sqlite3_errmsg (connection->db));
      close_connection (connection);
      return NULL;
    }
  sqlite3_busy_timeout (connection->db, BUSY_TIMEOUT_MS);
  if (!change_settings (connection, error)
      || (mode == BW_DB_READ && !run_script (connection, "PRAGMA query_only = ON;", error)))
    {
      g_prefix_error (error, "The store “%s” can't be opened. ", path);
      close_connection (connection);
      return NULL;
    }
  return connection;
}

static void
interrupt_connection (gpointer data)
{
  sqlite3_interrupt (((Connection *) data)->db);
}

static gboolean
begin (gpointer data, GError **error)
{
  return run_script (data, ((Connection *) data)->mode == BW_DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN",
                     error);
}

static gboolean
commit (gpointer data, GError **error)
{
  return run_script (data, "COMMIT", error);
}

static gboolean
rollback (gpointer data, GError **error)
{
  return run_script (data, "ROLLBACK", error);
}

static gboolean
in_transaction (gpointer data)
{
  return !sqlite3_get_autocommit (((Connection *) data)->db);
}

static gboolean
ask_int (Connection *connection, const char *sql, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok = sqlite3_prepare_v2 (connection->db, sql, -1, &statement, NULL) == SQLITE_OK
                && sqlite3_step (statement) == SQLITE_ROW;

  if (ok)
    *value = sqlite3_column_int64 (statement, 0);
  else
    set_error (error, connection->db, sql);
  sqlite3_finalize (statement);
  return ok;
}

static gboolean
has_table (gpointer data, const char *table, gboolean *has, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '%s'", table);
  gint64 n = 0;

  if (!ask_int (data, sql, &n, error))
    return FALSE;
  *has = n > 0;
  return TRUE;
}

/* https://sqlite.org/pragma.html#pragma_data_version: another value after each foreign commit. */
static gboolean
changed_elsewhere (gpointer data, gboolean *changed, GError **error)
{
  Connection *connection = data;
  const char *sql = "PRAGMA data_version";
  gint64 before = connection->version;
  gboolean ok;

  ok =
      (connection->ask_version != NULL
       || sqlite3_prepare_v2 (connection->db, sql, -1, &connection->ask_version, NULL) == SQLITE_OK)
      && sqlite3_step (connection->ask_version) == SQLITE_ROW;
  if (ok)
    connection->version = sqlite3_column_int64 (connection->ask_version, 0);
  else
    set_error (error, connection->db, sql);
  sqlite3_reset (connection->ask_version);
  *changed = connection->version != before;
  return ok;
}

static gboolean
check (gpointer data, GError **error)
{
  Connection *connection = data;
  sqlite3_stmt *statement = NULL;
  const char *sql = "PRAGMA integrity_check(1)";
  /* Up to 3.46 at least, the check trusts what the connection last knew of a text index, and finds
   * it damaged if others wrote to it since. A query learns it anew. */
  const char *refresh = "SELECT COUNT(*) FROM job_text WHERE job_text MATCH 'a';"
                        "SELECT COUNT(*) FROM action_text WHERE action_text MATCH 'a'";
  const char *answer = NULL;
  gboolean ok = FALSE;

  if (sqlite3_exec (connection->db, refresh, NULL, NULL, NULL) == SQLITE_OK
      && sqlite3_prepare_v2 (connection->db, sql, -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    {
      answer = (const char *) sqlite3_column_text (statement, 0);
      ok = g_strcmp0 (answer, "ok") == 0;
      if (!ok)
        bw_set_error (error, BW_ERROR_INTERNAL,
                      "The store's file is damaged: %s. Restore a backup.", answer);
    }
  else
    set_error (error, connection->db, sql);
  sqlite3_finalize (statement);
  return ok;
}

static gpointer
prepare (gpointer data, const char *sql, GError **error)
{
  Connection *connection = data;
  Statement *self;
  sqlite3_stmt *statement = NULL;
  char name[8];
  int index;

  if (sqlite3_prepare_v3 (connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    {
      set_error (error, connection->db, sql);
      return NULL;
    }
  self = g_new0 (Statement, 1);
  self->statement = statement;
  self->db = connection->db;
  self->n_parameters = (guint) sqlite3_bind_parameter_count (statement);
  g_assert (self->n_parameters <= MAX_PARAMETERS);
  for (guint i = 0; i < self->n_parameters; i++)
    {
      g_snprintf (name, sizeof name, "$%u", i + 1);
      index = sqlite3_bind_parameter_index (statement, name);
      if (index == 0)
        g_error ("“%s” has no %s", sql, name);
      self->index[i] = (guint8) index;
    }
  return self;
}

static void
finalize (gpointer data)
{
  Statement *self = data;

  sqlite3_finalize (self->statement);
  g_free (self);
}

static guint
n_parameters (gpointer data)
{
  return ((Statement *) data)->n_parameters;
}

static void
bind_null (gpointer data, guint parameter, char type)
{
  Statement *self = data;

  sqlite3_bind_null (self->statement, self->index[parameter]);
}

static void
bind_int (gpointer data, guint parameter, gint64 value)
{
  Statement *self = data;

  sqlite3_bind_int64 (self->statement, self->index[parameter], value);
}

static void
bind_double (gpointer data, guint parameter, double value)
{
  Statement *self = data;

  sqlite3_bind_double (self->statement, self->index[parameter], value);
}

static void
bind_text (gpointer data, guint parameter, const char *value, gboolean keep)
{
  Statement *self = data;

  sqlite3_bind_text (self->statement, self->index[parameter], value, -1,
                     keep ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

static void
bind_bytes (gpointer data, guint parameter, gconstpointer value, gsize length, gboolean keep)
{
  Statement *self = data;

  sqlite3_bind_blob64 (self->statement, self->index[parameter], value, length,
                       keep ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

static BwStep
step (gpointer data, GError **error)
{
  Statement *self = data;

  switch (sqlite3_step (self->statement))
    {
    case SQLITE_ROW:
      return BW_STEP_ROW;
    case SQLITE_DONE:
      return BW_STEP_DONE;
    default:
      set_error (error, self->db, sqlite3_sql (self->statement));
      return BW_STEP_ERROR;
    }
}

static gboolean
execute (gpointer data, GError **error)
{
  return step (data, error) != BW_STEP_ERROR;
}

static void
reset (gpointer data)
{
  sqlite3_reset (((Statement *) data)->statement);
}

static gint64
n_changed (gpointer data)
{
  return sqlite3_changes64 (((Statement *) data)->db);
}

static gint64
column_int (gpointer data, guint column)
{
  return sqlite3_column_int64 (((Statement *) data)->statement, (int) column);
}

static double
column_double (gpointer data, guint column)
{
  return sqlite3_column_double (((Statement *) data)->statement, (int) column);
}

static const char *
column_text (gpointer data, guint column)
{
  return (const char *) sqlite3_column_text (((Statement *) data)->statement, (int) column);
}

static gconstpointer
column_bytes (gpointer data, guint column, gsize *length)
{
  sqlite3_stmt *statement = ((Statement *) data)->statement;
  gconstpointer value = sqlite3_column_blob (statement, (int) column);

  *length = (gsize) sqlite3_column_bytes (statement, (int) column);
  return value;
}

static gboolean
column_is_null (gpointer data, guint column)
{
  return sqlite3_column_type (((Statement *) data)->statement, (int) column) == SQLITE_NULL;
}

#define SEARCH "SELECT rowid FROM job_text WHERE job_text MATCH $1 AND rowid >= $2 AND rowid < $3 "

#define SEARCH_AUDIT                                                                               \
  "SELECT rowid FROM action_text WHERE action_text MATCH $1 AND rowid >= $2 AND rowid < $3 "       \
  "ORDER BY rowid DESC LIMIT $4"

#define LIST_COLUMNS                                                                               \
  "SELECT t.name, c.name, c.type, c.pk FROM pragma_table_list t, pragma_table_info(t.name) c"      \
  " WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'"                    \
  " ORDER BY t.name, c.cid"
#define LIST_INDEXES                                                                               \
  "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
#define LIST_DROPS                                                                                 \
  "SELECT 'DROP TABLE ' || name FROM pragma_table_list WHERE schema = 'main'"                      \
  " AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite%'"

static const BwDriverWord words[] = {
  { "bytes", "BLOB" },
  { "clustered", "WITHOUT ROWID" },
  { "text", "TEXT" },
  { NULL, NULL },
};

const BwDriver bw_driver_sqlite = {
  .name = "sqlite",
  .prefix = "sqlite:",
  .words = words,
  .search_add = "INSERT INTO job_text (rowid, scope, text) VALUES ($1, $2, $3)",
  .search_remove = "DELETE FROM job_text WHERE rowid = $1",
  .search_oldest = SEARCH "ORDER BY rowid",
  .search_newest = SEARCH "ORDER BY rowid DESC",
  .audit_add = "INSERT INTO action_text (rowid, scope, text) VALUES ($1, $2, $3)",
  .audit_forget = "DELETE FROM action_text WHERE rowid BETWEEN $1 AND $2",
  .audit_newest = SEARCH_AUDIT,
  .audit_count = "SELECT COUNT(*) FROM (" SEARCH_AUDIT ")",
  .list_columns = LIST_COLUMNS,
  .list_indexes = LIST_INDEXES,
  .list_drops = LIST_DROPS,
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
  .prepare = prepare,
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

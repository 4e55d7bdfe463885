/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pq.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "bw-error.h"
#include "bw-pq-connect.h"
#include "bw-pq-error.h"

/* Answers are read when so many are owed, so that neither side's buffers fill up. */
#define MAX_OWED 256
/* A database that takes longer for one answer is as good as lost. Migrations may take their time.
 */
#define ANSWER_MS 60000
/* Held by the transaction of whoever writes, on any node. The number says "batchwrk" in ASCII. */
#define SQL_LOCK "SELECT pg_advisory_xact_lock(7089057339829186155)"

/* Others commit within a second, or are found dead before this. */
#define SESSION_WRITE "SET lock_timeout = '50s';"

/* Something that was sent, and what answers it: a result and an end, or for a sync just itself. */
typedef struct
{
  GRefString *sql; /* NULL: a sync */
} Owed;

struct _BwPq
{
  PGconn *conn;
  char *uri;
  BwDbMode mode;
  GMutex lock;   /* of conn's being exchanged, against bw_pq_interrupt() */
  guint session; /* how many connections were made: statements belong to one */
  guint n_names;
  GQueue owed; /* of Owed */
  GError *failure;
  gboolean in_transaction;
  gboolean is_lost;
};

static void
owed_free (gpointer data)
{
  Owed *owed = data;

  g_clear_pointer (&owed->sql, g_ref_string_release);
  g_free (owed);
}

/* What the connection said last goes before what comes of it. */
static gboolean
lose (BwPq *self, const char *reason, GError **error)
{
  self->is_lost = TRUE;
  self->in_transaction = FALSE;
  g_queue_clear_full (&self->owed, owed_free);
  bw_pq_error_set_lost (error, reason != NULL ? reason : PQerrorMessage (self->conn));
  return FALSE;
}

static gboolean
wait_for_answer (BwPq *self, gboolean is_patient, GError **error)
{
  struct pollfd descriptor = { .fd = PQsocket (self->conn), .events = POLLIN };
  int unsent = PQflush (self->conn);
  int n;

  if (unsent < 0)
    return lose (self, NULL, error);
  if (unsent > 0)
    descriptor.events |= POLLOUT;
  do
    n = poll (&descriptor, 1, is_patient ? -1 : ANSWER_MS);
  while (n < 0 && errno == EINTR);
  if (n == 0)
    return lose (self, "it did not answer within a minute", error);
  if (n < 0 || PQconsumeInput (self->conn) == 0)
    return lose (self, NULL, error);
  return TRUE;
}

/* Returns FALSE when the connection was lost; *result is NULL at the end of an answer. */
static gboolean
read_result (BwPq *self, PGresult **result, GError **error)
{
  while (PQisBusy (self->conn))
    if (!wait_for_answer (self, FALSE, error))
      return FALSE;
  *result = PQgetResult (self->conn);
  return TRUE;
}

/* The first failure of a transaction is what all that comes after it fails with. */
static gboolean
fail (BwPq *self, const PGresult *result, const char *sql, GError **error)
{
  if (PQstatus (self->conn) != CONNECTION_OK || bw_pq_error_is_of_session (result))
    return lose (self, PQresultErrorMessage (result), error);
  if (self->failure == NULL)
    bw_pq_error_set (&self->failure, result, sql);
  return TRUE;
}

/* Reads the answer to what was sent first; a result with rows, or the last one, is handed out. */
static gboolean
read_answer (BwPq *self, PGresult **kept, GError **error)
{
  Owed *owed = g_queue_peek_head (&self->owed);
  g_autoptr (PGresult) result = NULL;
  PGresult *end = NULL;

  g_clear_pointer (kept, PQclear);
  if (!read_result (self, &result, error))
    return FALSE;
  if (result == NULL)
    return lose (self, "it answered what was not asked", error);
  switch (PQresultStatus (result))
    {
    case PGRES_FATAL_ERROR:
      if (!fail (self, result, owed->sql != NULL ? owed->sql : "", error))
        return FALSE;
      break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
      *kept = g_steal_pointer (&result);
      break;
    default:
      break;
    }
  if (owed->sql != NULL && !read_result (self, &end, error))
    return FALSE;
  PQclear (end);
  owed_free (g_queue_pop_head (&self->owed));
  return TRUE;
}

static gboolean
owe (BwPq *self, GRefString *sql)
{
  Owed *owed = g_new0 (Owed, 1);

  owed->sql = sql != NULL ? g_ref_string_acquire (sql) : NULL;
  g_queue_push_tail (&self->owed, owed);
  return TRUE;
}

static gboolean
check (BwPq *self, GError **error)
{
  if (self->is_lost)
    {
      bw_pq_error_set_lost (error, NULL);
      return FALSE;
    }
  if (self->failure == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->failure);
  return FALSE;
}

/* Tells the server that an answer is wanted now, and reads all that it owes. */
static gboolean
settle (BwPq *self, PGresult **last, GError **error)
{
  g_autoptr (PGresult) kept = NULL;
  g_autoptr (PGresult) result = NULL;

  if (self->is_lost)
    return check (self, error);
  if (!PQpipelineSync (self->conn) || !owe (self, NULL))
    return lose (self, NULL, error);
  while (!g_queue_is_empty (&self->owed))
    {
      if (!read_answer (self, &result, error))
        return FALSE;
      if (result != NULL)
        {
          g_clear_pointer (&kept, PQclear);
          kept = g_steal_pointer (&result);
        }
    }
  if (!check (self, error))
    return FALSE;
  if (last != NULL)
    *last = g_steal_pointer (&kept);
  return TRUE;
}

/* Before something is sent, since its own answer is for whoever sends it. */
static gboolean
is_ready (BwPq *self, GError **error)
{
  return check (self, error)
         && (g_queue_get_length (&self->owed) < MAX_OWED || settle (self, NULL, error));
}

static gboolean
sent (BwPq *self, int ok, GRefString *sql, GError **error)
{
  if (!ok)
    return lose (self, NULL, error);
  return owe (self, sql);
}

static gboolean
send_word (BwPq *self, const char *word, GError **error)
{
  g_autoptr (GRefString) sql = g_ref_string_new_intern (word);

  return sent (self, PQsendQueryParams (self->conn, word, 0, NULL, NULL, NULL, NULL, 0), sql,
               error);
}

static gboolean
connect_anew (BwPq *self, GError **error)
{
  PGconn *conn = bw_pq_connect (self->uri, self->mode == BW_DB_WRITE ? SESSION_WRITE : "", error);

  if (conn == NULL)
    return FALSE;
  PQsetnonblocking (conn, 1);
  PQenterPipelineMode (conn);

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->conn, PQfinish);
  self->conn = conn;
  g_mutex_unlock (&self->lock);
  self->session++;
  self->is_lost = FALSE;
  g_clear_error (&self->failure);
  return TRUE;
}

/**
 * bw_pq_new:
 * @uri: "postgresql://…", as libpq reads it
 * @mode: whether it writes
 * @error: (out) (optional): what went wrong
 *
 * Connects.
 *
 * Returns: (transfer full) (nullable): the connection, for one thread at a time
 */
BwPq *
bw_pq_new (const char *uri, BwDbMode mode, GError **error)
{
  g_autoptr (BwPq) self = g_new0 (BwPq, 1);

  self->uri = g_strdup (uri);
  self->mode = mode;
  g_mutex_init (&self->lock);
  g_queue_init (&self->owed);
  return connect_anew (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * bw_pq_free:
 * @self: (transfer full): a connection
 *
 * Closes it. An open transaction is rolled back.
 */
void
bw_pq_free (BwPq *self)
{
  g_queue_clear_full (&self->owed, owed_free);
  g_clear_pointer (&self->conn, PQfinish);
  g_clear_error (&self->failure);
  g_mutex_clear (&self->lock);
  g_free (self->uri);
  g_free (self);
}

/* Between two transactions that is the last answer, or that the server has closed the connection.
 */
static gboolean
has_input (BwPq *self)
{
  struct pollfd descriptor = { .fd = PQsocket (self->conn), .events = POLLIN };

  return poll (&descriptor, 1, 0) > 0;
}

/**
 * bw_pq_begin:
 * @self: a connection
 * @error: (out) (optional): what went wrong
 *
 * Begins a transaction, on a new connection if the last one was lost. One for writing then waits
 * its turn: of all nodes, one writes at a time, and the lock is given back only when what was
 * committed can be seen by the next. So revisions follow the order of the commits over all nodes.
 *
 * Returns: whether it began
 */
gboolean
bw_pq_begin (BwPq *self, GError **error)
{
  while (!self->is_lost && has_input (self))
    if (PQconsumeInput (self->conn) == 0)
      lose (self, NULL, NULL);
  if (self->is_lost && !connect_anew (self, error))
    return FALSE;
  if (self->mode == BW_DB_READ)
    self->in_transaction =
        send_word (self, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
  else
    self->in_transaction = send_word (self, "BEGIN", error) && send_word (self, SQL_LOCK, error);
  return self->in_transaction;
}

/**
 * bw_pq_commit:
 * @self: a connection in a transaction
 * @error: (out) (optional): what went wrong, now or with anything sent before
 *
 * Commits, and waits until it is durable.
 *
 * Returns: whether it was committed. After a loss of the connection nobody knows
 */
gboolean
bw_pq_commit (BwPq *self, GError **error)
{
  g_autoptr (PGresult) result = NULL;

  if (!check (self, error) || !send_word (self, "COMMIT", error) || !settle (self, &result, error))
    return FALSE;
  self->in_transaction = FALSE;
  if (result != NULL && strcmp (PQcmdStatus (result), "COMMIT") == 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_INTERNAL, "The database took a change back: %s.",
                result != NULL ? PQcmdStatus (result) : "it gave no reason");
  return FALSE;
}

/**
 * bw_pq_rollback:
 * @self: a connection in a transaction
 * @error: (out) (optional): what went wrong
 *
 * Takes a transaction back, without waiting for the database to have done it.
 *
 * Returns: whether it was sent
 */
gboolean
bw_pq_rollback (BwPq *self, GError **error)
{
  gboolean ok;

  self->in_transaction = FALSE;
  if (self->is_lost)
    return TRUE;
  /* After a failure the server skips everything up to the next sync. */
  if (self->failure != NULL || !g_queue_is_empty (&self->owed))
    {
      settle (self, NULL, NULL);
      g_clear_error (&self->failure);
    }
  if (self->is_lost)
    return TRUE;
  ok = send_word (self, "ROLLBACK", error) && PQpipelineSync (self->conn) && owe (self, NULL);
  return ok && PQflush (self->conn) >= 0 ? TRUE : lose (self, NULL, error);
}

/**
 * bw_pq_in_transaction:
 * @self: a connection
 *
 * Returns: whether a transaction is open
 */
gboolean
bw_pq_in_transaction (BwPq *self)
{
  return self->in_transaction;
}

/**
 * bw_pq_get_mode:
 * @self: a connection
 *
 * Returns: whether it writes
 */
BwDbMode
bw_pq_get_mode (BwPq *self)
{
  return self->mode;
}

/**
 * bw_pq_get_session:
 * @self: a connection
 *
 * Returns: a number that is another one after the connection was made anew, and all that the server
 *   knew of the one before was forgotten
 */
guint
bw_pq_get_session (BwPq *self)
{
  return self->session;
}

/**
 * bw_pq_next_name:
 * @self: a connection
 *
 * Returns: a number that no statement was named by yet
 */
guint
bw_pq_next_name (BwPq *self)
{
  return ++self->n_names;
}

/**
 * bw_pq_script:
 * @self: a connection
 * @script: statements, each ended by a semicolon
 * @error: (out) (optional): what went wrong
 *
 * Runs many statements, and waits for them however long they take.
 *
 * Returns: whether all succeeded
 */
gboolean
bw_pq_script (BwPq *self, const char *script, GError **error)
{
  gboolean ok;

  if (!settle (self, NULL, error))
    return FALSE;
  PQexitPipelineMode (self->conn);
  PQsetnonblocking (self->conn, 0);
  ok = bw_pq_run (self->conn, script, error);
  PQsetnonblocking (self->conn, 1);
  PQenterPipelineMode (self->conn);
  if (PQstatus (self->conn) != CONNECTION_OK)
    lose (self, NULL, NULL);
  return ok;
}

/**
 * bw_pq_interrupt:
 * @self: a connection, also one that another thread is using
 *
 * Makes the statement that runs on it fail soon.
 */
void
bw_pq_interrupt (BwPq *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  PGcancelConn *cancel = PQcancelCreate (self->conn);

  if (!PQcancelBlocking (cancel))
    g_message ("A query could not be stopped: %s", PQcancelErrorMessage (cancel));
  PQcancelFinish (cancel);
}

/**
 * bw_pq_send_prepare:
 * @self: a connection in a transaction
 * @name: the statement's name
 * @sql: its text
 * @parameters: its parameters, of which the types are looked at
 * @error: (out) (optional): what went wrong, now or with anything sent before
 *
 * Has the server prepare a statement.
 *
 * Returns: whether it was sent
 */
gboolean
bw_pq_send_prepare (BwPq *self,
                    const char *name,
                    GRefString *sql,
                    const BwPqParameters *parameters,
                    GError **error)
{
  return is_ready (self, error)
         && sent (self, PQsendPrepare (self->conn, name, sql, parameters->n, parameters->types),
                  sql, error);
}

/**
 * bw_pq_send:
 * @self: a connection in a transaction
 * @name: a prepared statement's name
 * @sql: its text, for messages
 * @parameters: its parameters; copied
 * @error: (out) (optional): what went wrong, now or with anything sent before
 *
 * Has the server run a statement.
 *
 * Returns: whether it was sent
 */
gboolean
bw_pq_send (BwPq *self,
            const char *name,
            GRefString *sql,
            const BwPqParameters *parameters,
            GError **error)
{
  return is_ready (self, error)
         && sent (self,
                  PQsendQueryPrepared (self->conn, name, parameters->n, parameters->values,
                                       parameters->lengths, parameters->formats, 0),
                  sql, error);
}

/**
 * bw_pq_send_sql:
 * @self: a connection in a transaction
 * @sql: one statement
 * @parameters: its parameters; copied
 * @error: (out) (optional): what went wrong, now or with anything sent before
 *
 * Has the server run a statement that is not prepared.
 *
 * Returns: whether it was sent
 */
gboolean
bw_pq_send_sql (BwPq *self, GRefString *sql, const BwPqParameters *parameters, GError **error)
{
  return is_ready (self, error)
         && sent (self,
                  PQsendQueryParams (self->conn, sql, parameters->n, parameters->types,
                                     parameters->values, parameters->lengths, parameters->formats,
                                     0),
                  sql, error);
}

/**
 * bw_pq_send_close:
 * @self: a connection
 * @name: a prepared statement's name
 *
 * Has the server forget a statement.
 *
 * Returns: whether it was sent
 */
gboolean
bw_pq_send_close (BwPq *self, const char *name)
{
  g_autoptr (GRefString) sql = g_ref_string_new_intern ("close");

  return !self->is_lost && self->failure == NULL
         && sent (self, PQsendClosePrepared (self->conn, name), sql, NULL);
}

/**
 * bw_pq_receive:
 * @self: a connection
 * @error: (out) (optional): what went wrong, with anything sent before
 *
 * Waits for the answers to everything sent.
 *
 * Returns: (transfer full) (nullable): the answer to what was sent last
 */
PGresult *
bw_pq_receive (BwPq *self, GError **error)
{
  PGresult *result = NULL;

  return settle (self, &result, error) ? result : NULL;
}

/**
 * bw_pq_ask:
 * @self: a connection in a transaction
 * @sql: a query for one row of numbers
 * @values: (out) (array length=n_values): the row
 * @n_values: how many columns it has
 * @error: (out) (optional): what went wrong, now or with anything sent before
 *
 * Asks for numbers.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_pq_ask (BwPq *self, const char *sql, gint64 *values, int n_values, GError **error)
{
  const BwPqParameters none = { 0 };
  g_autoptr (GRefString) text = g_ref_string_new (sql);
  g_autoptr (PGresult) result = NULL;

  if (!bw_pq_send_sql (self, text, &none, error))
    return FALSE;
  result = bw_pq_receive (self, error);
  if (result == NULL)
    return FALSE;
  for (int i = 0; i < n_values; i++)
    values[i] = g_ascii_strtoll (PQgetvalue (result, 0, i), NULL, 10);
  return TRUE;
}

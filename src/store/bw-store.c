/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-migrate.h"
#include "bw-nodes.h"
#include "bw-tx-private.h"
#include "bw-writer.h"

/* More readers than processors help while some wait for the disk; each costs its cache. */
#define MIN_READERS 4
#define MAX_READERS 16

struct _BwStore
{
  char *uri;
  BwClock *clock;
  BwDb *db; /* the writer's */
  BwTx *tx;
  BwWriter *writer;
  BwCube *cube;
  BwFinishCube *finish_cube;
  BwNodes *nodes; /* NULL: there are no others */

  /* Idle readers lie in the slots; atomic, so that taking one needs no lock. */
  BwDb *readers[MAX_READERS];
  guint n_readers;
  guint n_opened; /* atomic */
  GMutex lock;
  GCond reader_given;
};

typedef struct
{
  BwNodes *nodes;
  const BwStoreListener *listener;
  gpointer user_data;
} SetListener;

static void
set_listener (BwTx *tx, gpointer data)
{
  const SetListener *set = data;

  if (set->nodes != NULL)
    bw_tx_set_listener (tx, bw_nodes_set_listener (set->nodes, set->listener, set->user_data),
                        set->nodes);
  else
    bw_tx_set_listener (tx, set->listener, set->user_data);
}

static void
set_nodes (BwTx *tx, gpointer data)
{
  bw_tx_set_watch (tx, data != NULL ? bw_nodes_get_watch (data) : NULL);
}

static void
set_clock (BwTx *tx, gpointer data)
{
  gpointer *pair = data;

  bw_clock_set_source (pair[0], pair[1]);
}

/* The clock may have been ahead when the leases were given. */
static gboolean
shorten_leases (BwTx *tx, gpointer data, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE claim SET lease_until = $1 + lease WHERE lease_until > $1 + lease",
                     "t", bw_tx_now (tx));
}

static BwDb *
find_idle_reader (BwStore *self)
{
  for (guint i = 0; i < self->n_readers; i++)
    {
      BwDb *db = g_atomic_pointer_exchange (&self->readers[i], NULL);

      if (db != NULL)
        return db;
    }
  return NULL;
}

static BwDb *
take_reader (BwStore *self, GError **error)
{
  BwDb *db = find_idle_reader (self);

  if (db != NULL)
    return db;
  if (__atomic_fetch_add (&self->n_opened, 1, __ATOMIC_SEQ_CST) < self->n_readers)
    {
      db = bw_db_open (self->uri, BW_DB_READ, error);
      if (db == NULL)
        __atomic_fetch_sub (&self->n_opened, 1, __ATOMIC_SEQ_CST);
      return db;
    }
  __atomic_fetch_sub (&self->n_opened, 1, __ATOMIC_SEQ_CST);
  g_mutex_lock (&self->lock);
  while ((db = find_idle_reader (self)) == NULL)
    g_cond_wait (&self->reader_given, &self->lock);
  g_mutex_unlock (&self->lock);
  return db;
}

static void
give_reader (BwStore *self, BwDb *db)
{
  for (guint i = 0; i < self->n_readers; i++)
    if (g_atomic_pointer_compare_and_exchange (&self->readers[i], NULL, db))
      {
        g_mutex_lock (&self->lock);
        g_cond_signal (&self->reader_given);
        g_mutex_unlock (&self->lock);
        return;
      }
  g_assert_not_reached ();
}

/**
 * bw_store_open:
 * @uri: where the store is, "sqlite:PATH", made when it is not there, or
 * "postgresql://HOST/DATABASE", which other servers may have open as well
 * @error: (out) (optional): what went wrong
 *
 * Opens a store and brings it to the newest schema.
 *
 * Returns: (transfer full) (nullable): the store
 */
BwStore *
bw_store_open (const char *uri, GError **error)
{
  g_autoptr (BwDb) db = NULL;
  BwStore *self;

  g_return_val_if_fail (uri != NULL, NULL);

  db = bw_db_open (uri, BW_DB_WRITE, error);
  if (db == NULL || !bw_migrate (db, uri, error))
    return NULL;

  self = g_new0 (BwStore, 1);
  self->uri = g_strdup (uri);
  self->clock = bw_clock_new ();
  self->db = g_steal_pointer (&db);
  self->tx = bw_tx_new (self->db, self->clock);
  bw_tx_guard_schema (self->tx);
  self->cube = bw_cube_new ();
  self->finish_cube = bw_finish_cube_new ();
  self->n_readers = CLAMP (g_get_num_processors () + 2, MIN_READERS, MAX_READERS);
  g_mutex_init (&self->lock);
  g_cond_init (&self->reader_given);
  self->writer = bw_writer_new (self->tx);
  if (!bw_nodes_new (uri, self->db, &self->nodes, error)
      || !bw_store_write (self, shorten_leases, NULL, error))
    {
      bw_store_close (self);
      return NULL;
    }
  bw_writer_control (self->writer, set_nodes, self->nodes);
  return self;
}

/**
 * bw_store_close:
 * @self: (transfer full): a store that no other thread uses
 *
 * Closes a store.
 */
void
bw_store_close (BwStore *self)
{
  g_return_if_fail (self != NULL);

  bw_writer_free (self->writer);
  g_clear_pointer (&self->nodes, bw_nodes_free);
  for (guint i = 0; i < self->n_readers; i++)
    g_clear_pointer (&self->readers[i], bw_db_close);
  bw_tx_free (self->tx);
  bw_db_close (self->db);
  bw_cube_free (self->cube);
  bw_finish_cube_free (self->finish_cube);
  bw_clock_free (self->clock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->reader_given);
  g_free (self->uri);
  g_free (self);
}

/**
 * bw_store_check_schema:
 * @self: a store
 * @error: (out) (optional): %BW_ERROR_CONFLICT if it may not, or what went wrong
 *
 * Looks whether this program may go on using the store, which a newer one may have brought to
 * another schema. Writes are refused by themselves then; reads may fail in odd ways.
 *
 * Returns: whether it may
 */
gboolean
bw_store_check_schema (BwStore *self, GError **error)
{
  g_auto (BwReader) reader = bw_reader_begin (self, error);

  return reader.db != NULL && bw_migrate_check (reader.db, error);
}

/**
 * bw_store_set_listener:
 * @self: a store
 * @listener: (nullable): who is told of commits; %NULL for nobody
 * @user_data: what to give it
 *
 * Changes who is told of commits. When it returns, the one before is told nothing any more. Not to
 * be called by a listener.
 */
void
bw_store_set_listener (BwStore *self, const BwStoreListener *listener, gpointer user_data)
{
  SetListener set = { self->nodes, listener, user_data };

  bw_writer_control (self->writer, set_listener, &set);
}

/**
 * bw_store_get_rights_serial:
 * @self: a store
 *
 * Returns: a number that grows with every change of anybody's rights, so that what is known of them
 *   can be kept for as long as it stays. While a change is being committed it is odd: what is read
 *   then holds for the moment, and must not be kept
 */
guint64
bw_store_get_rights_serial (BwStore *self)
{
  guint64 serial = bw_tx_get_rights_serial (self->tx);

  return self->nodes != NULL ? bw_nodes_add_rights_serial (self->nodes, serial) : serial;
}

/**
 * bw_store_write:
 * @self: a store
 * @func: what to do, on the writer's thread
 * @data: what to give it
 * @error: (out) (optional): what went wrong; nothing is kept then
 *
 * Runs a write and waits until it is durable.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_write (BwStore *self, BwWriteFunc func, gpointer data, GError **error)
{
  guint64 serial = bw_tx_get_rights_serial (self->tx);

  if (!bw_writer_write (self->writer, func, data, error))
    return FALSE;
  if (self->nodes != NULL && bw_tx_get_rights_serial (self->tx) != serial)
    bw_nodes_tell_rights (self->nodes);
  return TRUE;
}

/**
 * bw_store_begin_read:
 * @self: a store
 * @error: (out) (optional): what went wrong
 *
 * Takes a connection of the pool, waits for one when all are taken, and begins a transaction in
 * which all queries see one moment. Give it back with bw_store_end_read(). A thread that has one
 * must not take another.
 *
 * Returns: (transfer full) (nullable): a connection
 */
BwDb *
bw_store_begin_read (BwStore *self, GError **error)
{
  BwDb *db = take_reader (self, error);

  if (db == NULL || bw_db_begin (db, error))
    return db;
  give_reader (self, db);
  return NULL;
}

/**
 * bw_store_end_read:
 * @self: a store
 * @db: (transfer full): a connection from bw_store_begin_read()
 *
 * Ends the transaction and gives the connection back.
 */
void
bw_store_end_read (BwStore *self, BwDb *db)
{
  bw_db_rollback (db);
  give_reader (self, db);
}

/**
 * bw_store_now:
 * @self: a store
 *
 * Returns: the present moment by the clock that decides about leases and what is due; it never goes
 *   back
 */
BwTime
bw_store_now (BwStore *self)
{
  return bw_clock_now (self->clock);
}

/**
 * bw_store_set_clock:
 * @self: a store that no other thread reads meanwhile
 * @source: where the time comes from
 *
 * Gives the store another clock, for tests.
 */
void
bw_store_set_clock (BwStore *self, const BwClockSource *source)
{
  gpointer pair[] = { self->clock, (gpointer) source };

  bw_writer_control (self->writer, set_clock, pair);
}

/**
 * bw_store_get_cube:
 * @self: a store
 *
 * Returns: (transfer none): the counters that readers keep in memory
 */
BwCube *
bw_store_get_cube (BwStore *self)
{
  return self->cube;
}

/**
 * bw_store_get_finish_cube:
 * @self: a store
 *
 * Returns: (transfer none): what ended, as far as readers keep it in memory
 */
BwFinishCube *
bw_store_get_finish_cube (BwStore *self)
{
  return self->finish_cube;
}

/**
 * bw_store_get_commits:
 * @self: a store
 * @commits: (out): what the writer did since the store was opened
 *
 * Tells how writes are gathered into commits, and how long those take. From any thread.
 */
void
bw_store_get_commits (BwStore *self, BwCommits *commits)
{
  bw_writer_get_commits (self->writer, commits);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-migrate.h"
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

  /* Idle readers lie in the slots; atomic, so that taking one needs no lock. */
  BwDb *readers[MAX_READERS];
  guint n_readers;
  guint n_opened; /* atomic */
  GMutex lock;
  GCond reader_given;
};

typedef struct
{
  const BwStoreListener *listener;
  gpointer user_data;
} SetListener;

static void
set_listener (BwTx *tx, gpointer data)
{
  const SetListener *set = data;

  bw_tx_set_listener (tx, set->listener, set->user_data);
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
 * @uri: where the store is, "sqlite:PATH"; it is made when it is not there
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
  self->cube = bw_cube_new ();
  self->finish_cube = bw_finish_cube_new ();
  self->n_readers = CLAMP (g_get_num_processors () + 2, MIN_READERS, MAX_READERS);
  g_mutex_init (&self->lock);
  g_cond_init (&self->reader_given);
  self->writer = bw_writer_new (self->tx);
  if (!bw_store_write (self, shorten_leases, NULL, error))
    g_clear_pointer (&self, bw_store_close);
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
  SetListener set = { listener, user_data };

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
  return bw_tx_get_rights_serial (self->tx);
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
  return bw_writer_write (self->writer, func, data, error);
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

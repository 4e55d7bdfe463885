/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-workers.h"

#include <string.h>

#define WRITTEN_EVERY (10 * BW_TIME_SECOND)
/* A worker has a poll of its own for each type, each of which waits at the server for a minute at
 * most. */
#define ASKED_FOR (5 * BW_TIME_MINUTE)
/* More than this is somebody who makes up names; they are forgotten and cost a write each. */
#define MAX_KNOWN 10000

typedef struct
{
  BwWorkerKey key;
  GHashTable *types; /* char * → BwTime *: when it last asked for it */
  BwTime written_at;
  gboolean is_due;       /* and therefore among those due */
  gboolean is_seen_anew; /* what is known of it is to be written, not only its attempts */
  gint64 finished;       /* attempts, since the last commit */
  gint64 failed;
} Worker;

/** An attempt that ended in the running write. */
typedef struct
{
  Worker *worker;
  gboolean has_failed;
} End;

struct _BwWorkers
{
  GHashTable *known; /* of Worker */
  GPtrArray *due;    /* of Worker: to be written with the commit */
  GArray *ends;      /* of End: the running write's */
};

static guint
key_hash (gconstpointer data)
{
  const BwWorkerKey *key = data;

  return g_str_hash (key->name) ^ (guint) (key->account * 1009) ^ (guint) (key->business * 100003);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const BwWorkerKey *one = a;
  const BwWorkerKey *other = b;

  return one->business == other->business && one->account == other->account
         && g_str_equal (one->name, other->name);
}

static void
worker_free (gpointer data)
{
  Worker *worker = data;

  g_hash_table_unref (worker->types);
  g_free ((char *) worker->key.name);
  g_free (worker);
}

static Worker *
get_worker (BwWorkers *self, const BwWorkerKey *key)
{
  Worker *worker = g_hash_table_lookup (self->known, key);

  if (worker != NULL)
    return worker;
  worker = g_new0 (Worker, 1);
  worker->key = *key;
  worker->key.name = g_strdup (key->name);
  worker->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  worker->written_at = BW_TIME_NONE;
  g_hash_table_insert (self->known, &worker->key, worker);
  return worker;
}

static void
make_due (BwWorkers *self, Worker *worker)
{
  if (worker->is_due)
    return;
  worker->is_due = TRUE;
  g_ptr_array_add (self->due, worker);
}

static void
ask (BwWorkers *self, Worker *worker, const char *type, BwTime now)
{
  BwTime *asked_at = g_hash_table_lookup (worker->types, type);

  if (asked_at != NULL)
    {
      *asked_at = now;
      return;
    }
  g_hash_table_insert (worker->types, g_strdup (type), g_memdup2 (&now, sizeof now));
  worker->is_seen_anew = TRUE;
  make_due (self, worker);
}

static gboolean
is_over (gpointer key, gpointer asked_at, gpointer now)
{
  return *(BwTime *) asked_at < *(BwTime *) now - ASKED_FOR;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
join_types (Worker *worker, BwTime now)
{
  g_autoptr (GPtrArray) types = NULL;

  g_hash_table_foreach_remove (worker->types, is_over, &now);
  if (g_hash_table_contains (worker->types, BW_WORKER_ANY_TYPE))
    return g_strdup (BW_WORKER_ANY_TYPE);
  types = g_hash_table_get_keys_as_ptr_array (worker->types);
  g_ptr_array_sort (types, compare_texts);
  g_ptr_array_add (types, NULL);
  return g_strjoinv (",", (char **) types->pdata);
}

/* Of one that only reported since the server began, the types that are stored are the best known.
 */
static gboolean
write_seen (Worker *worker, BwDb *db, BwTime now, GError **error)
{
  const BwWorkerKey *key = &worker->key;
  g_autofree char *types = join_types (worker, now);

  return bw_db_exec (
      db, error,
      "INSERT INTO worker (business, account, name, types, last_seen_at)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (business, account, name) DO UPDATE"
      " SET last_seen_at = excluded.last_seen_at,"
      " types = CASE WHEN excluded.types = '' THEN worker.types ELSE excluded.types END",
      "iisst", key->business, key->account, key->name, types, now);
}

static gboolean
write_attempts (const Worker *worker, BwDb *db, BwTime now, GError **error)
{
  const BwWorkerKey *key = &worker->key;

  return bw_db_exec (db, error,
                     "INSERT INTO worker_hour (business, account, name, hour, finished, failed)"
                     " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (business, account, name, hour)"
                     " DO UPDATE SET finished = worker_hour.finished + excluded.finished,"
                     " failed = worker_hour.failed + excluded.failed",
                     "iisiii", key->business, key->account, key->name, now / BW_TIME_HOUR,
                     worker->finished, worker->failed);
}

/**
 * bw_workers_new:
 *
 * Returns: (transfer full): no workers
 */
BwWorkers *
bw_workers_new (void)
{
  BwWorkers *self = g_new0 (BwWorkers, 1);

  self->known = g_hash_table_new_full (key_hash, key_equal, NULL, worker_free);
  self->due = g_ptr_array_new ();
  self->ends = g_array_new (FALSE, FALSE, sizeof (End));
  return self;
}

/**
 * bw_workers_free:
 * @self: (transfer full): workers
 *
 * Frees them.
 */
void
bw_workers_free (BwWorkers *self)
{
  g_ptr_array_unref (self->due);
  g_array_unref (self->ends);
  g_hash_table_unref (self->known);
  g_free (self);
}

/**
 * bw_workers_saw:
 * @self: workers
 * @key: one that was heard of
 * @now: the present moment
 *
 * Notes that a worker lives. It stays noted when the write is taken back: heard of it was.
 */
void
bw_workers_saw (BwWorkers *self, const BwWorkerKey *key, BwTime now)
{
  Worker *worker = get_worker (self, key);

  if (worker->written_at != BW_TIME_NONE && now < worker->written_at + WRITTEN_EVERY)
    return;
  worker->is_seen_anew = TRUE;
  make_due (self, worker);
}

/**
 * bw_workers_asked:
 * @self: workers
 * @key: one that asks for work
 * @types: (nullable): for jobs of which types; %NULL: of any
 * @now: the present moment
 *
 * Notes that a worker lives, and what it asked for. All that it asked for within five minutes
 * counts.
 */
void
bw_workers_asked (BwWorkers *self, const BwWorkerKey *key, const char *const *types, BwTime now)
{
  Worker *worker = get_worker (self, key);

  bw_workers_saw (self, key, now);
  if (types == NULL)
    ask (self, worker, BW_WORKER_ANY_TYPE, now);
  for (gsize i = 0; types != NULL && types[i] != NULL; i++)
    ask (self, worker, types[i], now);
}

/**
 * bw_workers_count:
 * @self: workers
 * @key: one of whose attempts ends in the running write
 * @has_failed: whether the attempt failed, or one of its items did
 *
 * Counts an attempt.
 */
void
bw_workers_count (BwWorkers *self, const BwWorkerKey *key, gboolean has_failed)
{
  const End end = { get_worker (self, key), has_failed };

  g_array_append_val (self->ends, end);
}

/**
 * bw_workers_keep:
 * @self: workers
 *
 * Keeps what the running write counted.
 */
void
bw_workers_keep (BwWorkers *self)
{
  for (guint i = 0; i < self->ends->len; i++)
    {
      const End *end = &g_array_index (self->ends, End, i);

      end->worker->finished++;
      end->worker->failed += end->has_failed ? 1 : 0;
      make_due (self, end->worker);
    }
  g_array_set_size (self->ends, 0);
}

/**
 * bw_workers_undo:
 * @self: workers
 *
 * Drops what the running write counted.
 */
void
bw_workers_undo (BwWorkers *self)
{
  g_array_set_size (self->ends, 0);
}

/**
 * bw_workers_lose:
 * @self: workers
 *
 * Forgets all workers: the commit failed, so what is known of them may not be what is stored.
 */
void
bw_workers_lose (BwWorkers *self)
{
  bw_workers_undo (self);
  g_ptr_array_set_size (self->due, 0);
  g_hash_table_remove_all (self->known);
}

/**
 * bw_workers_flush:
 * @self: workers
 * @db: the writer's connection, in the transaction of a commit
 * @now: the present moment
 * @error: (out) (optional): what went wrong
 *
 * Writes what is to be written of workers now.
 *
 * Returns: whether it was written
 */
gboolean
bw_workers_flush (BwWorkers *self, BwDb *db, BwTime now, GError **error)
{
  for (guint i = 0; i < self->due->len; i++)
    {
      Worker *worker = g_ptr_array_index (self->due, i);

      if ((worker->is_seen_anew && !write_seen (worker, db, now, error))
          || (worker->finished > 0 && !write_attempts (worker, db, now, error)))
        return FALSE;
      if (worker->is_seen_anew)
        worker->written_at = now;
      worker->is_due = FALSE;
      worker->is_seen_anew = FALSE;
      worker->finished = 0;
      worker->failed = 0;
    }
  g_ptr_array_set_size (self->due, 0);
  if (g_hash_table_size (self->known) > MAX_KNOWN)
    bw_workers_lose (self);
  return TRUE;
}

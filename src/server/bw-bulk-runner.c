/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-bulk-runner.h"

/* How many bulk jobs take turns. More of them wait in the queue, as jobs do that no worker is free for. */
#define MAX_RUNS 8

/* After so long without a slice another server takes over; a slice takes some hundredths of a second. */
#define LEASE (10 * BW_TIME_SECOND)

/* When the store fails, as on a full disk, it is tried again after this time. */
#define RETRY_US (2 * G_USEC_PER_SEC)

/* Any job that comes may be one of these: a server that takes in thousands a second looks after them
 * together. */
#define REST_US (20 * G_USEC_PER_SEC / 1000)

struct _BwBulkRunner
{
  BwStore *store;
  char *name;
  GThread *thread;
  GArray *runs;             /* of BwBulkRun; the thread's */
  gboolean is_failing;      /* the thread's */
  gint64 looked_at;         /* the thread's: for jobs to claim */

  GMutex lock;              /* of all below */
  GCond wake;
  gboolean is_ready;        /* there may be a job to claim */
  gboolean is_stopping;
};

/* Says once that the store fails, and once that it works again. */
static gboolean
note (BwBulkRunner *self, const GError *error)
{
  if (error != NULL && !self->is_failing)
    g_warning ("Jobs that act on other jobs can't be run: %s", error->message);
  if (error == NULL && self->is_failing)
    g_message ("Jobs that act on other jobs can be run again");
  self->is_failing = error != NULL;
  return error == NULL;
}

static gboolean
is_stopping (BwBulkRunner *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->is_stopping;
}

/* Whether to look for jobs: only when one may have come since the last look. */
static gboolean
take_ready (BwBulkRunner *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean is_ready = self->is_ready;

  self->is_ready = FALSE;
  return is_ready;
}

static gboolean
claim_more (BwBulkRunner *self)
{
  if (self->runs->len >= MAX_RUNS || !take_ready (self))
    return TRUE;
  self->looked_at = g_get_monotonic_time ();
  while (self->runs->len < MAX_RUNS)
    {
      g_autoptr (GError) error = NULL;
      BwBulkRun run = { 0 };

      bw_store_claim_bulk (self->store, self->name, LEASE, &run.claim, &error);
      if (!note (self, error))
        {
          bw_bulk_runner_work_ready (self);
          return FALSE;
        }
      if (run.claim == 0)
        return TRUE;
      g_array_append_val (self->runs, run);
    }
  /* There may be more than fit. */
  bw_bulk_runner_work_ready (self);
  return TRUE;
}

/*
 * A slice of each in turn, so that a job for three does not wait for one for a million, nor for one
 * that fails.
 */
static gboolean
run_slices (BwBulkRunner *self)
{
  gboolean works = TRUE;

  for (guint i = 0; i < self->runs->len && !is_stopping (self);)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_over = FALSE;

      bw_store_run_bulk (self->store, &g_array_index (self->runs, BwBulkRun, i), &is_over, &error);
      works = note (self, error) && works;
      if (is_over)
        g_array_remove_index (self->runs, i);
      else
        i++;
    }
  return works;
}

/* Waits for work, or after a failure for some time. Returns: whether to go on */
static gboolean
wait (BwBulkRunner *self, gboolean worked)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 until = g_get_monotonic_time () + RETRY_US;

  if (!worked)
    while (!self->is_stopping && g_cond_wait_until (&self->wake, &self->lock, until))
      continue;
  while (worked && !self->is_stopping && !self->is_ready && self->runs->len == 0)
    g_cond_wait (&self->wake, &self->lock);
  while (worked && !self->is_stopping && self->runs->len == 0
         && g_cond_wait_until (&self->wake, &self->lock, self->looked_at + REST_US))
    continue;
  return !self->is_stopping;
}

/* So that who comes next need not wait for the lease to lapse. */
static void
release_all (BwBulkRunner *self)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!bw_store_release_bulk (self->store, &g_array_index (self->runs, BwBulkRun, i), &error))
        g_message ("A job that acts on other jobs could not be handed back: %s", error->message);
    }
}

static gpointer
run (gpointer data)
{
  BwBulkRunner *self = data;

  while (wait (self, claim_more (self) && run_slices (self)))
    continue;
  release_all (self);
  return NULL;
}

/**
 * bw_bulk_runner_new:
 * @store: a store; outlives the runner
 *
 * Starts a thread that claims the jobs which act on other jobs and does them, slice by slice.
 *
 * Returns: (transfer full): the runner
 */
BwBulkRunner *
bw_bulk_runner_new (BwStore *store)
{
  BwBulkRunner *self = g_new0 (BwBulkRunner, 1);

  self->store = store;
  self->name = g_strdup_printf ("batchworkd on %s", g_get_host_name ());
  self->runs = g_array_new (FALSE, FALSE, sizeof (BwBulkRun));
  self->is_ready = TRUE;
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->thread = g_thread_new ("bw-bulk", run, self);
  return self;
}

/**
 * bw_bulk_runner_free:
 * @self: (nullable) (transfer full): a runner
 *
 * Stops after the slice under way, and hands back what is not finished.
 */
void
bw_bulk_runner_free (BwBulkRunner *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->is_stopping = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_cond_clear (&self->wake);
  g_mutex_clear (&self->lock);
  g_array_unref (self->runs);
  g_free (self->name);
  g_free (self);
}

/** bw_bulk_runner_work_ready: @self: a runner. Has it look for jobs; from any thread */
void
bw_bulk_runner_work_ready (BwBulkRunner *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->is_ready = TRUE;
  g_cond_signal (&self->wake);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-reporter.h"

#include "bw-retry.h"
#include "bw-worker-api.h"

/* The least time from one report to the next: milliseconds. */
#define PACE 200

/* A report that renews and asks for directives goes out after this time at the latest. */
#define MAX_SILENCE 1000

/* How many bytes of text one request has, about. */
#define ROOM (1024 * 1024)

struct _BwReporter
{
  GObject parent_instance;

  BwConnection *connection;
  gint64 silence; /* milliseconds between two reports without news */
  GPtrArray *holds;
  DexPromise *news; /* resolved when there is something to report; nullable */
  gboolean running;
  gboolean more; /* the last request had no room for everything */
  BwRetry retry;
};

G_DEFINE_FINAL_TYPE (BwReporter, bw_reporter, G_TYPE_OBJECT)

/* What is sent in one request: the n-th report is the n-th hold's. */
typedef struct
{
  GPtrArray *holds;
  GPtrArray *reports;
} Batch;

static void
batch_free (Batch *self)
{
  g_ptr_array_unref (self->holds);
  g_ptr_array_unref (self->reports);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static void
wake (BwReporter *self)
{
  g_autoptr (DexPromise) news = g_steal_pointer (&self->news);

  if (news != NULL)
    dex_promise_resolve_boolean (news, TRUE);
}

static gboolean
has_news (BwReporter *self)
{
  for (guint i = 0; i < self->holds->len; i++)
    if (bw_hold_has_news (g_ptr_array_index (self->holds, i)))
      return TRUE;
  return FALSE;
}

/* Resolves when it is time for the next report. */
static DexFuture *
wait_for_news (BwReporter *self)
{
  if (self->more || has_news (self))
    return dex_future_new_true ();
  self->news = dex_promise_new ();
  return dex_future_first (dex_ref (DEX_FUTURE (self->news)),
                           dex_timeout_new_msec ((int) MIN (self->silence, G_MAXINT)), NULL);
}

static Batch *
take_batch (BwReporter *self)
{
  Batch *batch = g_new0 (Batch, 1);
  gsize room = ROOM;

  batch->holds = g_ptr_array_new_with_free_func (g_object_unref);
  batch->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
  self->more = self->holds->len > BW_REPORTS_MAX;
  for (guint i = 0; i < MIN (self->holds->len, BW_REPORTS_MAX); i++)
    {
      BwHold *hold = g_ptr_array_index (self->holds, i);

      g_ptr_array_add (batch->holds, g_object_ref (hold));
      g_ptr_array_add (batch->reports, bw_hold_take_report (hold, &room));
      self->more |= bw_hold_has_news (hold);
    }
  return batch;
}

static void
drop (BwReporter *self, guint index)
{
  g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->holds, index), wake, self);
  g_ptr_array_remove_index (self->holds, index);
}

/*
 * A hold that has ended is reported for no more. Any other goes to the end, so that one that talks
 * much lets the others speak.
 */
static void
drop_or_rotate (BwReporter *self, BwHold *hold, gboolean has_ended)
{
  guint index;

  if (!g_ptr_array_find (self->holds, hold, &index))
    return;
  if (has_ended)
    drop (self, index);
  else
    g_ptr_array_add (self->holds, g_ptr_array_steal_index (self->holds, index));
}

static void
apply_results (BwReporter *self, Batch *batch, GPtrArray *results, gint64 sent_at)
{
  for (guint i = 0; i < batch->holds->len; i++)
    {
      BwHold *hold = g_ptr_array_index (batch->holds, i);
      const BwReport *report = g_ptr_array_index (batch->reports, i);

      bw_hold_answered (hold, report, g_ptr_array_index (results, i), sent_at);
      drop_or_rotate (self, hold, report->finish || bw_hold_is_lost (hold));
    }
}

static void deliver (BwReporter *self, Batch *batch);

/* The server refuses the request as such. Each report goes alone, so that only the bad one is lost.
 */
static void
deliver_singly (BwReporter *self, Batch *batch, const GError *error)
{
  if (batch->reports->len == 1)
    {
      BwHold *hold = g_ptr_array_index (batch->holds, 0);

      g_critical ("The server refuses what is reported under claim %" G_GINT64_FORMAT
                  ", so its command is stopped: %s",
                  bw_hold_get_claim (hold), error->message);
      bw_hold_lose (hold);
      drop_or_rotate (self, hold, TRUE);
      return;
    }
  while (batch->reports->len > 0)
    {
      g_autoptr (Batch) single = g_new0 (Batch, 1);

      single->holds = g_ptr_array_new_with_free_func (g_object_unref);
      single->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
      g_ptr_array_add (single->holds, g_ptr_array_steal_index (batch->holds, 0));
      g_ptr_array_add (single->reports, g_ptr_array_steal_index (batch->reports, 0));
      deliver (self, single);
    }
}

/* Sends a batch again and again until the server has answered. */
static void
deliver (BwReporter *self, Batch *batch)
{
  for (;;)
    {
      g_autoptr (GPtrArray) results = NULL;
      g_autoptr (GError) error = NULL;
      gint64 sent_at = g_get_monotonic_time ();

      results = bw_worker_api_await_results (self->connection, batch->reports, &error);
      if (results != NULL)
        {
          bw_retry_succeeded (&self->retry);
          apply_results (self, batch, results, sent_at);
          return;
        }
      if (!bw_retry_may_help (error))
        {
          deliver_singly (self, batch, error);
          return;
        }
      dex_await (bw_retry_wait (&self->retry, error), NULL);
    }
}

static DexFuture *
report_fiber (gpointer data)
{
  BwReporter *self = data;

  while (self->holds->len > 0)
    {
      g_autoptr (Batch) batch = NULL;

      dex_await (wait_for_news (self), NULL);
      if (self->holds->len == 0)
        break;
      batch = take_batch (self);
      deliver (self, batch);
      if (!self->more)
        dex_await (dex_timeout_new_msec (PACE), NULL);
    }
  self->running = FALSE;
  return dex_future_new_true ();
}

static void
bw_reporter_dispose (GObject *object)
{
  BwReporter *self = BW_REPORTER (object);

  dex_clear (&self->news);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (bw_reporter_parent_class)->dispose (object);
}

static void
bw_reporter_finalize (GObject *object)
{
  BwReporter *self = BW_REPORTER (object);

  g_ptr_array_unref (self->holds);
  bw_retry_clear (&self->retry);
  G_OBJECT_CLASS (bw_reporter_parent_class)->finalize (object);
}

static void
bw_reporter_class_init (BwReporterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_reporter_dispose;
  object_class->finalize = bw_reporter_finalize;
}

static void
bw_reporter_init (BwReporter *self)
{
  self->holds = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * bw_reporter_new:
 * @connection: the server
 * @lease: for how long a claim holds without a report, in milliseconds
 *
 * Returns: (transfer full): a reporter without holds
 */
BwReporter *
bw_reporter_new (BwConnection *connection, gint64 lease)
{
  BwReporter *self = g_object_new (BW_TYPE_REPORTER, NULL);

  self->connection = g_object_ref (connection);
  self->silence = MIN (lease / 3, MAX_SILENCE);
  return self;
}

/**
 * bw_reporter_add:
 * @self: a reporter
 * @hold: a hold
 *
 * Reports for the hold from now on: what is new at once, but not more often than five times a
 * second for all holds together; and every second, or three times a lease, in any case, which
 * renews the lease and learns of pauses and cancels. While the server is away it is tried again and
 * again. That ends when the server has taken the hold's end, or knows its claim no longer.
 */
void
bw_reporter_add (BwReporter *self, BwHold *hold)
{
  g_ptr_array_add (self->holds, g_object_ref (hold));
  g_signal_connect_object (hold, "news", G_CALLBACK (wake), self, G_CONNECT_SWAPPED);
  if (self->running)
    return;
  self->running = TRUE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, report_fiber, g_object_ref (self), g_object_unref));
}

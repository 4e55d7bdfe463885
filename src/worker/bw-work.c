/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-work.h"

#include "bw-error.h"
#include "bw-retry.h"
#include "bw-runner.h"
#include "bw-scratch.h"
#include "bw-worker-api.h"

struct _BwWork
{
  GObject parent_instance;

  const BwWorkerConfig *config;
  BwConnection *connection;
  BwReporter *reporter;
  BwJobKind *kind;
  BwClaim *claim;
  BwHold *hold;
  BwCommandOutput *output;
  BwRunner *runner;
  gboolean released; /* it is to be handed back as soon as its command has ended */
  gboolean said_doubtful;
};

G_DEFINE_FINAL_TYPE (BwWork, bw_work, G_TYPE_OBJECT)

static void
note_doubt (BwWork *self)
{
  gboolean doubtful = bw_hold_is_doubtful (self->hold);

  if (doubtful && !self->said_doubtful)
    g_warning ("Job %" G_GINT64_FORMAT
               ": No report got through for as long as its claim holds. Its "
               "command is halted until the server answers.",
               self->claim->job);
  if (!doubtful && self->said_doubtful && !bw_hold_is_lost (self->hold))
    g_message ("Job %" G_GINT64_FORMAT ": The claim still holds, so its command goes on.",
               self->claim->job);
  self->said_doubtful = doubtful;
}

static void
obey (BwWork *self)
{
  BwDirective directive = bw_hold_get_directive (self->hold);

  note_doubt (self);
  if (bw_hold_is_lost (self->hold))
    bw_runner_stop (self->runner, BW_STOP_LOST);
  else if (directive == BW_DIRECTIVE_CANCEL)
    bw_runner_stop (self->runner, BW_STOP_CANCELLED);
  else
    {
      bw_runner_set_halt (self->runner, BW_HALT_DOUBTFUL, bw_hold_is_doubtful (self->hold));
      bw_runner_set_halt (self->runner, BW_HALT_PAUSED, directive == BW_DIRECTIVE_PAUSE);
    }
}

static void
bw_work_dispose (GObject *object)
{
  BwWork *self = BW_WORK (object);

  g_clear_object (&self->runner);
  g_clear_pointer (&self->output, bw_command_output_free);
  g_clear_object (&self->hold);
  g_clear_object (&self->reporter);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (bw_work_parent_class)->dispose (object);
}

static void
bw_work_finalize (GObject *object)
{
  BwWork *self = BW_WORK (object);

  bw_claim_free (self->claim);
  G_OBJECT_CLASS (bw_work_parent_class)->finalize (object);
}

static void
bw_work_class_init (BwWorkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_work_dispose;
  object_class->finalize = bw_work_finalize;
}

static void
bw_work_init (BwWork *self)
{
}

/**
 * bw_work_new:
 * @config: the worker's configuration; must stay
 * @connection: the server
 * @reporter: reports for this work
 * @kind: the job's type; must stay
 * @claim: (transfer full): the claimed job
 *
 * Returns: (transfer full): the work, not yet begun, whose claim is renewed from now on
 */
BwWork *
bw_work_new (const BwWorkerConfig *config,
             BwConnection *connection,
             BwReporter *reporter,
             BwJobKind *kind,
             BwClaim *claim)
{
  BwWork *self = g_object_new (BW_TYPE_WORK, NULL);

  self->config = config;
  self->connection = g_object_ref (connection);
  self->reporter = g_object_ref (reporter);
  self->kind = kind;
  self->claim = claim;
  self->hold = bw_hold_new (claim->claim, config->lease);
  self->output = bw_command_output_new (self->hold, claim);
  self->runner = bw_runner_new (kind, claim, self->output, self->hold, config->kill_after);
  g_signal_connect_object (self->hold, "changed", G_CALLBACK (obey), self, G_CONNECT_SWAPPED);
  bw_reporter_add (reporter, self->hold);
  return self;
}

/* Sends the result file, again and again while the server is away. Returns what went wrong. */
static char *
await_upload (BwWork *self, const char *directory)
{
  const char *result = bw_command_output_get_result (self->output);
  g_autofree char *path = g_canonicalize_filename (result, directory);
  BwRetry retry = { 0 };

  while (!bw_hold_is_lost (self->hold))
    {
      g_autoptr (GError) error = NULL;

      if (bw_worker_api_await_upload (self->connection, self->claim->claim, path, &error)
          || g_error_matches (error, BW_ERROR, BW_ERROR_CONFLICT))
        break;
      if (!bw_retry_may_help (error))
        {
          bw_retry_clear (&retry);
          return g_strdup (error->message);
        }
      dex_await (bw_retry_wait (&retry, error), NULL);
    }
  bw_retry_clear (&retry);
  return NULL;
}

static char *
await_result (BwWork *self, const char *directory)
{
  const char *result = bw_command_output_get_result (self->output);

  if (result == NULL && self->kind->makes_result)
    bw_hold_add_log (self->hold, "The command named no result file.");
  if (result == NULL)
    return NULL;
  if (self->kind->makes_result)
    return await_upload (self, directory);
  bw_hold_add_log (
      self->hold,
      "The result file that the command named is left out: the job type has no MakesResult=true.");
  return NULL;
}

/* Says how the command went. What it returns is awaited, and nothing follows it. */
static DexFuture *
conclude (BwWork *self, const char *directory)
{
  BwStop stop = bw_runner_get_stop (self->runner);
  g_autofree char *failure = bw_runner_describe_failure (self->runner);

  if (stop == BW_STOP_RELEASED
      && (failure != NULL || bw_command_output_n_pending (self->output) > 0))
    return bw_hold_release (self->hold);
  if (stop == BW_STOP_CANCELLED)
    return bw_hold_finish (self->hold, NULL);
  if (failure == NULL)
    {
      /* A command that has nothing to say about single items did them all. */
      if (bw_command_output_n_reported (self->output) == 0)
        bw_command_output_succeed_rest (self->output);
      failure = await_result (self, directory);
    }
  if (failure != NULL)
    g_message ("Job %" G_GINT64_FORMAT ": %s", self->claim->job, failure);
  return bw_hold_finish (self->hold, failure);
}

static DexFuture *
begin_and_conclude (BwWork *self, const char *directory)
{
  g_autoptr (GError) error = NULL;

  g_message ("Job %" G_GINT64_FORMAT " of %s: %s, attempt %d, items: %u", self->claim->job,
             self->claim->business, self->claim->type, self->claim->attempt,
             self->claim->items->len);
  if (dex_await (bw_runner_run (self->runner, directory), &error))
    return conclude (self, directory);
  g_warning ("Job %" G_GINT64_FORMAT ": %s", self->claim->job, error->message);
  return bw_hold_finish (self->hold, error->message);
}

static DexFuture *
run_fiber (gpointer data)
{
  BwWork *self = data;
  g_autofree char *scratch = NULL;
  g_autoptr (GError) error = NULL;
  DexFuture *end;

  if (self->released)
    end = bw_hold_release (self->hold);
  else if (self->kind->directory != NULL)
    end = begin_and_conclude (self, self->kind->directory);
  else if ((scratch = bw_scratch_make (&error)) != NULL)
    end = begin_and_conclude (self, scratch);
  else
    end = bw_hold_finish (self->hold, error->message);

  g_clear_error (&error);
  if (!dex_await (end, &error))
    g_warning ("Job %" G_GINT64_FORMAT
               ": %s. The server has given it to somebody else or ended it; "
               "what was done since the last report is not known there.",
               self->claim->job, error->message);
  if (scratch != NULL)
    bw_scratch_remove (scratch);
  return dex_future_new_true ();
}

/**
 * bw_work_run:
 * @self: work that was not run before
 *
 * Runs the job's command and reports how it went.
 *
 * Returns: (transfer full): a future that resolves when the job is off our hands, however that came
 */
DexFuture *
bw_work_run (BwWork *self)
{
  return dex_scheduler_spawn (NULL, 0, run_fiber, g_object_ref (self), g_object_unref);
}

/**
 * bw_work_release:
 * @self: work
 *
 * Ends the command and hands the job back, so that another worker takes on what is still pending.
 */
void
bw_work_release (BwWork *self)
{
  self->released = TRUE;
  bw_runner_stop (self->runner, BW_STOP_RELEASED);
}

/** bw_work_get_kind: @self: work. Returns: (transfer none): the job's type */
BwJobKind *
bw_work_get_kind (BwWork *self)
{
  return self->kind;
}

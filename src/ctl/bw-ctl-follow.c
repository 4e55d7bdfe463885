/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-follow.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <unistd.h>

#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-text.h"
#include "bw-filter-match.h"
#include "bw-state-words.h"

/* One job on its way to its end. */
typedef struct
{
  BwCtl *ctl;
  gint64 id;
  BwJob *job;               /* as it was last seen */
  DexPromise *finished;     /* of TRUE */
  gboolean terminal;        /* somebody looks on */
  DexFuture *looking;       /* nullable: the requests under way */
} Follow;

static void
follow_clear (Follow *self)
{
  g_clear_pointer (&self->job, bw_job_unref);
  dex_clear (&self->finished);
  dex_clear (&self->looking);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Follow, follow_clear)

static void
show_progress (const Follow *self)
{
  g_autofree char *items = bw_ctl_text_items (self->job);
  g_autofree char *name = bw_ctl_make_printable (self->job->name);

  if (self->terminal)
    g_printerr ("\r\033[K%s  %3d %%  %s", name, (int) (self->job->progress * 100),
                items);
}

/* Events and answers overtake one another; what is older is no news. */
static void
take_job (Follow *self, BwJob *job)
{
  if (self->job != NULL && job->revision < self->job->revision)
    return;
  g_clear_pointer (&self->job, bw_job_unref);
  self->job = bw_job_ref (job);
  show_progress (self);
  if (bw_job_is_finished (job) && dex_future_is_pending (DEX_FUTURE (self->finished)))
    dex_promise_resolve_boolean (self->finished, TRUE);
}

static void
fail (Follow *self, GError *error)
{
  if (dex_future_is_pending (DEX_FUTURE (self->finished)))
    dex_promise_reject (self->finished, error);
  else
    g_error_free (error);
}

static DexFuture *
looked_cb (DexFuture *future, gpointer data)
{
  Follow *self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (value != NULL)
    take_job (self, ((BwJobDetails *) g_value_get_boxed (value))->job);
  else if (!bw_client_error_is_transient (error))
    fail (self, g_steal_pointer (&error));

  return dex_future_new_true ();
}

/* What a reset left out, and what there is without a stream. */
static void
look (Follow *self)
{
  DexFuture *answer = dex_future_finally (bw_business_get_job (self->ctl->business, self->id),
                                          looked_cb, self, NULL);

  if (self->looking != NULL && dex_future_is_pending (self->looking))
    answer = dex_future_all (g_steal_pointer (&self->looking), answer, NULL);
  dex_clear (&self->looking);
  self->looking = answer;
}

static void
event_cb (Follow *self, const BwEvent *event)
{
  if (event->kind == BW_EVENT_RESET || event->kind == BW_EVENT_RIGHTS)
    look (self);
  else if (event->kind == BW_EVENT_JOB && event->job_id == self->id)
    take_job (self, event->job);
  else if (event->kind == BW_EVENT_DELETED && event->job_id == self->id)
    fail (self, g_error_new (BW_ERROR, BW_ERROR_NOT_FOUND,
                             _ ("Job %" PRId64 " was deleted meanwhile."), self->id));
}

static gboolean
await_end (Follow *self, GError **error)
{
  BwEventStream *stream = bw_business_get_event_stream (self->ctl->business);
  gboolean done;

  g_signal_connect_swapped (stream, "event", G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (stream, "poll", G_CALLBACK (look), self);
  bw_event_stream_start (stream, self->job->revision);
  done = dex_await (dex_ref (DEX_FUTURE (self->finished)), error);
  bw_event_stream_stop (stream);
  g_signal_handlers_disconnect_by_data (stream, self);
  /* They would tell of a follow that is over. */
  if (self->looking != NULL)
    dex_await (g_steal_pointer (&self->looking), NULL);

  return done;
}

static void
report (const Follow *self)
{
  g_autofree char *items = bw_ctl_text_items (self->job);
  g_autofree char *message = NULL;

  if (self->terminal)
    g_printerr ("\r\033[K");
  if (self->ctl->json)
    {
      BwJsonWriter *writer = bw_json_writer_new ();
      g_autofree char *text = NULL;

      bw_job_write (self->job, writer, NULL);
      text = bw_json_writer_free_to_string (writer);
      g_print ("%s\n", text);
      return;
    }

  message = bw_ctl_make_printable (self->job->message);
  g_print ("#%" G_GINT64_FORMAT " %s: %s%s%s%s%s\n", self->job->id, self->job->name,
           bw_job_state_get_words (self->job->state, self->job->conditions),
           items[0] != '\0' ? " · " : "", items, message[0] != '\0' ? " · " : "", message);
}

/**
 * bw_ctl_follow:
 * @ctl: a run with a business
 * @job: a job's number
 * @error: set if it can't be followed
 *
 * Waits until the job is done, showing how far it is, says how it ended, and sets what to exit with.
 *
 * Returns: whether the end was seen
 */
gboolean
bw_ctl_follow (BwCtl *ctl, gint64 job, GError **error)
{
  g_auto (Follow) follow = { ctl, job, NULL, dex_promise_new (),
                             isatty (STDERR_FILENO) && !ctl->json };
  g_autoptr (BwJobDetails) details
      = dex_await_boxed (bw_business_get_job (ctl->business, job), error);

  if (details == NULL)
    return FALSE;

  take_job (&follow, details->job);
  if (!bw_job_is_finished (details->job) && !await_end (&follow, error))
    return FALSE;

  report (&follow);
  if (follow.job->state == BW_JOB_STATE_FAILED)
    ctl->status = BW_EXIT_JOB_FAILED;
  else if (follow.job->state == BW_JOB_STATE_CANCELLED && ctl->status == BW_EXIT_OK)
    ctl->status = BW_EXIT_JOB_CANCELLED;

  return TRUE;
}

/** bw_ctl_wait: wait JOB… */
gboolean
bw_ctl_wait (BwCtl *ctl, char **arguments, GError **error)
{
  for (guint i = 0; arguments[i] != NULL; i++)
    {
      gint64 id;

      if (!bw_ctl_read_id (arguments[i], &id, error) || !bw_ctl_follow (ctl, id, error))
        return FALSE;
    }

  return TRUE;
}

/* All that happens, for as long as somebody looks on. */

typedef struct
{
  BwCtl *ctl;
  BwFilter *filter;
  DexPromise *ended;        /* rejected when there is no use in going on */
} Watch;

static void
print_event_line (const BwEvent *event)
{
  g_autofree char *data = bw_event_to_data (event);

  g_print ("{\"event\":\"%s\",\"revision\":%" G_GINT64_FORMAT ",\"data\":%s}\n",
           bw_event_kind_to_string (event->kind), event->revision, data);
}

static void
watched_cb (Watch *self, const BwEvent *event)
{
  g_autofree char *items = NULL;
  g_autofree char *time = NULL;

  if (event->kind == BW_EVENT_JOB && !bw_filter_matches (self->filter, event->job))
    return;
  if (self->ctl->json)
    {
      print_event_line (event);
      return;
    }
  if (event->kind != BW_EVENT_JOB)
    return;

  items = bw_ctl_text_items (event->job);
  time = bw_ctl_text_time (event->job->updated_at);
  g_print ("%s  #%" G_GINT64_FORMAT "  %s  %s  %s\n", time, event->job->id,
           bw_job_state_get_words (event->job->state, event->job->conditions), event->job->name,
           items);
}

static void
state_cb (Watch *self, GParamSpec *pspec, BwEventStream *stream)
{
  const GError *error = bw_event_stream_get_error (stream);

  if (error != NULL && bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_WAITING)
    g_printerr ("batchworkctl: %s\n", error->message);
  if (error != NULL && !bw_client_error_is_transient (error)
      && dex_future_is_pending (DEX_FUTURE (self->ended)))
    dex_promise_reject (self->ended, g_error_copy (error));
}

/** bw_ctl_watch: watch */
gboolean
bw_ctl_watch (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwFilter) filter = bw_ctl_filter_make (ctl, error);
  g_autoptr (DexPromise) ended = dex_promise_new ();
  BwEventStream *stream = bw_business_get_event_stream (ctl->business);
  Watch watch = { ctl, filter, ended };
  gboolean good;

  if (filter == NULL)
    return FALSE;
  if (!bw_filter_is_decidable (filter))
    {
      g_set_error (error, BW_USAGE_ERROR, 0,
                   _ ("Words and relations can be searched for, but not watched."));
      return FALSE;
    }

  g_signal_connect_swapped (stream, "event", G_CALLBACK (watched_cb), &watch);
  g_signal_connect_swapped (stream, "notify::state", G_CALLBACK (state_cb), &watch);
  bw_event_stream_start (stream, -1);
  good = dex_await (dex_ref (DEX_FUTURE (ended)), error);
  bw_event_stream_stop (stream);
  g_signal_handlers_disconnect_by_data (stream, &watch);

  return good;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-hold.h"

#include <string.h>

#include "bw-error.h"

/* How many bytes of news may wait before the command that makes them has to. */
#define MAX_WAITING (1024 * 1024)

/* What an item or line costs in a report beside its text. */
#define OVERHEAD 64

struct _BwHold
{
  GObject parent_instance;

  gint64 claim;
  gint64 lease;     /* milliseconds */
  GPtrArray *items; /* of BwItemResult */
  GPtrArray *log;   /* of char * */
  gsize waiting;    /* bytes of both */
  double progress;  /* below 0: nothing new */
  char *message;    /* NULL: nothing new */
  gboolean finish;
  gboolean finish_taken;
  gboolean released;
  char *error;
  DexPromise *finished; /* nullable */
  DexPromise *room;     /* nullable: somebody waits for it */

  BwDirective directive;
  gboolean lost;
  guint doubt_source; /* 0: it has fired, or there is nothing to doubt any more */
};

G_DEFINE_FINAL_TYPE (BwHold, bw_hold, G_TYPE_OBJECT)

enum
{
  SIGNAL_NEWS,
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
begin_doubt (gpointer user_data)
{
  BwHold *self = user_data;

  self->doubt_source = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
trust_until (BwHold *self, gint64 monotonic)
{
  gint64 left = (monotonic - g_get_monotonic_time ()) / 1000;

  g_clear_handle_id (&self->doubt_source, g_source_remove);
  if (left > 0)
    self->doubt_source = g_timeout_add_once ((guint) MIN (left, G_MAXINT), begin_doubt, self);
}

/* Reports take their time to arrive, so a tenth of the lease stays unused. */
static gint64
get_trusted_span (BwHold *self)
{
  return self->lease * 900;
}

static void
add_waiting (BwHold *self, const char *text)
{
  self->waiting += OVERHEAD + (text != NULL ? strlen (text) : 0);
  g_signal_emit (self, signals[SIGNAL_NEWS], 0);
}

static void
make_room (BwHold *self)
{
  g_autoptr (DexPromise) room = NULL;

  if (self->waiting >= MAX_WAITING && !self->lost)
    return;
  room = g_steal_pointer (&self->room);
  if (room != NULL)
    dex_promise_resolve_boolean (room, TRUE);
}

static void
bw_hold_dispose (GObject *object)
{
  BwHold *self = BW_HOLD (object);

  g_clear_handle_id (&self->doubt_source, g_source_remove);
  dex_clear (&self->finished);
  dex_clear (&self->room);
  G_OBJECT_CLASS (bw_hold_parent_class)->dispose (object);
}

static void
bw_hold_finalize (GObject *object)
{
  BwHold *self = BW_HOLD (object);

  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->log);
  g_free (self->message);
  g_free (self->error);
  G_OBJECT_CLASS (bw_hold_parent_class)->finalize (object);
}

static void
bw_hold_class_init (BwHoldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_hold_dispose;
  object_class->finalize = bw_hold_finalize;

  signals[SIGNAL_NEWS] =
      g_signal_new ("news", BW_TYPE_HOLD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", BW_TYPE_HOLD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
}

static void
bw_hold_init (BwHold *self)
{
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_item_result_free);
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->progress = -1;
}

/**
 * bw_hold_new:
 * @claim: the claim's number
 * @lease: for how long it holds without a report, in milliseconds
 *
 * Returns: (transfer full): a hold on a job that was claimed just now
 */
BwHold *
bw_hold_new (gint64 claim, gint64 lease)
{
  BwHold *self = g_object_new (BW_TYPE_HOLD, NULL);

  self->claim = claim;
  self->lease = lease;
  trust_until (self, g_get_monotonic_time () + get_trusted_span (self));
  return self;
}

/** bw_hold_get_claim: @self: a hold. Returns: the claim's number */
gint64
bw_hold_get_claim (BwHold *self)
{
  return self->claim;
}

/** bw_hold_get_directive: @self: a hold. Returns: what the server last said to do */
BwDirective
bw_hold_get_directive (BwHold *self)
{
  return self->directive;
}

/**
 * bw_hold_is_doubtful:
 * @self: a hold
 *
 * Returns: whether no report got through for so long that the lease may have lapsed, and another
 *   worker may hold the job: nothing may be done under this claim until the server has said
 */
gboolean
bw_hold_is_doubtful (BwHold *self)
{
  return self->doubt_source == 0 && !self->lost;
}

/** bw_hold_is_lost: @self: a hold. Returns: whether the server knows the claim no longer */
gboolean
bw_hold_is_lost (BwHold *self)
{
  return self->lost;
}

/**
 * bw_hold_add_item:
 * @self: a hold
 * @item: which item
 * @state: what became of it
 * @message: (nullable): why
 */
void
bw_hold_add_item (BwHold *self, gint64 item, BwItemState state, const char *message)
{
  if (self->lost)
    return;
  g_ptr_array_add (self->items, bw_item_result_new (item, state, message));
  add_waiting (self, message);
}

/** bw_hold_add_log: @self: a hold. @line: valid UTF-8 without line ends, %BW_MAX_LOG_LINE at most
 */
void
bw_hold_add_log (BwHold *self, const char *line)
{
  if (self->lost)
    return;
  g_ptr_array_add (self->log, g_strdup (line));
  add_waiting (self, line);
}

/** bw_hold_set_progress: @self: a hold. @progress: from 0 to 1 */
void
bw_hold_set_progress (BwHold *self, double progress)
{
  if (self->lost)
    return;
  self->progress = progress;
  g_signal_emit (self, signals[SIGNAL_NEWS], 0);
}

/** bw_hold_set_message: @self: a hold. @message: what the job is about now, for people */
void
bw_hold_set_message (BwHold *self, const char *message)
{
  if (self->lost)
    return;
  g_free (self->message);
  self->message = g_strdup (message);
  g_signal_emit (self, signals[SIGNAL_NEWS], 0);
}

/**
 * bw_hold_wait_for_room:
 * @self: a hold
 *
 * To be awaited before more output of the command is read: so a command that writes faster than the
 * server takes it, or that has no server just now, waits in its own write(), and the worker's
 * memory stays bounded.
 *
 * Returns: (transfer full): a future that resolves when there is room, or the hold is lost
 */
DexFuture *
bw_hold_wait_for_room (BwHold *self)
{
  if (self->waiting < MAX_WAITING || self->lost)
    return dex_future_new_true ();
  if (self->room == NULL)
    self->room = dex_promise_new ();
  return dex_ref (DEX_FUTURE (self->room));
}

static DexFuture *
end (BwHold *self, const char *error, gboolean released)
{
  g_return_val_if_fail (self->finished == NULL, NULL);

  if (self->lost)
    return dex_future_new_reject (BW_ERROR, BW_ERROR_CONFLICT,
                                  "Claim %" G_GINT64_FORMAT " is no longer held", self->claim);
  self->finish = TRUE;
  self->error = g_strdup (error);
  self->released = released;
  self->finished = dex_promise_new ();
  g_signal_emit (self, signals[SIGNAL_NEWS], 0);
  return dex_ref (DEX_FUTURE (self->finished));
}

/**
 * bw_hold_finish:
 * @self: a hold that has not ended
 * @error: (nullable): why the job itself failed; %NULL: its state follows from its items
 *
 * Ends the hold: the work is done, or failed.
 *
 * Returns: (transfer full): a future that resolves when the server has taken this and everything
 *   before it, and rejects (%BW_ERROR_CONFLICT) when it won't
 */
DexFuture *
bw_hold_finish (BwHold *self, const char *error)
{
  return end (self, error, FALSE);
}

/**
 * bw_hold_release:
 * @self: a hold that has not ended
 *
 * Ends the hold: the job goes back, and another worker takes on what is still pending.
 *
 * Returns: (transfer full): as bw_hold_finish()
 */
DexFuture *
bw_hold_release (BwHold *self)
{
  return end (self, NULL, TRUE);
}

/** bw_hold_has_news: @self: a hold. Returns: whether there is more to report than that it is held
 */
gboolean
bw_hold_has_news (BwHold *self)
{
  return self->items->len > 0 || self->log->len > 0 || self->progress >= 0 || self->message != NULL
         || (self->finish && !self->finish_taken);
}

/* How many of the first elements fit, at least one as long as there is any room. */
static guint
count_fitting (GPtrArray *elements, gboolean are_items, guint max, gsize *room)
{
  guint n;

  for (n = 0; n < MIN (elements->len, max) && *room > 0; n++)
    {
      const char *text = are_items ? ((BwItemResult *) g_ptr_array_index (elements, n))->message
                                   : g_ptr_array_index (elements, n);
      gsize size = OVERHEAD + (text != NULL ? strlen (text) : 0);

      *room -= MIN (*room, size);
    }
  return n;
}

static void
take_items (BwHold *self, BwReport *report, gsize *room)
{
  guint n = count_fitting (self->items, TRUE, BW_REPORT_MAX_ITEMS, room);

  for (guint i = 0; i < n; i++)
    {
      BwItemResult *item = g_ptr_array_index (self->items, i);

      self->waiting -= OVERHEAD + (item->message != NULL ? strlen (item->message) : 0);
      g_ptr_array_add (report->items, bw_item_result_new (item->item, item->state, item->message));
    }
  if (n > 0)
    g_ptr_array_remove_range (self->items, 0, n);
}

static void
take_log (BwHold *self, BwReport *report, gsize *room)
{
  guint n = count_fitting (self->log, FALSE, BW_REPORT_MAX_LINES, room);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    {
      const char *line = g_ptr_array_index (self->log, i);

      self->waiting -= OVERHEAD + strlen (line);
      g_strv_builder_add (lines, line);
    }
  report->log = g_strv_builder_end (lines);
  g_ptr_array_remove_range (self->log, 0, n);
}

/**
 * bw_hold_take_report:
 * @self: a hold
 * @room: (inout): how many bytes of text the report may have, about; what is left of them
 *
 * Takes the oldest of what is to be reported. The end comes with the last of it. What is taken must
 * be sent until the server answers: it is not kept here.
 *
 * Returns: (transfer full): a report, which is empty where there is no news
 */
BwReport *
bw_hold_take_report (BwHold *self, gsize *room)
{
  BwReport *report = bw_report_new (self->claim);

  take_items (self, report, room);
  take_log (self, report, room);
  report->progress = self->progress;
  report->message = g_steal_pointer (&self->message);
  self->progress = -1;
  if (self->finish && self->items->len == 0 && self->log->len == 0)
    {
      report->finish = TRUE;
      report->error = g_strdup (self->error);
      report->released = self->released;
      self->finish_taken = TRUE;
    }
  make_room (self);
  return report;
}

/**
 * bw_hold_answered:
 * @self: a hold
 * @report: what was reported
 * @result: what the server said to it
 * @sent_at: the monotonic time at which the report was sent, in microseconds
 */
void
bw_hold_answered (BwHold *self,
                  const BwReport *report,
                  const BwReportResult *result,
                  gint64 sent_at)
{
  gboolean was_doubtful = bw_hold_is_doubtful (self);
  gboolean changed;

  if (result->status != 200)
    {
      bw_hold_lose (self);
      return;
    }
  if (report->finish)
    {
      g_clear_handle_id (&self->doubt_source, g_source_remove);
      dex_promise_resolve_boolean (self->finished, TRUE);
      return;
    }
  trust_until (self, sent_at + get_trusted_span (self));
  changed = self->directive != result->directive || was_doubtful != bw_hold_is_doubtful (self);
  self->directive = result->directive;
  if (changed)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * bw_hold_lose:
 * @self: a hold
 *
 * Says that the server knows the claim no longer: nothing more is to be done or reported under it.
 */
void
bw_hold_lose (BwHold *self)
{
  if (self->lost)
    return;
  self->lost = TRUE;
  g_clear_handle_id (&self->doubt_source, g_source_remove);
  g_ptr_array_set_size (self->items, 0);
  g_ptr_array_set_size (self->log, 0);
  self->waiting = 0;
  make_room (self);
  if (self->finished != NULL)
    dex_promise_reject (self->finished,
                        g_error_new (BW_ERROR, BW_ERROR_CONFLICT,
                                     "Claim %" G_GINT64_FORMAT " is no longer held", self->claim));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

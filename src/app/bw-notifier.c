/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-notifier.h"

#include "bw-fiber.h"
#include "bw-job-window.h"
#include "bw-notice.h"
#include "bw-told.h"

/* How long the first of several jobs waits for the others, in milliseconds. */
#define GATHER_DELAY 40

/* More than this many within the span are summed up; the sum ends when the span has passed without
 * another. In microseconds. */
#define MAX_SINGLE 3
#define BURST_SPAN (10 * G_TIME_SPAN_SECOND)

/* How often a sum is shown anew at most, in microseconds. */
#define SUM_INTERVAL (1 * G_TIME_SPAN_SECOND)

/* How many of the jobs that ended while nobody listened are looked at. */
#define CATCH_UP 100

/* What there is to tell of one job. */
typedef struct
{
  BwNoticeKind kind;
  gboolean own;
  BwWatchedJob *job;
  gint64 shown_at; /* monotonic; 0 until it is shown */
} Notice;

struct _BwNotifier
{
  GObject parent_instance;

  GtkApplication *application; /* which has the notifier */
  BwJobWatch *watch;
  GSettings *settings;
  BwTold *told;

  GPtrArray *pending; /* of Notice: to be shown */
  GPtrArray *recent;  /* of Notice: shown one by one, not long ago */
  guint flush_source;
  BwNoticeSum *sum; /* of the burst that goes on; NULL while there is none */
  gint64 sum_added_at;
  gint64 sum_shown_at;
  gboolean sum_outdated;
  guint sum_number;

  GHashTable *shown;   /* char *: the ids of what may still be on the screen */
  GHashTable *stalled; /* char *: the ids of jobs of which was told that they may be stuck */
};

G_DEFINE_FINAL_TYPE (BwNotifier, bw_notifier, G_TYPE_OBJECT)

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  bw_watched_job_free (notice->job);
  g_free (notice);
}

static char *
get_notice_id (const Notice *notice)
{
  return bw_notice_get_id (notice->job->business, notice->job->job->id);
}

/* On the screen, and off it */

static void
send (BwNotifier *self, const char *id, GNotification *notification)
{
  g_application_send_notification (G_APPLICATION (self->application), id, notification);
  g_hash_table_add (self->shown, g_strdup (id));
}

static void
withdraw (BwNotifier *self, const char *id)
{
  g_application_withdraw_notification (G_APPLICATION (self->application), id);
  g_hash_table_remove (self->shown, id);
}

static void
withdraw_all (BwNotifier *self)
{
  g_autoptr (GPtrArray) ids = g_hash_table_steal_all_keys (self->shown);

  for (guint i = 0; i < ids->len; i++)
    g_application_withdraw_notification (G_APPLICATION (self->application), ids->pdata[i]);
  g_ptr_array_set_size (self->recent, 0);
  g_clear_pointer (&self->sum, bw_notice_sum_free);
}

static void
show (BwNotifier *self, Notice *notice)
{
  g_autofree char *id = get_notice_id (notice);
  g_autoptr (GNotification) notification = bw_notice_new (
      notice->kind, notice->job, notice->own, bw_job_watch_get_n_businesses (self->watch) == 1);

  notice->shown_at = g_get_monotonic_time ();
  send (self, id, notification);
}

static void
show_sum (BwNotifier *self)
{
  g_autofree char *id = g_strdup_printf ("jobs-%u", self->sum_number);
  g_autoptr (GNotification) notification = bw_notice_new_sum (self->sum);

  self->sum_outdated = FALSE;
  self->sum_shown_at = g_get_monotonic_time ();
  send (self, id, notification);
}

/* A burst */

static void schedule_flush (BwNotifier *self, guint delay);

static void
add_to_sum (BwNotifier *self, GPtrArray *notices)
{
  for (guint i = 0; i < notices->len; i++)
    {
      const Notice *notice = g_ptr_array_index (notices, i);

      bw_notice_sum_add (self->sum, notice->kind, notice->job);
      if (notice->shown_at != 0)
        {
          g_autofree char *id = get_notice_id (notice);

          withdraw (self, id);
        }
    }
  g_ptr_array_set_size (notices, 0);
}

static void
sum_up (BwNotifier *self, gint64 now)
{
  gint64 wait;

  if (self->sum == NULL)
    {
      self->sum = bw_notice_sum_new (FALSE);
      self->sum_number++;
      self->sum_shown_at = now - SUM_INTERVAL;
    }
  add_to_sum (self, self->recent);
  if (self->pending->len > 0)
    self->sum_added_at = now;
  self->sum->more |= self->pending->len >= CATCH_UP;
  add_to_sum (self, self->pending);

  self->sum_outdated = TRUE;
  wait = self->sum_shown_at + SUM_INTERVAL - now;
  if (wait <= 0)
    show_sum (self);
  else
    schedule_flush (self, (guint) (wait / 1000) + 1);
}

/* What was shown long enough ago is no part of a burst that begins now. */
static void
end_burst (BwNotifier *self, gint64 now)
{
  for (guint i = self->recent->len; i > 0; i--)
    {
      const Notice *notice = g_ptr_array_index (self->recent, i - 1);

      if (notice->shown_at < now - BURST_SPAN)
        g_ptr_array_remove_index (self->recent, i - 1);
    }
  if (self->sum != NULL && !self->sum_outdated && self->sum_added_at < now - BURST_SPAN)
    g_clear_pointer (&self->sum, bw_notice_sum_free);
}

/* Jobs that may be stuck are told apart from those that are done. */
static void
show_stalled (BwNotifier *self)
{
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func (notice_free);

  for (guint i = self->pending->len; i > 0; i--)
    if (((Notice *) self->pending->pdata[i - 1])->kind == BW_NOTICE_STALLED)
      g_ptr_array_add (stalled, g_ptr_array_steal_index (self->pending, i - 1));

  if (stalled->len > MAX_SINGLE)
    {
      g_autoptr (BwNoticeSum) sum = bw_notice_sum_new (TRUE);
      g_autoptr (GNotification) notification = NULL;

      for (guint i = 0; i < stalled->len; i++)
        bw_notice_sum_add (sum, BW_NOTICE_STALLED, ((Notice *) stalled->pdata[i])->job);
      notification = bw_notice_new_sum (sum);
      send (self, "stalled", notification);
      return;
    }

  for (guint i = 0; i < stalled->len; i++)
    show (self, g_ptr_array_index (stalled, i));
}

static gboolean
flush_cb (gpointer user_data)
{
  BwNotifier *self = user_data;
  gint64 now = g_get_monotonic_time ();

  self->flush_source = 0;
  bw_told_save (self->told);
  show_stalled (self);
  end_burst (self, now);
  if (self->sum != NULL || self->recent->len + self->pending->len > MAX_SINGLE)
    {
      sum_up (self, now);
      return G_SOURCE_REMOVE;
    }

  for (guint i = 0; i < self->pending->len; i++)
    show (self, g_ptr_array_index (self->pending, i));
  g_ptr_array_extend_and_steal (self->recent, g_steal_pointer (&self->pending));
  self->pending = g_ptr_array_new_with_free_func (notice_free);

  return G_SOURCE_REMOVE;
}

static void
schedule_flush (BwNotifier *self, guint delay)
{
  if (self->flush_source == 0)
    self->flush_source = g_timeout_add (delay, flush_cb, self);
}

/* What there is to tell */

static gboolean
is_window_of (GtkWindow *window, BwBusiness *business, gint64 job)
{
  return BW_IS_JOB_WINDOW (window) && bw_job_window_get_job_id (BW_JOB_WINDOW (window)) == job
         && g_str_equal (bw_business_get_id (bw_job_window_get_business (BW_JOB_WINDOW (window))),
                         bw_business_get_id (business));
}

static gboolean
is_looked_at (BwNotifier *self, BwBusiness *business, gint64 job)
{
  for (GList *l = gtk_application_get_windows (self->application); l != NULL; l = l->next)
    if (gtk_window_is_active (l->data) && is_window_of (l->data, business, job))
      return TRUE;

  return FALSE;
}

static gboolean
is_wanted (BwNotifier *self, BwNoticeKind kind, gboolean own)
{
  static const char *const keys[] = { [BW_NOTICE_DONE] = "notify-done",
                                      [BW_NOTICE_FAILED] = "notify-failed",
                                      [BW_NOTICE_STALLED] = "notify-stalled" };

  return g_settings_get_boolean (self->settings, keys[kind])
         && (own || g_settings_get_boolean (self->settings, "notify-others"));
}

static void
tell (BwNotifier *self, BwNoticeKind kind, BwBusiness *business, BwJob *job, gboolean own)
{
  Notice *notice;

  if (!is_wanted (self, kind, own) || is_looked_at (self, business, job->id))
    return;

  notice = g_new0 (Notice, 1);
  notice->kind = kind;
  notice->own = own;
  notice->job = bw_watched_job_new (business, job);
  g_ptr_array_add (self->pending, notice);
}

/* Names of groups in key files may hold no brackets, addresses may. */
static char *
get_place (BwBusiness *business, const BwMe *me)
{
  const char *url = bw_connection_get_url (bw_business_get_connection (business));
  g_autofree char *server = g_uri_escape_string (url, ":/", TRUE);

  return g_strdup_printf ("%s %s %s", server, me->login, bw_business_get_id (business));
}

/* A cancelled job is no news to who cancelled it, and was not done. */
static void
consider_end (BwNotifier *self, BwBusiness *business, BwJob *job)
{
  const BwMe *me = bw_connection_get_me (bw_business_get_connection (business));
  gboolean own = me != NULL && job->created_by_id == me->user_id;
  g_autofree char *place = NULL;

  if (me == NULL || job->state == BW_JOB_STATE_CANCELLED
      || (!own && !g_settings_get_boolean (self->settings, "notify-others")))
    return;

  place = get_place (business, me);
  if (!bw_told_is_news (self->told, place, job))
    return;

  bw_told_add (self->told, place, job);
  tell (self, job->state == BW_JOB_STATE_FAILED ? BW_NOTICE_FAILED : BW_NOTICE_DONE, business, job,
        own);
  schedule_flush (self, GATHER_DELAY);
}

static void
consider_stalled (BwNotifier *self, BwBusiness *business, BwJob *job)
{
  const BwMe *me = bw_connection_get_me (bw_business_get_connection (business));
  char *id = bw_notice_get_id (business, job->id);

  if (me == NULL || !g_hash_table_add (self->stalled, id))
    return;

  tell (self, BW_NOTICE_STALLED, business, job, job->created_by_id == me->user_id);
  schedule_flush (self, GATHER_DELAY);
}

/* What was told of it before is no longer so. */
static void
take_back (BwNotifier *self, BwBusiness *business, gint64 job)
{
  g_autofree char *id = NULL;

  if (g_hash_table_size (self->shown) + g_hash_table_size (self->stalled) == 0)
    return;

  id = bw_notice_get_id (business, job);
  g_hash_table_remove (self->stalled, id);
  if (g_hash_table_contains (self->shown, id))
    withdraw (self, id);
}

static void
job_cb (BwNotifier *self, BwBusiness *business, BwJob *job)
{
  if (bw_job_is_finished (job))
    consider_end (self, business, job);
  else if ((job->conditions & BW_CONDITION_STALLED) != 0)
    consider_stalled (self, business, job);
  else
    take_back (self, business, job->id);
}

/* What ended while nobody listened */

typedef struct
{
  BwNotifier *notifier;
  BwBusiness *business;
} CatchUp;

static void
catch_up_free (gpointer data)
{
  CatchUp *catch_up = data;

  g_object_unref (catch_up->notifier);
  g_object_unref (catch_up->business);
  g_free (catch_up);
}

static DexFuture *
catch_up_fiber (gpointer data)
{
  CatchUp *catch_up = data;
  BwNotifier *self = catch_up->notifier;
  const BwMe *me = bw_connection_get_me (bw_business_get_connection (catch_up->business));
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (BwJobPage) page = NULL;

  if (me == NULL)
    return dex_future_new_true ();

  filter->states = BW_JOB_STATES_COMPLETED | BW_JOB_STATES_FAILED;
  filter->sort = BW_SORT_FINISHED_AT;
  filter->descending = TRUE;
  if (!g_settings_get_boolean (self->settings, "notify-others"))
    {
      filter->created_by = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_array_append_val (filter->created_by, me->user_id);
    }
  /* Where it fails, the next gap is another try. */
  page =
      dex_await_boxed (bw_business_list_jobs (catch_up->business, filter, CATCH_UP, NULL, 0), NULL);
  for (guint i = page != NULL ? page->jobs->len : 0; i > 0; i--)
    consider_end (self, catch_up->business, g_ptr_array_index (page->jobs, i - 1));

  return dex_future_new_true ();
}

static void
gap_cb (BwNotifier *self, BwBusiness *business)
{
  BwConnection *connection = bw_business_get_connection (business);
  const BwMe *me = bw_connection_get_me (connection);
  g_autofree char *place = me != NULL ? get_place (business, me) : NULL;
  CatchUp *catch_up;

  if (place == NULL)
    return;

  /* Who comes for the first time is not told of all that ever was. */
  if (!bw_told_is_known (self->told, place))
    {
      bw_told_begin (self->told, place,
                     bw_time_now () + bw_connection_get_server_time_offset (connection));
      bw_told_save (self->told);
      return;
    }

  catch_up = g_new0 (CatchUp, 1);
  catch_up->notifier = g_object_ref (self);
  catch_up->business = g_object_ref (business);
  dex_future_disown (bw_fiber_spawn (catch_up_fiber, catch_up, catch_up_free));
}

/* What the user has seen */

static void
is_active_cb (BwNotifier *self, GParamSpec *pspec, GtkWindow *window)
{
  g_autofree char *id = NULL;

  if (!gtk_window_is_active (window))
    return;
  if (!BW_IS_JOB_WINDOW (window))
    {
      withdraw_all (self);
      return;
    }

  id = bw_notice_get_id (bw_job_window_get_business (BW_JOB_WINDOW (window)),
                         bw_job_window_get_job_id (BW_JOB_WINDOW (window)));
  withdraw (self, id);
}

static void
window_added_cb (BwNotifier *self, GtkWindow *window)
{
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (is_active_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
bw_notifier_dispose (GObject *object)
{
  BwNotifier *self = BW_NOTIFIER (object);

  g_clear_handle_id (&self->flush_source, g_source_remove);
  g_clear_object (&self->watch);
  g_clear_object (&self->settings);
  self->application = NULL;

  G_OBJECT_CLASS (bw_notifier_parent_class)->dispose (object);
}

static void
bw_notifier_finalize (GObject *object)
{
  BwNotifier *self = BW_NOTIFIER (object);

  g_clear_pointer (&self->told, bw_told_free);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->recent);
  g_clear_pointer (&self->sum, bw_notice_sum_free);
  g_hash_table_unref (self->shown);
  g_hash_table_unref (self->stalled);

  G_OBJECT_CLASS (bw_notifier_parent_class)->finalize (object);
}

static void
bw_notifier_class_init (BwNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = bw_notifier_finalize;
}

static void
bw_notifier_init (BwNotifier *self)
{
  g_autofree char *path =
      g_build_filename (g_get_user_state_dir (), "batchwork", "notified.ini", NULL);

  self->settings = g_settings_new ("io.github.batchwork.Batchwork");
  self->told = bw_told_new (path);
  self->pending = g_ptr_array_new_with_free_func (notice_free);
  self->recent = g_ptr_array_new_with_free_func (notice_free);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->stalled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * bw_notifier_new:
 * @application: sends the notifications, and outlives the notifier
 * @watch: tells of the jobs
 *
 * Returns: (transfer full): the notifier
 */
BwNotifier *
bw_notifier_new (GtkApplication *application, BwJobWatch *watch)
{
  BwNotifier *self = g_object_new (BW_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->watch = g_object_ref (watch);
  g_signal_connect_object (watch, "job", G_CALLBACK (job_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (watch, "gap", G_CALLBACK (gap_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "window-added", G_CALLBACK (window_added_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

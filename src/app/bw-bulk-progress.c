/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-bulk-progress.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-fiber.h"
#include "bw-format.h"

/* How long it says that all went well before it takes itself away. In seconds. */
#define STAY 8

struct _BwBulkProgress
{
  AdwBin parent_instance;

  GtkLabel *title_label;
  GtkProgressBar *progress_bar;
  GtkWidget *details_button;
  GtkWidget *stop_button;
  GtkWidget *close_button;

  BwBusiness *business;
  BwBulkAction action;
  gint64 job_id;
  gint64 total;
  gboolean total_is_exact;
  BwJob *job; /* as last known; NULL until it is loaded */
  guint close_source;
};

G_DEFINE_FINAL_TYPE (BwBulkProgress, bw_bulk_progress, ADW_TYPE_BIN)

/* Words. In each, %s is a number. */

static char *
describe_running (BwBulkProgress *self)
{
  g_autofree char *number = bw_format_count (self->total, self->total_is_exact);
  gulong n = (gulong) self->total;

  switch (self->action)
    {
    case BW_BULK_CANCEL:
      return g_strdup_printf (ngettext ("Cancelling %s job…", "Cancelling %s jobs…", n), number);
    case BW_BULK_DELETE:
      return g_strdup_printf (ngettext ("Deleting %s job…", "Deleting %s jobs…", n), number);
    case BW_BULK_RETRY_ALL:
    case BW_BULK_RETRY_FAILED:
    default:
      return g_strdup_printf (ngettext ("Retrying %s job…", "Retrying %s jobs…", n), number);
    }
}

static char *
describe_done (BwBulkProgress *self)
{
  gint64 n_done = self->job->items.in_state[BW_ITEM_STATE_SUCCESS];
  g_autofree char *number = bw_format_number (n_done);
  gulong n = (gulong) n_done;

  switch (self->action)
    {
    case BW_BULK_CANCEL:
      return g_strdup_printf (ngettext ("%s job was cancelled.", "%s jobs were cancelled.", n),
                              number);
    case BW_BULK_DELETE:
      return g_strdup_printf (ngettext ("%s job was deleted.", "%s jobs were deleted.", n), number);
    case BW_BULK_RETRY_ALL:
    case BW_BULK_RETRY_FAILED:
    default:
      return g_strdup_printf (
          ngettext ("%s job waits to be done again.", "%s jobs wait to be done again.", n), number);
    }
}

/* Those that were left out; or that it did not come to, because it was stopped. */
static char *
describe_rest (BwBulkProgress *self)
{
  const gint64 *in_state = self->job->items.in_state;
  gint64 n_left = in_state[BW_ITEM_STATE_SKIPPED] + in_state[BW_ITEM_STATE_FAILED]
                  + in_state[BW_ITEM_STATE_CANCELLED];
  g_autofree char *number = bw_format_number (n_left);

  if (self->job->state == BW_JOB_STATE_FAILED && self->job->message != NULL)
    return g_strdup (self->job->message);
  if (n_left == 0)
    return NULL;

  return g_strdup_printf (ngettext ("%s stays as it is.", "%s stay as they are.", (gulong) n_left),
                          number);
}

static char *
describe (BwBulkProgress *self)
{
  g_autofree char *done = NULL;
  g_autofree char *rest = NULL;

  if (self->job == NULL || !bw_job_is_finished (self->job))
    return describe_running (self);

  done = describe_done (self);
  rest = describe_rest (self);

  /* Translators: two sentences: "1,204 jobs were cancelled." and "37 stay as they are." */
  return rest != NULL ? g_strdup_printf (_ ("%s %s"), done, rest) : g_steal_pointer (&done);
}

/* Its life */

static void
leave (BwBulkProgress *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  g_clear_handle_id (&self->close_source, g_source_remove);
  if (GTK_IS_BOX (parent))
    gtk_box_remove (GTK_BOX (parent), GTK_WIDGET (self));
}

static gboolean
stayed_cb (gpointer user_data)
{
  BwBulkProgress *self = user_data;

  self->close_source = 0;
  leave (self);

  return G_SOURCE_REMOVE;
}

static void
update (BwBulkProgress *self)
{
  gboolean finished = self->job != NULL && bw_job_is_finished (self->job);
  gboolean cancelling = self->job != NULL && (self->job->conditions & BW_CONDITION_CANCELLING) != 0;
  g_autofree char *title = describe (self);

  gtk_label_set_text (self->title_label, title);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 self->job != NULL ? CLAMP (self->job->progress, 0, 1) : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), !finished);
  gtk_widget_set_visible (self->stop_button, !finished);
  gtk_widget_set_sensitive (self->stop_button, !cancelling);
  gtk_widget_set_visible (self->close_button, finished);
  if (!finished || self->close_source != 0)
    return;

  gtk_accessible_announce (GTK_ACCESSIBLE (self), title,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  if (self->job->state == BW_JOB_STATE_SUCCESS)
    self->close_source = g_timeout_add_seconds (STAY, stayed_cb, self);
}

static void
set_job (BwBulkProgress *self, BwJob *job)
{
  if (self->job != NULL && job->revision < self->job->revision)
    return;

  bw_job_ref (job);
  g_clear_pointer (&self->job, bw_job_unref);
  self->job = job;
  update (self);
}

static DexFuture *
load_fiber (gpointer user_data)
{
  BwBulkProgress *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJobDetails) details =
      dex_await_boxed (bw_business_get_job (self->business, self->job_id), &error);

  if (details != NULL && self->business != NULL)
    set_job (self, details->job);
  else if (g_error_matches (error, BW_ERROR, BW_ERROR_NOT_FOUND))
    leave (self);

  return dex_future_new_true ();
}

static void
load (BwBulkProgress *self)
{
  dex_future_disown (bw_fiber_spawn (load_fiber, g_object_ref (self), g_object_unref));
}

static void
event_cb (BwBulkProgress *self, BwEvent *event)
{
  if (event->kind == BW_EVENT_JOB && event->job_id == self->job_id)
    set_job (self, event->job);
  else if (event->kind == BW_EVENT_DELETED && event->job_id == self->job_id)
    leave (self);
  else if (event->kind == BW_EVENT_RESET)
    load (self);
}

/* What it offers */

static void
details_cb (BwBulkProgress *self)
{
  bw_application_open_job (BW_APPLICATION (g_application_get_default ()), self->business,
                           self->job_id);
}

static DexFuture *
stop_fiber (gpointer user_data)
{
  BwBulkProgress *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJob) job =
      dex_await_boxed (bw_business_cancel (self->business, self->job_id), &error);

  if (job != NULL)
    set_job (self, job);
  else if (!g_error_matches (error, BW_ERROR, BW_ERROR_CONFLICT))
    gtk_label_set_text (self->title_label, error->message);

  return dex_future_new_true ();
}

static void
stop_cb (BwBulkProgress *self)
{
  dex_future_disown (bw_fiber_spawn (stop_fiber, g_object_ref (self), g_object_unref));
}

static void
close_cb (BwBulkProgress *self)
{
  leave (self);
}

static void
bw_bulk_progress_dispose (GObject *object)
{
  BwBulkProgress *self = BW_BULK_PROGRESS (object);

  g_clear_handle_id (&self->close_source, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_BULK_PROGRESS);

  G_OBJECT_CLASS (bw_bulk_progress_parent_class)->dispose (object);
}

static void
bw_bulk_progress_finalize (GObject *object)
{
  BwBulkProgress *self = BW_BULK_PROGRESS (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->job, bw_job_unref);

  G_OBJECT_CLASS (bw_bulk_progress_parent_class)->finalize (object);
}

static void
bw_bulk_progress_class_init (BwBulkProgressClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_bulk_progress_dispose;
  object_class->finalize = bw_bulk_progress_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-bulk-progress.ui");
  gtk_widget_class_bind_template_child (widget_class, BwBulkProgress, title_label);
  gtk_widget_class_bind_template_child (widget_class, BwBulkProgress, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BwBulkProgress, details_button);
  gtk_widget_class_bind_template_child (widget_class, BwBulkProgress, stop_button);
  gtk_widget_class_bind_template_child (widget_class, BwBulkProgress, close_button);
  gtk_widget_class_bind_template_callback (widget_class, details_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
bw_bulk_progress_init (BwBulkProgress *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_bulk_progress_new:
 * @business: the business
 * @action: what is done
 * @started: the job that does it
 *
 * Returns: (transfer floating): a line that follows the job; to be put into a box
 */
GtkWidget *
bw_bulk_progress_new (BwBusiness *business, BwBulkAction action, const BwBulkStarted *started)
{
  BwBulkProgress *self = g_object_new (BW_TYPE_BULK_PROGRESS, NULL);

  self->business = g_object_ref (business);
  self->action = action;
  self->job_id = started->job;
  self->total = started->total;
  self->total_is_exact = started->total_is_exact;
  g_signal_connect_object (bw_business_get_event_stream (business), "event", G_CALLBACK (event_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_event_stream (business), "poll", G_CALLBACK (load), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_event_stream (business), "notify::state",
                           G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  update (self);
  load (self);

  return GTK_WIDGET (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-quick-row.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-job-actions.h"
#include "bw-state-badge.h"

struct _BwQuickRow
{
  GtkListBoxRow parent_instance;

  GtkImage *state_image;
  GtkLabel *name_label;
  GtkLabel *detail_label;
  GtkProgressBar *progress_bar;
  GtkWidget *retry_button;
  GtkWidget *cancel_button;
  GtkWidget *delete_button;

  BwQuickJob *job;
  gboolean names_business; /* there are jobs of several */
};

static guint act_signal;

G_DEFINE_FINAL_TYPE (BwQuickRow, bw_quick_row, GTK_TYPE_LIST_BOX_ROW)

static void
add_part (GStrvBuilder *parts, const char *part)
{
  if (part != NULL && *part != '\0')
    g_strv_builder_add (parts, part);
}

/* "Processing · 48 of 120 · Willems Accountants" */
static char *
describe (BwQuickRow *self, const BwJob *job)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_autofree char *measure =
      job->state == BW_JOB_STATE_PROCESSING ? bw_format_progress (job) : bw_format_items (job);
  g_autofree char *time = NULL;
  g_auto (GStrv) all = NULL;

  add_part (parts, bw_format_job_state (job->state, job->conditions));
  add_part (parts, measure);
  if (job->finished_at != BW_TIME_NONE)
    time = bw_format_time_human (job->finished_at, bw_time_now ());
  add_part (parts, time);
  if (self->names_business)
    add_part (parts, bw_business_get_name (bw_quick_job_get_business (self->job)));
  all = g_strv_builder_end (parts);

  return g_strjoinv (" · ", all);
}

/* What there is no right to is not there; what can't be done now says why. */
static void
update_button (BwQuickRow *self,
               GtkWidget *button,
               const char *action,
               BwPermissions permission,
               gboolean fits,
               const char *words)
{
  BwBusiness *business = bw_quick_job_get_business (self->job);
  const BwJob *job = bw_quick_job_get_job (self->job);
  g_autofree char *refusal = bw_job_action_get_refusal (business, job, action);
  g_autofree char *label = g_strdup_printf ("%s: %s", words, job->name);

  gtk_widget_set_visible (button, fits && bw_business_may (business, permission));
  gtk_widget_set_sensitive (button, refusal == NULL);
  gtk_widget_set_tooltip_text (button, refusal != NULL ? refusal : words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
update (BwQuickRow *self)
{
  const BwJob *job = bw_quick_job_get_job (self->job);
  gboolean finished = bw_job_is_finished (job);
  g_autofree char *icon_name = bw_state_badge_get_icon_name (job->state, job->conditions);
  g_autofree char *detail = describe (self, job);
  gint64 total = bw_item_counts_total (&job->items);
  double done =
      total > 0 ? (double) bw_item_counts_done (&job->items) / (double) total : job->progress;

  gtk_image_set_from_icon_name (self->state_image, icon_name);
  gtk_label_set_text (self->name_label, job->name);
  gtk_label_set_text (self->detail_label, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), job->state == BW_JOB_STATE_PROCESSING);
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (done, 0, 1));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, job->name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, detail, -1);

  update_button (self, self->retry_button, "job.retry-failed", BW_PERMISSION_RETRY,
                 job->state == BW_JOB_STATE_FAILED, _ ("Retry Failed Items…"));
  update_button (self, self->cancel_button, "job.cancel", BW_PERMISSION_CANCEL, !finished,
                 _ ("Cancel Job…"));
  update_button (self, self->delete_button, "job.delete", BW_PERMISSION_DELETE, finished,
                 _ ("Delete Job…"));
}

static void
retry_cb (BwQuickRow *self)
{
  g_signal_emit (self, act_signal, 0, "job.retry-failed");
}

static void
cancel_cb (BwQuickRow *self)
{
  g_signal_emit (self, act_signal, 0, "job.cancel");
}

static void
delete_cb (BwQuickRow *self)
{
  g_signal_emit (self, act_signal, 0, "job.delete");
}

static void
bw_quick_row_dispose (GObject *object)
{
  BwQuickRow *self = BW_QUICK_ROW (object);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_QUICK_ROW);
  g_clear_object (&self->job);

  G_OBJECT_CLASS (bw_quick_row_parent_class)->dispose (object);
}

static void
bw_quick_row_class_init (BwQuickRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_quick_row_dispose;

  act_signal = g_signal_new ("act", BW_TYPE_QUICK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                             G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-quick-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, state_image);
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, BwQuickRow, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
}

static void
bw_quick_row_init (BwQuickRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_quick_row_new:
 * @job: what to show
 * @names_business: whether to say of which business it is
 *
 * Returns: (transfer floating): a row that follows the job
 */
GtkWidget *
bw_quick_row_new (BwQuickJob *job, gboolean names_business)
{
  BwQuickRow *self = g_object_new (BW_TYPE_QUICK_ROW, NULL);

  self->job = g_object_ref (job);
  self->names_business = names_business;
  g_signal_connect_object (job, "notify::job", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_quick_job_get_business (job), "notify::permissions",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bw_business_get_connection (bw_quick_job_get_business (job)),
                           "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}

/**
 * bw_quick_row_get_job:
 * @self: a row
 *
 * Returns: (transfer none): what it shows
 */
BwQuickJob *
bw_quick_row_get_job (BwQuickRow *self)
{
  g_return_val_if_fail (BW_IS_QUICK_ROW (self), NULL);

  return self->job;
}

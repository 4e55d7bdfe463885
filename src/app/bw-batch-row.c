/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-batch-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-business-views.h"
#include "bw-figure-words.h"
#include "bw-format.h"
#include "bw-state-badge.h"
#include "bw-time-label.h"
#include "bw-tooltip.h"

struct _BwBatchRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *name_label;
  BwStateBadge *badge;
  GtkWidget *progress_bar;
  GtkLabel *counts_label;
  GtkLabel *pace_label;
  BwTimeLabel *time_label;

  BwLiveRow *row;
};

G_DEFINE_FINAL_TYPE (BwBatchRow, bw_batch_row, GTK_TYPE_LIST_BOX_ROW)

/* "48 of 120 relations · 3 failed · 69 left" */
static char *
describe_counts (const BwJob *job)
{
  gint64 total = bw_item_counts_total (&job->items);
  g_autofree char *done = bw_format_number (bw_item_counts_done (&job->items));
  g_autofree char *all = bw_format_entities (total, job->entity);
  GString *text;

  if (bw_job_is_finished (job))
    return bw_format_items (job);

  text = g_string_new (NULL);
  /* Translators: items done, and items in all with what they are: "48 of 120 relations" */
  g_string_append_printf (text, _ ("%s of %s"), done, all);
  bw_figure_words_append (text, job->items.in_state[BW_ITEM_STATE_FAILED], _ ("%s failed"));
  bw_figure_words_append (text, job->items.in_state[BW_ITEM_STATE_SKIPPED], _ ("%s skipped"));
  bw_figure_words_append (text, total - bw_item_counts_done (&job->items), _ ("%s left"));

  return g_string_free_and_steal (text);
}

static char *
describe_pace (const BwBatch *batch)
{
  g_autofree char *left = NULL;
  g_autofree char *pace = NULL;
  g_autofree char *figure = NULL;

  if (bw_job_is_finished (batch->job) || batch->items_per_minute < 0)
    return g_strdup ("");

  figure = batch->items_per_minute < 10
               ? g_strdup_printf ("%.1f", batch->items_per_minute)
               : bw_format_number ((gint64) round (batch->items_per_minute));
  /* Translators: items done in a minute */
  pace = g_strdup_printf (_ ("%s a minute"), figure);
  if (batch->remaining_ms < 0)
    return g_steal_pointer (&pace);

  left = bw_format_duration (batch->remaining_ms);

  /* Translators: how fast a job goes, and how long it will still take */
  return g_strdup_printf (_ ("%s · about %s left"), pace, left);
}

static void
update (BwBatchRow *self)
{
  const BwBatch *batch = bw_live_row_get_value (self->row);
  const BwJob *job = batch->job;
  gboolean finished = bw_job_is_finished (job);
  g_autofree char *counts = describe_counts (job);
  g_autofree char *pace = describe_pace (batch);
  g_autofree char *spoken = NULL;

  gtk_label_set_text (self->name_label, job->name);
  bw_state_badge_set_job_state (self->badge, job->state, job->conditions);
  gtk_widget_set_visible (self->progress_bar,
                          !finished
                              && (job->state == BW_JOB_STATE_PROCESSING || job->progress > 0));
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress_bar),
                                 CLAMP (job->progress, 0, 1));
  gtk_label_set_text (self->counts_label, counts);
  gtk_label_set_text (self->pace_label, pace);
  gtk_widget_set_visible (GTK_WIDGET (self->pace_label), *pace != '\0');
  bw_time_label_set_time (self->time_label, finished ? job->finished_at : BW_TIME_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->time_label), finished);

  spoken = g_strdup_printf ("%s, %s%s%s", bw_format_job_state (job->state, job->conditions), counts,
                            *pace != '\0' ? ", " : "", pace);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, job->name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}

static void
bw_batch_row_dispose (GObject *object)
{
  BwBatchRow *self = BW_BATCH_ROW (object);

  if (self->row != NULL)
    g_signal_handlers_disconnect_by_data (self->row, self);
  g_clear_object (&self->row);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_BATCH_ROW);

  G_OBJECT_CLASS (bw_batch_row_parent_class)->dispose (object);
}

static void
bw_batch_row_class_init (BwBatchRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_batch_row_dispose;

  g_type_ensure (BW_TYPE_STATE_BADGE);
  g_type_ensure (BW_TYPE_TIME_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-batch-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BwBatchRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, BwBatchRow, badge);
  gtk_widget_class_bind_template_child (widget_class, BwBatchRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BwBatchRow, counts_label);
  gtk_widget_class_bind_template_child (widget_class, BwBatchRow, pace_label);
  gtk_widget_class_bind_template_child (widget_class, BwBatchRow, time_label);
}

static void
bw_batch_row_init (BwBatchRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_tooltip_follow_label (GTK_WIDGET (self->name_label));
  bw_tooltip_follow_label (GTK_WIDGET (self->counts_label));
}

/**
 * bw_batch_row_new:
 * @row: a row of a BwBatch, which is followed
 *
 * Returns: (transfer floating): what shows it
 */
GtkWidget *
bw_batch_row_new (BwLiveRow *row)
{
  BwBatchRow *self = g_object_new (BW_TYPE_BATCH_ROW, NULL);

  self->row = g_object_ref (row);
  g_signal_connect_swapped (row, "notify::value", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}

/**
 * bw_batch_row_get_job:
 * @self: a row
 *
 * Returns: (transfer none): its job as it was last heard of
 */
BwJob *
bw_batch_row_get_job (BwBatchRow *self)
{
  g_return_val_if_fail (BW_IS_BATCH_ROW (self), NULL);

  return ((const BwBatch *) bw_live_row_get_value (self->row))->job;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-summary.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-pause-list.h"
#include "bw-pause-words.h"
#include "bw-reference-label.h"
#include "bw-state-badge.h"
#include "bw-time-label.h"

struct _BwJobSummary
{
  AdwBin parent_instance;

  GtkLabel *name_label;
  BwStateBadge *badge;
  GtkLabel *items_label;
  GtkProgressBar *progress_bar;
  GtkToggleButton *facts_button;
  GtkRevealer *facts_revealer;
  AdwWrapBox *facts_box;
  GtkWidget *error_panel;
  GtkLabel *error_label;
  GtkWidget *failed_button;
  GtkLabel *message_label;

  BwTimeLabel *updated_label;  /* in the facts; NULL without */
  BwBusiness *business;
  BwJob *job;
  BwResultKind result_kind;
  gboolean narrow;
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwJobSummary, bw_job_summary, ADW_TYPE_BIN)

/* A caption with its value below. A screen reader says the value, and the caption as what it is. */
static void
add_fact (BwJobSummary *self, const char *caption, GtkWidget *value)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *label = gtk_label_new (caption);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, label, NULL, -1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), value);
  adw_wrap_box_append (self->facts_box, box);
}

static void
add_text_fact (BwJobSummary *self, const char *caption, const char *text)
{
  GtkWidget *label;

  if (text == NULL)
    return;

  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_set_tooltip_text (label, g_utf8_strlen (text, -1) > 40 ? text : NULL);
  gtk_widget_add_css_class (label, "numeric");
  add_fact (self, caption, label);
}

static BwTimeLabel *
add_time_fact (BwJobSummary *self, const char *caption, BwTime time)
{
  GtkWidget *label;

  if (time == BW_TIME_NONE)
    return NULL;

  label = bw_time_label_new ();
  bw_time_label_set_time (BW_TIME_LABEL (label), time);
  add_fact (self, caption, label);

  return BW_TIME_LABEL (label);
}

static void
add_references (BwJobSummary *self)
{
  for (guint i = 0; i < self->job->references->len; i++)
    {
      const BwReference *reference = self->job->references->pdata[i];
      GtkWidget *label = g_object_new (BW_TYPE_REFERENCE_LABEL, "copyable", TRUE, NULL);
      g_autofree char *first = g_utf8_strup (reference->kind, g_utf8_next_char (reference->kind) - reference->kind);
      g_autofree char *kind = g_strconcat (first, g_utf8_next_char (reference->kind), NULL);

      bw_reference_label_set_reference (BW_REFERENCE_LABEL (label), reference);
      add_fact (self, kind, label);
    }
}

static void
add_result (BwJobSummary *self)
{
  g_autofree char *reason = bw_job_summary_explain_result (self->job, self->result_kind);
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  if (self->job->result_name != NULL)
    {
      size = bw_format_bytes (self->job->result_size);
      /* Translators: a file's name and its size */
      text = g_strdup_printf (_("%s · %s"), self->job->result_name, size);
      add_text_fact (self, _("Result"), text);
    }
  else if (reason != NULL)
    {
      add_text_fact (self, _("Result"), reason);
    }
}

static void
add_times (BwJobSummary *self)
{
  const BwJob *job = self->job;

  add_time_fact (self, _("Created"), job->created_at);
  add_time_fact (self, _("Not before"), (job->conditions & BW_CONDITION_SCHEDULED) != 0 ? job->run_at : BW_TIME_NONE);
  add_time_fact (self, _("Started"), job->started_at);
  add_time_fact (self, _("Done"), job->finished_at);
  self->updated_label = NULL;
  if (!bw_job_is_finished (job))
    {
      self->updated_label = add_time_fact (self, _("Last update"), job->updated_at);
      add_text_fact (self, _("Last updated by"), job->updated_by);
    }
  if (job->started_at != BW_TIME_NONE && job->finished_at != BW_TIME_NONE)
    {
      g_autofree char *took = bw_format_duration (job->finished_at - job->started_at);

      add_text_fact (self, _("Took"), took);
    }
}

static void
add_facts (BwJobSummary *self)
{
  const BwJob *job = self->job;
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, job->id);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts_box))) != NULL)
    adw_wrap_box_remove (self->facts_box, child);

  add_text_fact (self, _("Type"), job->type_name);
  add_text_fact (self, _("Created by"), job->created_by_name);
  add_times (self);
  if (job->attempt > 1)
    {
      /* Translators: which attempt of how many: "2 of 3" */
      g_autofree char *attempt = g_strdup_printf (_("%d of %d"), job->attempt, job->max_attempts);

      add_text_fact (self, _("Attempt"), attempt);
    }
  add_text_fact (self, _("Job number"), id);
  add_result (self);
  add_references (self);
}

static void
show_progress (BwJobSummary *self)
{
  const BwJob *job = self->job;
  gboolean processing = job->state == BW_JOB_STATE_PROCESSING;
  g_autofree char *items = processing ? bw_format_progress (job) : bw_format_items (job);

  gtk_label_set_label (self->items_label, items);
  gtk_widget_set_visible (GTK_WIDGET (self->items_label), *items != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), processing);
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (job->progress, 0, 1));
}

/* The job's own error, or else how many of its items failed, also while the others still run. */
static char *
describe_errors (const BwJob *job)
{
  gint64 n_failed = job->items.in_state[BW_ITEM_STATE_FAILED];
  g_autofree char *failed = bw_format_number (n_failed);
  g_autofree char *total = bw_format_number (bw_item_counts_total (&job->items));

  if (job->state == BW_JOB_STATE_FAILED && job->message != NULL && *job->message != '\0')
    return g_strdup (job->message);
  if (n_failed == 0)
    return job->state == BW_JOB_STATE_FAILED ? g_strdup (_("The job failed. Its log may say more.")) : NULL;

  /* Translators: how many items failed, and how many there are */
  return g_strdup_printf (ngettext ("%s of %s items failed.", "%s of %s items failed.", (gulong) n_failed), failed, total);
}

/* Why a job waits that somebody has paused. */
static void
show_pause (BwJobSummary *self)
{
  g_autofree char *words = self->business != NULL && self->job != NULL
                               ? bw_pause_explain_job (self->business, self->job)
                               : NULL;

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->badge), words);
}

static void
show_errors (BwJobSummary *self)
{
  const BwJob *job = self->job;
  g_autofree char *errors = describe_errors (job);
  const char *message = job->state != BW_JOB_STATE_FAILED && job->message != NULL ? job->message : "";

  /* Setting a text anew would lose what is selected in it. */
  if (errors != NULL && g_strcmp0 (gtk_label_get_text (self->error_label), errors) != 0)
    gtk_label_set_text (self->error_label, errors);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->error_label), errors);
  gtk_widget_set_visible (self->error_panel, errors != NULL);
  gtk_widget_set_visible (self->failed_button, job->items.in_state[BW_ITEM_STATE_FAILED] > 0);

  gtk_label_set_text (self->message_label, message);
  gtk_widget_set_visible (GTK_WIDGET (self->message_label), *message != '\0');
}

static void
fold_facts (BwJobSummary *self)
{
  gtk_revealer_set_reveal_child (self->facts_revealer,
                                 !self->narrow || gtk_toggle_button_get_active (self->facts_button));
}

static void
bw_job_summary_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwJobSummary *self = BW_JOB_SUMMARY (object);

  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_job_summary_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwJobSummary *self = BW_JOB_SUMMARY (object);

  switch (id)
    {
    case PROP_NARROW:
      if (self->narrow == g_value_get_boolean (value))
        break;
      self->narrow = g_value_get_boolean (value);
      fold_facts (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_job_summary_dispose (GObject *object)
{
  BwJobSummary *self = BW_JOB_SUMMARY (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_JOB_SUMMARY);
  g_clear_pointer (&self->job, bw_job_unref);
  g_clear_object (&self->business);

  G_OBJECT_CLASS (bw_job_summary_parent_class)->dispose (object);
}

static void
bw_job_summary_class_init (BwJobSummaryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_job_summary_dispose;
  object_class->get_property = bw_job_summary_get_property;
  object_class->set_property = bw_job_summary_set_property;

  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_STATE_BADGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-job-summary.ui");
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, name_label);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, badge);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, items_label);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, facts_button);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, facts_revealer);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, facts_box);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, error_panel);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, error_label);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, failed_button);
  gtk_widget_class_bind_template_child (widget_class, BwJobSummary, message_label);
}

static void
bw_job_summary_init (BwJobSummary *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->facts_button, "toggled", G_CALLBACK (fold_facts), self, G_CONNECT_SWAPPED);
}

/* Whether the facts, which are widgets made anew, say something else for @job than for the one shown. */
static gboolean
facts_differ (BwJobSummary *self, const BwJob *job)
{
  return self->job == NULL || self->job->state != job->state || self->job->attempt != job->attempt
         || self->job->conditions != job->conditions || self->job->run_at != job->run_at
         || self->job->started_at != job->started_at || g_strcmp0 (self->job->updated_by, job->updated_by) != 0
         || g_strcmp0 (self->job->result_name, job->result_name) != 0;
}

/**
 * bw_job_summary_set_job:
 * @self: a summary
 * @job: the job as it now is
 */
void
bw_job_summary_set_job (BwJobSummary *self, BwJob *job)
{
  gboolean new_facts;

  g_return_if_fail (BW_IS_JOB_SUMMARY (self));
  g_return_if_fail (job != NULL);

  new_facts = facts_differ (self, job);
  bw_job_ref (job);
  g_clear_pointer (&self->job, bw_job_unref);
  self->job = job;

  gtk_label_set_text (self->name_label, job->name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label), job->name);
  bw_state_badge_set_job_state (self->badge, job->state, job->conditions);
  show_pause (self);
  show_progress (self);
  show_errors (self);
  if (new_facts)
    add_facts (self);
  else if (self->updated_label != NULL)
    bw_time_label_set_time (self->updated_label, job->updated_at);
}

/**
 * bw_job_summary_set_business:
 * @self: a summary
 * @business: the business of its jobs; once
 *
 * Lets the summary say by whom, when and why a job was paused.
 */
void
bw_job_summary_set_business (BwJobSummary *self, BwBusiness *business)
{
  g_return_if_fail (BW_IS_JOB_SUMMARY (self));
  g_return_if_fail (self->business == NULL);

  self->business = g_object_ref (business);
  g_signal_connect_object (bw_pause_list_get (business), "items-changed", G_CALLBACK (show_pause), self,
                           G_CONNECT_SWAPPED);
}

/**
 * bw_job_summary_set_result_kind:
 * @self: a summary
 * @kind: whether jobs of this type make a file
 */
void
bw_job_summary_set_result_kind (BwJobSummary *self, BwResultKind kind)
{
  g_return_if_fail (BW_IS_JOB_SUMMARY (self));

  if (self->result_kind == kind)
    return;

  self->result_kind = kind;
  if (self->job != NULL)
    add_facts (self);
}

/**
 * bw_job_summary_explain_result:
 * @job: a job
 * @kind: whether jobs of its type make a file
 *
 * Returns: (transfer full) (nullable): why there is no file to download; %NULL if there is one, or
 *   as long as that isn't known
 */
char *
bw_job_summary_explain_result (const BwJob *job, BwResultKind kind)
{
  if (job->result_name != NULL || kind == BW_RESULT_UNKNOWN)
    return NULL;
  if (kind == BW_RESULT_NEVER)
    return g_strdup (_("None: jobs of this type make no file"));
  if (!bw_job_is_finished (job))
    return g_strdup (_("None yet: the job is not complete"));
  if (job->state == BW_JOB_STATE_CANCELLED)
    return g_strdup (_("None: the job was cancelled before it made one"));
  if (job->state == BW_JOB_STATE_FAILED)
    return g_strdup (_("None: the job failed before it made one"));

  return g_strdup (_("None: the job made no file this time"));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-notice.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-job-actions.h"

/**
 * bw_notice_get_id:
 * @business: the job's business
 * @job: a job
 *
 * Returns: (transfer full): what the desktop knows the job's notification by
 */
char *
bw_notice_get_id (BwBusiness *business, gint64 job)
{
  return g_strdup_printf ("job-%s-%" G_GINT64_FORMAT, bw_business_get_id (business), job);
}

/**
 * bw_notice_get_target:
 * @business: the job's business
 * @job: a job
 *
 * Returns: (transfer floating): what actions on the job take: "(sx)"
 */
GVariant *
bw_notice_get_target (BwBusiness *business, gint64 job)
{
  return g_variant_new ("(sx)", bw_business_get_id (business), job);
}

/**
 * bw_notice_format_title:
 * @kind: what happened
 * @job: to which job
 *
 * Returns: (transfer full): it in a line
 */
char *
bw_notice_format_title (BwNoticeKind kind, const BwJob *job)
{
  gint64 n_good = job->items.in_state[BW_ITEM_STATE_SUCCESS];

  switch (kind)
    {
    case BW_NOTICE_STALLED:
      /* Translators: %s is the name of a job: "Send invoices" */
      return g_strdup_printf (_ ("%s may be stuck"), job->name);
    case BW_NOTICE_FAILED:
      if (n_good == 0)
        /* Translators: %s is the name of a job: "Send invoices" */
        return g_strdup_printf (C_ ("a job", "%s failed"), job->name);
      /* Translators: %s is the name of a job, some of whose items failed */
      return g_strdup_printf (_ ("%s is done, with failures"), job->name);
    case BW_NOTICE_DONE:
    default:
      /* Translators: %s is the name of a job: "Send invoices" */
      return g_strdup_printf (_ ("%s is done"), job->name);
    }
}

/**
 * bw_notice_format_body:
 * @kind: what happened
 * @job: to which job
 * @business: (nullable): the name of the job's business, if the user has several
 * @own: whether the user began the job
 *
 * Returns: (transfer full): what else there is to say of it
 */
char *
bw_notice_format_body (BwNoticeKind kind, const BwJob *job, const char *business, gboolean own)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_autofree char *items = bw_format_items (job);
  g_autofree char *place = NULL;
  g_auto (GStrv) all = NULL;

  if (kind == BW_NOTICE_STALLED)
    {
      g_autofree char *time = bw_format_time_human (job->updated_at, bw_time_now ());

      /* Translators: %s is a moment: "2 hours ago" or "Yesterday, 14:03" */
      g_strv_builder_take (parts, g_strdup_printf (_ ("Its worker was last heard of: %s"), time));
    }
  else if (*items != '\0')
    g_strv_builder_add (parts, items);
  else if (job->message != NULL)
    g_strv_builder_add (parts, job->message);

  if (business != NULL && !own)
    /* Translators: a business, and the user who began a job in it */
    place = g_strdup_printf (_ ("%s, by %s"), business, job->created_by_name);
  else if (!own)
    /* Translators: the user who began a job */
    place = g_strdup_printf (_ ("By %s"), job->created_by_name);
  else
    place = g_strdup (business);
  if (place != NULL)
    g_strv_builder_add (parts, place);
  all = g_strv_builder_end (parts);

  return g_strjoinv (" · ", all);
}

static char *
format_count (const BwNoticeSum *sum)
{
  g_autofree char *figure = bw_format_number (sum->n_jobs);

  if (sum->stalled)
    /* Translators: %s is a number */
    return g_strdup_printf (ngettext ("%s job may be stuck", "%s jobs may be stuck", sum->n_jobs),
                            figure);
  if (sum->more)
    /* Translators: %s is a number */
    return g_strdup_printf (
        ngettext ("More than %s job is done", "More than %s jobs are done", sum->n_jobs), figure);

  /* Translators: %s is a number */
  return g_strdup_printf (ngettext ("%s job is done", "%s jobs are done", sum->n_jobs), figure);
}

/**
 * bw_notice_format_sum:
 * @sum: many jobs
 *
 * Returns: (transfer full): "14 jobs are done, 2 failed"
 */
char *
bw_notice_format_sum (const BwNoticeSum *sum)
{
  g_autofree char *done = format_count (sum);
  g_autofree char *figure = bw_format_number (sum->n_failed);
  g_autofree char *failed = NULL;

  if (sum->n_failed == 0)
    return g_steal_pointer (&done);

  /* Translators: how many jobs failed */
  failed = g_strdup_printf (ngettext ("%s failed", "%s failed", sum->n_failed), figure);

  /* Translators: "14 jobs are done" and "2 failed" */
  return g_strdup_printf (_ ("%s, %s"), done, failed);
}

/**
 * bw_notice_format_names:
 * @sum: many jobs
 *
 * Returns: (transfer full): "Send invoices, Send statements and 12 more"
 */
char *
bw_notice_format_names (const BwNoticeSum *sum)
{
  g_autofree char *names = NULL;
  guint n_names = MIN (sum->names->len, BW_NOTICE_SUM_NAMES);
  guint n_more = sum->n_jobs - n_names;
  g_autofree char *figure = bw_format_number (n_more);

  for (guint i = 0; i < n_names; i++)
    {
      g_autofree char *before = g_steal_pointer (&names);
      const char *name = g_ptr_array_index (sum->names, i);

      /* Translators: two parts of an enumeration */
      names = before != NULL ? g_strdup_printf (_ ("%s, %s"), before, name) : g_strdup (name);
    }
  if (n_more == 0 || names == NULL)
    return names != NULL ? g_steal_pointer (&names) : g_strdup ("");

  /* Translators: names of jobs, and how many there are beside them */
  return g_strdup_printf (ngettext ("%s and %s more", "%s and %s more", n_more), names, figure);
}

/* A retry asks first, and says which items it is about. */
static void
add_retry (GNotification *notification, const BwWatchedJob *job)
{
  g_autofree char *refusal =
      bw_job_action_get_refusal (job->business, job->job, "job.retry-failed");
  gboolean has_items = bw_item_counts_total (&job->job->items) > 0;

  if (refusal != NULL)
    return;

  g_notification_add_button_with_target_value (
      notification, has_items ? _ ("Retry Failed Items…") : _ ("Retry…"), "app.retry-job",
      bw_notice_get_target (job->business, job->job->id));
}

/**
 * bw_notice_new:
 * @kind: what happened
 * @job: to which job
 * @own: whether the user began the job
 * @only_business: whether the user has no other business
 *
 * Returns: (transfer full): the notification; a click on it opens the job
 */
GNotification *
bw_notice_new (BwNoticeKind kind, const BwWatchedJob *job, gboolean own, gboolean only_business)
{
  const char *business = only_business ? NULL : bw_business_get_name (job->business);
  g_autofree char *title = bw_notice_format_title (kind, job->job);
  g_autofree char *body = bw_notice_format_body (kind, job->job, business, own);
  GNotification *notification = g_notification_new (title);

  if (*body != '\0')
    g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target_value (
      notification, "app.open-job", bw_notice_get_target (job->business, job->job->id));
  if (kind != BW_NOTICE_DONE)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  if (kind == BW_NOTICE_FAILED)
    add_retry (notification, job);

  return notification;
}

/**
 * bw_notice_new_sum:
 * @sum: many jobs
 *
 * Returns: (transfer full): one notification of them all; a click on it opens the overview
 */
GNotification *
bw_notice_new_sum (const BwNoticeSum *sum)
{
  g_autofree char *title = bw_notice_format_sum (sum);
  g_autofree char *body = bw_notice_format_names (sum);
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target_value (
      notification, "app.show-business",
      g_variant_new_string (sum->business != NULL ? sum->business : ""));
  if (sum->n_failed > 0 || sum->stalled)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);

  return notification;
}

/**
 * bw_notice_sum_new:
 * @stalled: whether it is of jobs that may be stuck, and not of jobs that are done
 *
 * Returns: (transfer full): the sum of no jobs yet
 */
BwNoticeSum *
bw_notice_sum_new (gboolean stalled)
{
  BwNoticeSum *self = g_new0 (BwNoticeSum, 1);

  self->stalled = stalled;
  self->names = g_ptr_array_new_with_free_func (g_free);

  return self;
}

/**
 * bw_notice_sum_free:
 * @self: (transfer full): a sum
 */
void
bw_notice_sum_free (BwNoticeSum *self)
{
  g_ptr_array_unref (self->names);
  g_free (self->business);
  g_free (self);
}

/**
 * bw_notice_sum_add:
 * @self: a sum
 * @kind: what happened
 * @job: to which job
 *
 * Counts one more.
 */
void
bw_notice_sum_add (BwNoticeSum *self, BwNoticeKind kind, const BwWatchedJob *job)
{
  const char *business = bw_business_get_id (job->business);

  if (self->n_jobs == 0)
    self->business = g_strdup (business);
  else if (!g_str_equal (self->business, business))
    g_set_str (&self->business, "");

  self->n_jobs++;
  self->n_failed += kind == BW_NOTICE_FAILED;
  if (self->names->len < BW_NOTICE_SUM_NAMES)
    g_ptr_array_add (self->names, g_strdup (job->job->name));
}

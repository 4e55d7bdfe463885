/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-history-page.h"

#include <glib/gi18n.h>

#include "bw-action-words.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-time-label.h"

struct _BwHistoryPage
{
  AdwBin parent_instance;

  AdwPreferencesGroup *attempts_group;
  GtkListBox *attempts_list;
  AdwPreferencesGroup *actions_group;
  GtkListBox *actions_list;

  BwBusiness *business;
  BwJob *job; /* as it was when its history was read; NULL: not yet */
};

G_DEFINE_FINAL_TYPE (BwHistoryPage, bw_history_page, ADW_TYPE_BIN)

static const char *
get_outcome_text (const char *outcome)
{
  static const struct
  {
    const char *outcome;
    const char *text;
  } texts[] = {
    { "running", N_ ("Running") },     { "finished", N_ ("Finished") },
    { "failed", N_ ("Failed") },       { "lapsed", N_ ("The worker was lost") },
    { "cancelled", N_ ("Cancelled") }, { "released", N_ ("The worker handed it back") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (g_strcmp0 (outcome, texts[i].outcome) == 0)
        return _ (texts[i].text);
    }
  return outcome;
}

static GtkWidget *
create_row (const char *title, const char *subtitle, const char *icon_name, BwTime time)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *when = bw_time_label_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);

  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  if (g_str_equal (icon_name, "bw-failed-symbolic"))
    gtk_widget_add_css_class (icon, "error");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  bw_time_label_set_time (BW_TIME_LABEL (when), time);
  gtk_widget_set_valign (when, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (when, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), when);

  return row;
}

static const char *
get_outcome_icon (const BwAttempt *attempt)
{
  if (g_strcmp0 (attempt->outcome, "running") == 0)
    return "bw-processing-symbolic";
  if (attempt->error != NULL || g_strcmp0 (attempt->outcome, "failed") == 0)
    return "bw-failed-symbolic";
  if (g_strcmp0 (attempt->outcome, "finished") == 0)
    return "bw-success-symbolic";

  return "bw-cancelled-symbolic";
}

static GtkWidget *
create_attempt_row (const BwAttempt *attempt)
{
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *took = NULL;

  if (attempt->ended_at != BW_TIME_NONE)
    took = bw_format_duration (attempt->ended_at - attempt->started_at);

  /* Translators: the number of an attempt, and how it ended: "Attempt 2 · Failed" */
  title = g_strdup_printf (_ ("Attempt %d · %s"), attempt->attempt,
                           get_outcome_text (attempt->outcome));
  if (took != NULL)
    /* Translators: a worker's name and how long it took: "On office-server, 2 minutes" */
    subtitle = g_strdup_printf (_ ("On %s, %s"), attempt->worker, took);
  else
    subtitle = g_strdup_printf (_ ("On %s"), attempt->worker);
  if (attempt->error != NULL)
    {
      g_autofree char *with_error = g_strconcat (attempt->error, "\n", subtitle, NULL);

      g_set_str (&subtitle, with_error);
    }

  return create_row (title, subtitle, get_outcome_icon (attempt), attempt->started_at);
}

static GtkWidget *
create_action_row (const BwAction *action)
{
  /* Translators: a person's name and what that person did: "Adam de Boer: Retried the job" */
  g_autofree char *title =
      g_strdup_printf (_ ("%s: %s"), action->actor, bw_action_get_words (action->action));

  return create_row (title, action->detail, "avatar-default-symbolic", action->at);
}

/* Newest first. */
static void
show_history (BwHistoryPage *self, BwJobHistory *history)
{
  gtk_list_box_remove_all (self->attempts_list);
  gtk_list_box_remove_all (self->actions_list);
  for (guint i = history->attempts->len; i > 0; i--)
    gtk_list_box_append (self->attempts_list, create_attempt_row (history->attempts->pdata[i - 1]));
  for (guint i = history->actions->len; i > 0; i--)
    gtk_list_box_append (self->actions_list, create_action_row (history->actions->pdata[i - 1]));

  gtk_widget_set_visible (GTK_WIDGET (self->attempts_list), history->attempts->len > 0);
  adw_preferences_group_set_description (
      self->attempts_group,
      history->attempts->len > 0 ? NULL : _ ("No worker has taken this job yet."));
  gtk_widget_set_visible (GTK_WIDGET (self->actions_group), history->actions->len > 0);
}

static void
forget_job (BwHistoryPage *self)
{
  g_clear_pointer (&self->job, bw_job_unref);
}

static DexFuture *
load_fiber (gpointer data)
{
  BwHistoryPage *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJobHistory) history =
      dex_await_boxed (bw_business_get_history (self->business, self->job->id), &error);

  if (self->attempts_list == NULL)
    return dex_future_new_true ();
  if (history != NULL)
    {
      show_history (self, history);
      return dex_future_new_true ();
    }

  forget_job (self);
  if (!bw_client_error_is_transient (error))
    adw_preferences_group_set_description (self->attempts_group, error->message);

  return dex_future_new_true ();
}

static gboolean
history_differs (const BwJob *a, const BwJob *b)
{
  return a == NULL || a->state != b->state || a->attempt != b->attempt
         || a->conditions != b->conditions || a->priority != b->priority || a->run_at != b->run_at
         || g_strcmp0 (a->name, b->name) != 0;
}

static void
bw_history_page_dispose (GObject *object)
{
  BwHistoryPage *self = BW_HISTORY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_HISTORY_PAGE);
  g_clear_object (&self->business);
  forget_job (self);

  G_OBJECT_CLASS (bw_history_page_parent_class)->dispose (object);
}

static void
bw_history_page_class_init (BwHistoryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_history_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-history-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwHistoryPage, attempts_group);
  gtk_widget_class_bind_template_child (widget_class, BwHistoryPage, attempts_list);
  gtk_widget_class_bind_template_child (widget_class, BwHistoryPage, actions_group);
  gtk_widget_class_bind_template_child (widget_class, BwHistoryPage, actions_list);
}

static void
bw_history_page_init (BwHistoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_history_page_show:
 * @self: a page
 * @business: the job's business
 * @job: the job as it now is
 *
 * Shows what became of the job so far; reads it anew if something of it is another than before.
 */
void
bw_history_page_show (BwHistoryPage *self, BwBusiness *business, BwJob *job)
{
  g_return_if_fail (BW_IS_HISTORY_PAGE (self));

  if (!history_differs (self->job, job))
    return;

  g_set_object (&self->business, business);
  forget_job (self);
  self->job = bw_job_ref (job);
  dex_future_disown (bw_fiber_spawn (load_fiber, g_object_ref (self), g_object_unref));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is asked before something is done to a job: what will happen, in so many words.
 */
#include "bw-config.h"

#include "bw-job-question.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-help.h"
#include "bw-item-list.h"

/* How many of the failed items are in sight at once, and how high each is, in pixels. */
#define ITEMS_IN_SIGHT 5
#define ITEM_HEIGHT 40

/* Items by name, each with why it failed */

static void
setup_item_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *message = gtk_label_new (NULL);

  gtk_widget_add_css_class (message, "caption");
  gtk_widget_add_css_class (message, "dimmed");
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *label = i == 0 ? name : message;

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_child (list_item, box);
}

static void
entry_changed_cb (GtkListItem *list_item)
{
  BwItemEntry *entry = gtk_list_item_get_item (list_item);
  BwItem *item = entry != NULL ? bw_item_entry_get_item (entry) : NULL;
  GtkWidget *name = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *message = gtk_widget_get_next_sibling (name);
  const char *words = item != NULL && item->message != NULL ? item->message : "";

  gtk_label_set_text (GTK_LABEL (name), item != NULL && item->label != NULL ? item->label : "");
  gtk_label_set_text (GTK_LABEL (message), words);
  gtk_widget_set_visible (message, *words != '\0');
  gtk_widget_set_tooltip_text (message, *words != '\0' ? words : NULL);
  gtk_list_item_set_accessible_label (list_item, item != NULL && item->label != NULL ? item->label : "");
}

static void
bind_item_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  g_signal_connect_object (gtk_list_item_get_item (list_item), "notify::item", G_CALLBACK (entry_changed_cb), list_item,
                           G_CONNECT_SWAPPED);
  entry_changed_cb (list_item);
}

static void
unbind_item_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (list_item), list_item);
}

/* However many there are, only those in sight are fetched. */
static GtkWidget *
create_item_list (BwBusiness *business, const BwJob *job, gint64 n_items)
{
  g_autoptr (BwItemFilter) filter = bw_item_filter_new ();
  BwItemList *items = bw_item_list_new (business, job->id);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *view;
  GtkWidget *scroller;

  filter->states = (1u << BW_ITEM_STATE_FAILED) | (1u << BW_ITEM_STATE_CANCELLED);
  bw_item_list_set_filter (items, filter);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_item_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_item_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_item_cb), NULL);

  view = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (items))), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Items to retry"), -1);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (view), TRUE);
  scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller),
                                              (int) MIN (n_items, ITEMS_IN_SIGHT) * ITEM_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_set_overflow (scroller, GTK_OVERFLOW_HIDDEN);

  return scroller;
}

static gint64
count_to_retry (const BwJob *job)
{
  return job->items.in_state[BW_ITEM_STATE_FAILED] + job->items.in_state[BW_ITEM_STATE_CANCELLED];
}

static char *
describe_retry_failed (const BwJob *job)
{
  gint64 n_items = count_to_retry (job);
  gint64 n_others = bw_item_counts_total (&job->items) - n_items;
  g_autofree char *items = bw_format_number (n_items);
  g_autofree char *others = bw_format_number (n_others);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (n_items == 0)
    return g_strdup_printf (_("“%s” is tried once more. What is done already is not done again."), job->name);

  /* Translators: %s is a number */
  first = g_strdup_printf (ngettext ("%s item is done again:", "%s items are done again:", (gulong) n_items), items);
  if (n_others == 0)
    return g_steal_pointer (&first);

  /* Translators: %s is a number */
  second = g_strdup_printf (ngettext ("The other %s stays as it is.", "The other %s stay as they are.", (gulong) n_others),
                            others);

  /* Translators: two sentences: "The other 117 stay as they are." and "3 items are done again:" */
  return g_strdup_printf (_("%s %s"), second, first);
}

static char *
describe (const BwJob *job, const char *action)
{
  if (g_str_equal (action, "job.cancel"))
    return g_strdup_printf (_("“%s” stops. What it has done until then stays done."), job->name);
  if (g_str_equal (action, "job.delete"))
    return g_strdup_printf (_("“%s” is removed for everyone, with its items, log and result. This can’t be undone."),
                            job->name);
  if (g_str_equal (action, "job.retry-all"))
    return g_strdup_printf (_("“%s” is done again from the start, also what succeeded: mails and invoices that went "
                              "out go out once more."),
                            job->name);

  return describe_retry_failed (job);
}

static AdwAlertDialog *
create_question (BwBusiness *business, const BwJob *job, const char *action)
{
  static const struct
  {
    const char *action;
    const char *page; /* of the help */
    const char *heading;
    const char *no;
    const char *yes;
    AdwResponseAppearance appearance;
  } questions[] = {
    { "job.cancel", "cancel", N_("Cancel This Job?"), N_("_Keep Running"), N_("_Cancel Job"), ADW_RESPONSE_DESTRUCTIVE },
    { "job.delete", "delete", N_("Delete This Job?"), N_("_Keep"), N_("_Delete"), ADW_RESPONSE_DESTRUCTIVE },
    { "job.retry-all", "retry", N_("Do Everything Again?"), N_("_Cancel"), N_("_Retry All"), ADW_RESPONSE_DESTRUCTIVE },
    { "job.retry-failed", "retry", N_("Retry What Failed?"), N_("_Cancel"), N_("_Retry"), ADW_RESPONSE_SUGGESTED },
  };
  g_autofree char *body = describe (job, action);
  AdwAlertDialog *dialog;
  guint i = 0;

  while (!g_str_equal (questions[i].action, action))
    i++;
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_(questions[i].heading), body));
  adw_alert_dialog_add_responses (dialog, "no", _(questions[i].no), "yes", _(questions[i].yes), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "yes", questions[i].appearance);
  adw_alert_dialog_set_default_response (dialog, questions[i].appearance == ADW_RESPONSE_SUGGESTED ? "yes" : "no");
  adw_alert_dialog_set_close_response (dialog, "no");
  bw_help_set_page (GTK_WIDGET (dialog), questions[i].page);
  if (g_str_equal (action, "job.retry-failed") && count_to_retry (job) > 0)
    adw_alert_dialog_set_extra_child (dialog, create_item_list (business, job, count_to_retry (job)));

  return dialog;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  dex_promise_resolve_boolean (promise, g_str_equal (response, "yes"));
}

/**
 * bw_job_question_ask:
 * @parent: over which widget
 * @business: the job's business
 * @job: the job as it now is
 * @action: "job.cancel", "job.delete", "job.retry-all" or "job.retry-failed"
 *
 * Says what the action will do, and asks whether to do it.
 *
 * Returns: (transfer full): a future of a boolean: whether the user wants it
 */
DexFuture *
bw_job_question_ask (GtkWidget *parent, BwBusiness *business, BwJob *job, const char *action)
{
  DexPromise *promise = dex_promise_new ();

  adw_alert_dialog_choose (create_question (business, job, action), parent, NULL, answered_cb, dex_ref (promise));

  return DEX_FUTURE (promise);
}

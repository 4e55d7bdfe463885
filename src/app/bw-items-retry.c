/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-items-retry.h"

#include <glib/gi18n.h>

#include "bw-business-bulk.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-help.h"
#include "bw-item.h"
#include "bw-job-actions.h"
#include "bw-row-range.h"

/* How many items are named; the others are counted. */
#define MAX_NAMED 6

typedef struct
{
  GtkWidget *widget;
  BwBusiness *business;
  BwJob *job;
  BwRowSelection *selection;
} Retry;

static void
retry_free (gpointer data)
{
  Retry *retry = data;

  g_object_unref (retry->widget);
  g_object_unref (retry->business);
  bw_job_unref (retry->job);
  g_object_unref (retry->selection);
  g_free (retry);
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const BwItem *first = *(const BwItem *const *) a;
  const BwItem *second = *(const BwItem *const *) b;

  return first->item < second->item ? -1 : first->item > second->item;
}

/* The items chosen, in their order; of all that match, those that are not loaded are fetched. */
static GPtrArray *
await_items (Retry *retry, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_item_unref);
  g_autoptr (GPtrArray) rows = NULL;
  guint last = (guint) bw_row_selection_get_size (retry->selection) - 1;

  if (bw_row_selection_is_all (retry->selection))
    {
      rows = dex_await_boxed (
          bw_row_range_fetch (bw_row_selection_get_list (retry->selection), 0, last), error);
      for (guint i = 0; rows != NULL && i < rows->len; i++)
        g_ptr_array_add (items, g_value_dup_boxed (rows->pdata[i]));
    }
  else
    {
      rows = bw_row_selection_get_rows (retry->selection);
      for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add (items, bw_item_ref (rows->pdata[i]));
    }
  if (rows == NULL)
    return NULL;

  g_ptr_array_sort (items, compare_items);

  return g_steal_pointer (&items);
}

/* The question: which, by name, and what that means for those that had succeeded */

static GtkWidget *
create_names (GPtrArray *items)
{
  g_autoptr (GString) names = g_string_new (NULL);
  GtkWidget *label;

  for (guint i = 0; i < MIN (items->len, MAX_NAMED); i++)
    {
      const BwItem *item = items->pdata[i];

      g_string_append_printf (names, "%s• %s", i > 0 ? "\n" : "",
                              item->label != NULL ? item->label : "");
    }
  if (items->len > MAX_NAMED)
    {
      guint n_more = items->len - MAX_NAMED;
      g_autofree char *number = bw_format_number (n_more);

      g_string_append_c (names, '\n');
      /* Translators: %s is a number; it follows the names of some items */
      g_string_append_printf (names, ngettext ("and %s more", "and %s more", n_more), number);
    }

  label = gtk_label_new (names->str);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);

  return label;
}

static char *
describe (GPtrArray *items)
{
  guint n_success = 0;
  g_autofree char *number = NULL;

  for (guint i = 0; i < items->len; i++)
    if (((const BwItem *) items->pdata[i])->state == BW_ITEM_STATE_SUCCESS)
      n_success++;
  if (n_success == 0)
    return g_strdup (_ ("Only these are done again. The others stay as they are."));

  number = bw_format_number (n_success);

  /* Translators: %s is a number */
  return g_strdup_printf (ngettext ("Only these are done again. The others stay as they are.\n\n%s "
                                    "of them had succeeded: if it sends "
                                    "a mail or an invoice, that goes out once more.",
                                    "Only these are done again. The others stay as they are.\n\n%s "
                                    "of them had succeeded: mails and "
                                    "invoices that went out go out once more.",
                                    n_success),
                          number);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  dex_promise_resolve_boolean (promise, g_str_equal (response, "yes"));
}

static DexFuture *
ask (Retry *retry, GPtrArray *items)
{
  g_autofree char *number = bw_format_number (items->len);
  /* Translators: %s is a number */
  g_autofree char *heading =
      g_strdup_printf (ngettext ("Retry %s Item?", "Retry %s Items?", items->len), number);
  g_autofree char *body = describe (items);
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body));
  DexPromise *promise = dex_promise_new ();

  adw_alert_dialog_add_responses (dialog, "no", _ ("_Cancel"), "yes", _ ("_Retry"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "yes");
  adw_alert_dialog_set_close_response (dialog, "no");
  adw_alert_dialog_set_extra_child (dialog, create_names (items));
  bw_help_set_page (GTK_WIDGET (dialog), "retry");
  adw_alert_dialog_choose (dialog, retry->widget, NULL, answered_cb, dex_ref (promise));

  return DEX_FUTURE (promise);
}

static DexFuture *
retry_fiber (gpointer data)
{
  Retry *retry = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) items = await_items (retry, &error);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (BwJob) job = NULL;

  if (items == NULL)
    return dex_future_new_for_error (error);
  if (!dex_await_boolean (ask (retry, items), NULL))
    return dex_future_new_for_boolean (FALSE);

  for (guint i = 0; i < items->len; i++)
    g_array_append_val (numbers, ((const BwItem *) items->pdata[i])->item);
  job = dex_await_boxed (bw_business_retry_items (retry->business, retry->job->id,
                                                  (const gint64 *) (gconstpointer) numbers->data,
                                                  numbers->len),
                         &error);
  if (job == NULL)
    return dex_future_new_for_error (error);

  bw_row_selection_clear (retry->selection);

  return dex_future_new_true ();
}

/**
 * bw_items_retry_get_refusal:
 * @business: the job's business
 * @job: a job
 * @items: items chosen of it
 *
 * Returns: (transfer full) (nullable): why these can't be retried now, a sentence; %NULL if they
 * can
 */
char *
bw_items_retry_get_refusal (BwBusiness *business, const BwJob *job, BwRowSelection *items)
{
  if (bw_row_selection_get_size (items) > BW_ROW_SELECTION_MAX)
    return g_strdup (_ ("So many can’t be named one by one. Retry all items of the job instead."));

  return bw_job_action_get_refusal (business, job, "job.retry-all");
}

/**
 * bw_items_retry:
 * @widget: where the question is asked
 * @business: the job's business
 * @job: the job
 * @items: the items chosen of it, at least one
 *
 * Names the items, asks, and retries them.
 *
 * Returns: (transfer full): a future of a boolean: whether the user wanted it; rejects with what
 * can be said
 */
DexFuture *
bw_items_retry (GtkWidget *widget, BwBusiness *business, BwJob *job, BwRowSelection *items)
{
  Retry *retry = g_new0 (Retry, 1);

  retry->widget = g_object_ref (widget);
  retry->business = g_object_ref (business);
  retry->job = bw_job_ref (job);
  retry->selection = g_object_ref (items);

  return bw_fiber_spawn (retry_fiber, retry, retry_free);
}

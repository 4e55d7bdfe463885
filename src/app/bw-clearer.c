/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-clearer.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-help.h"
#include "bw-job-list.h"
#include "bw-toast.h"

struct _BwClearer
{
  GObject parent_instance;

  GtkWidget *widget;       /* weak: it owns this */
  AdwToastOverlay *toasts; /* weak */
  GSimpleAction *action;
  BwBusiness *business;
  BwJobList *finished; /* whatever the filter of the overview is */
};

G_DEFINE_FINAL_TYPE (BwClearer, bw_clearer, G_TYPE_OBJECT)

static guint
count (BwClearer *self)
{
  return self->finished != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->finished)) : 0;
}

static gboolean
is_offline (BwClearer *self)
{
  BwConnection *connection = bw_business_get_connection (self->business);

  return bw_connection_get_state (connection) == BW_CONNECTION_STATE_OFFLINE;
}

static void
update (BwClearer *self)
{
  gboolean may = self->business != NULL && bw_business_may (self->business, BW_PERMISSION_DELETE);

  g_simple_action_set_enabled (self->action, may && count (self) > 0 && !is_offline (self));
}

/* The question */

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  dex_promise_resolve_boolean (promise, g_str_equal (response, "clear"));
}

static DexFuture *
ask (BwClearer *self)
{
  gulong n = count (self);
  gboolean is_exact = TRUE;
  g_autofree char *number = NULL;
  g_autofree char *heading = NULL;
  AdwAlertDialog *dialog;
  DexPromise *promise = dex_promise_new ();

  g_object_get (self->finished, "total-is-exact", &is_exact, NULL);
  number = bw_format_count ((gint64) n, is_exact);
  /* Translators: %s is a number */
  heading =
      g_strdup_printf (ngettext ("Clear %s Finished Job?", "Clear %s Finished Jobs?", n), number);
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (
      heading,
      _ ("Every job that is finished or cancelled is removed for everyone, with its items, log and "
         "result, also those that the filters hide. Active jobs stay. This can’t be undone.")));
  adw_alert_dialog_add_responses (dialog, "keep", _ ("_Keep"), "clear", _ ("C_lear"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "clear", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "keep");
  adw_alert_dialog_set_close_response (dialog, "keep");
  bw_help_set_page (GTK_WIDGET (dialog), "delete");
  adw_alert_dialog_choose (dialog, self->widget, NULL, answered_cb, dex_ref (promise));

  return DEX_FUTURE (promise);
}

static void
say_cleared (BwClearer *self, gint64 n_cleared)
{
  g_autofree char *number = bw_format_number (n_cleared);
  /* Translators: %s is a number */
  g_autofree char *text =
      g_strdup_printf (ngettext ("%s finished job was cleared.", "%s finished jobs were cleared.",
                                 (gulong) n_cleared),
                       number);

  if (self->toasts != NULL)
    bw_toast_say (self->toasts, text);
}

static DexFuture *
clear_fiber (gpointer user_data)
{
  BwClearer *self = user_data;
  g_autoptr (BwBusiness) business = g_object_ref (self->business);
  g_autoptr (GError) error = NULL;
  gint64 n_cleared;

  if (!dex_await_boolean (ask (self), NULL))
    return dex_future_new_true ();

  n_cleared = dex_await_int64 (bw_business_clear (business), &error);
  if (error == NULL)
    say_cleared (self, n_cleared);
  else if (self->toasts != NULL)
    bw_toast_say (self->toasts, error->message);

  return dex_future_new_true ();
}

static void
activate_cb (BwClearer *self)
{
  dex_future_disown (bw_fiber_spawn (clear_fiber, g_object_ref (self), g_object_unref));
}

static void
disconnect (BwClearer *self)
{
  if (self->business == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->business, self);
  g_signal_handlers_disconnect_by_data (bw_business_get_connection (self->business), self);
  g_signal_handlers_disconnect_by_data (self->finished, self);
  g_clear_object (&self->finished);
  g_clear_object (&self->business);
}

static void
bw_clearer_dispose (GObject *object)
{
  BwClearer *self = BW_CLEARER (object);

  disconnect (self);
  g_clear_object (&self->action);
  g_clear_weak_pointer (&self->widget);
  g_clear_weak_pointer (&self->toasts);

  G_OBJECT_CLASS (bw_clearer_parent_class)->dispose (object);
}

static void
bw_clearer_class_init (BwClearerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bw_clearer_dispose;
}

static void
bw_clearer_init (BwClearer *self)
{
}

/**
 * bw_clearer_new:
 * @actions: where to add the action
 * @widget: where the question is asked; it must keep the clearer no longer than itself
 * @toasts: where the outcome is said
 *
 * Returns: (transfer full): a clearer without a business
 */
BwClearer *
bw_clearer_new (GActionMap *actions, GtkWidget *widget, AdwToastOverlay *toasts)
{
  BwClearer *self = g_object_new (BW_TYPE_CLEARER, NULL);

  g_set_weak_pointer (&self->widget, widget);
  g_set_weak_pointer (&self->toasts, toasts);
  self->action = g_simple_action_new ("clear", NULL);
  g_signal_connect_object (self->action, "activate", G_CALLBACK (activate_cb), self,
                           G_CONNECT_SWAPPED);
  g_action_map_add_action (actions, G_ACTION (self->action));
  update (self);

  return self;
}

/**
 * bw_clearer_set_business:
 * @self: a clearer
 * @business: (nullable): whose finished jobs are cleared
 */
void
bw_clearer_set_business (BwClearer *self, BwBusiness *business)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();

  g_return_if_fail (BW_IS_CLEARER (self));

  disconnect (self);
  if (business != NULL)
    {
      filter->states = BW_JOB_STATES_FINISHED;
      self->business = g_object_ref (business);
      self->finished = bw_job_list_new (business, filter);
      g_signal_connect_swapped (self->finished, "items-changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (business, "notify::permissions", G_CALLBACK (update), self);
      g_signal_connect_swapped (bw_business_get_connection (business), "notify::state",
                                G_CALLBACK (update), self);
    }
  update (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-pause-acts.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-help.h"
#include "bw-pause-list.h"
#include "bw-pause-words.h"

/* Something to be done to pauses: what, and where it is spoken of. */
typedef struct
{
  GtkWidget *parent;
  AdwToastOverlay *toasts;
  BwBusiness *business;
  GArray *users;       /* of gint64: to pause */
  GStrv types;
  gboolean all;
  char *reason;
  GPtrArray *pauses;   /* of BwPause: to end or, by undo, to order anew */
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_clear_object (&act->parent);
  g_clear_object (&act->toasts);
  g_clear_object (&act->business);
  g_clear_pointer (&act->users, g_array_unref);
  g_clear_pointer (&act->types, g_strfreev);
  g_clear_pointer (&act->reason, g_free);
  g_clear_pointer (&act->pauses, g_ptr_array_unref);
  g_free (act);
}

static Act *
act_new (AdwToastOverlay *toasts, BwBusiness *business)
{
  Act *act = g_new0 (Act, 1);

  g_set_object (&act->toasts, toasts);
  act->business = g_object_ref (business);
  act->pauses = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_pause_free);

  return act;
}

static AdwToast *
say (Act *act, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  if (act->toasts != NULL)
    adw_toast_overlay_add_toast (act->toasts, g_object_ref (toast));

  return toast;
}

static void
say_error (Act *act, const GError *error)
{
  g_object_unref (say (act, error->message));
}

/* The way back */

static void
act_free_closure (gpointer data, GClosure *closure)
{
  act_free (data);
}

static void
undo_cb (AdwToast *toast, Act *back)
{
  DexFiberFunc func = g_object_get_data (G_OBJECT (toast), "undo");
  Act *act = act_new (back->toasts, back->business);

  for (guint i = 0; i < back->pauses->len; i++)
    g_ptr_array_add (act->pauses, bw_pause_copy (g_ptr_array_index (back->pauses, i)));
  dex_future_disown (bw_fiber_spawn (func, act, act_free));
}

/* Takes over what was done, to be undone by @func from the toast. */
static void
offer_undo (Act *act, const char *text, DexFiberFunc func)
{
  g_autoptr (AdwToast) toast = say (act, text);
  Act *back = act_new (act->toasts, act->business);

  g_ptr_array_extend_and_steal (back->pauses, g_steal_pointer (&act->pauses));
  act->pauses = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_pause_free);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_object_set_data (G_OBJECT (toast), "undo", (gpointer) func);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), back, act_free_closure,
                         G_CONNECT_DEFAULT);
}

/* Ends the pauses again that were just ordered. Who has ended one meanwhile has done it already. */
static DexFuture *
undo_pause_fiber (gpointer data)
{
  Act *act = data;

  for (guint i = 0; i < act->pauses->len; i++)
    {
      const BwPause *pause = g_ptr_array_index (act->pauses, i);
      g_autoptr (GError) error = NULL;

      if (!dex_await (bw_business_resume (act->business, pause->id), &error)
          && !g_error_matches (error, BW_ERROR, BW_ERROR_NOT_FOUND))
        say_error (act, error);
    }
  bw_pause_list_refresh (bw_pause_list_get (act->business));

  return dex_future_new_true ();
}

/* Orders the pauses anew that were just ended, each for its own reason. */
static DexFuture *
undo_resume_fiber (gpointer data)
{
  Act *act = data;

  for (guint i = 0; i < act->pauses->len; i++)
    {
      const BwPause *pause = g_ptr_array_index (act->pauses, i);
      const char *types[] = { pause->type, NULL };
      g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autoptr (GError) error = NULL;

      if (pause->user_id != 0)
        g_array_append_val (users, pause->user_id);
      if (!dex_await (bw_business_pause (act->business, users, types, pause->all, pause->reason), &error))
        say_error (act, error);
    }
  bw_pause_list_refresh (bw_pause_list_get (act->business));

  return dex_future_new_true ();
}

/* Pausing */

static char *
describe_paused (GPtrArray *pauses)
{
  g_autofree char *figure = bw_format_number (pauses->len);
  g_autofree char *target = bw_pause_describe_target (g_ptr_array_index (pauses, 0));

  /* Translators: the placeholder is a user's name, a type of jobs or "Everything" */
  return pauses->len == 1 ? g_strdup_printf (_ ("Paused: %s"), target)
                          : g_strdup_printf (ngettext ("%s pause is set.", "%s pauses are set.", pauses->len), figure);
}

static char *
describe_resumed (GPtrArray *pauses)
{
  g_autofree char *figure = bw_format_number (pauses->len);
  g_autofree char *target = bw_pause_describe_target (g_ptr_array_index (pauses, 0));

  /* Translators: the placeholder is a user's name, a type of jobs or "Everything" */
  return pauses->len == 1 ? g_strdup_printf (_ ("Resumed: %s"), target)
                          : g_strdup_printf (ngettext ("%s pause ended.", "%s pauses ended.", pauses->len), figure);
}

/* Which of the pauses that stand now were not there before. */
static void
keep_new (Act *act, GPtrArray *standing, GHashTable *before)
{
  for (guint i = 0; i < standing->len; i++)
    {
      const BwPause *pause = g_ptr_array_index (standing, i);

      if (!g_hash_table_contains (before, &pause->id))
        g_ptr_array_add (act->pauses, bw_pause_copy (pause));
    }
}

static GHashTable *
get_ids (GListModel *list)
{
  GHashTable *ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (BwPauseEntry) entry = g_list_model_get_item (list, i);

      g_hash_table_add (ids, g_memdup2 (&bw_pause_entry_get_pause (entry)->id, sizeof (gint64)));
    }

  return ids;
}

static DexFuture *
pause_fiber (gpointer data)
{
  Act *act = data;
  BwPauseList *list = bw_pause_list_get (act->business);
  g_autoptr (GHashTable) before = get_ids (G_LIST_MODEL (list));
  g_autoptr (GPtrArray) standing = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  standing = dex_await_boxed (bw_business_pause (act->business, act->users, (const char *const *) act->types,
                                                 act->all, act->reason),
                              &error);
  if (standing == NULL)
    return dex_future_new_for_error (error);

  bw_pause_list_refresh (list);
  keep_new (act, standing, before);
  if (act->pauses->len == 0)
    {
      g_object_unref (say (act, _ ("That was paused already.")));
      return dex_future_new_true ();
    }

  text = describe_paused (act->pauses);
  offer_undo (act, text, undo_pause_fiber);

  return dex_future_new_true ();
}

/**
 * bw_pause_acts_pause:
 * @toasts: (nullable): where the outcome is said
 * @business: a business
 * @users: (nullable) (element-type gint64): whose jobs to hold back
 * @types: (nullable): which types of jobs to hold back
 * @all: whether to hold back everything
 * @reason: (nullable): why, for who wonders
 *
 * Pauses, and offers to take that back.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with what went wrong
 */
DexFuture *
bw_pause_acts_pause (AdwToastOverlay *toasts,
                     BwBusiness *business,
                     GArray *users,
                     const char *const *types,
                     gboolean all,
                     const char *reason)
{
  Act *act;

  dex_return_error_if_fail (BW_IS_BUSINESS (business));

  act = act_new (toasts, business);
  act->users = users != NULL ? g_array_ref (users) : NULL;
  act->types = g_strdupv ((char **) types);
  act->all = all;
  act->reason = g_strdup (reason);

  return bw_fiber_spawn (pause_fiber, act, act_free);
}

/* Resuming */

static DexFuture *
resume_fiber (gpointer data)
{
  Act *act = data;
  const BwPause *pause = g_ptr_array_index (act->pauses, 0);
  g_autofree char *text = NULL;
  GError *error = NULL;

  if (!dex_await (bw_business_resume (act->business, pause->id), &error))
    {
      say_error (act, error);
      bw_pause_list_refresh (bw_pause_list_get (act->business));
      return dex_future_new_for_error (error);
    }

  bw_pause_list_refresh (bw_pause_list_get (act->business));
  text = describe_resumed (act->pauses);
  offer_undo (act, text, undo_resume_fiber);

  return dex_future_new_true ();
}

/**
 * bw_pause_acts_resume:
 * @toasts: (nullable): where the outcome is said
 * @business: a business
 * @pause: what to end
 *
 * Ends one pause, and offers to order it anew.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with what went wrong, which was said
 */
DexFuture *
bw_pause_acts_resume (AdwToastOverlay *toasts, BwBusiness *business, const BwPause *pause)
{
  Act *act;

  dex_return_error_if_fail (BW_IS_BUSINESS (business));
  dex_return_error_if_fail (pause != NULL);

  act = act_new (toasts, business);
  g_ptr_array_add (act->pauses, bw_pause_copy (pause));

  return bw_fiber_spawn (resume_fiber, act, act_free);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  dex_promise_resolve_boolean (promise, g_str_equal (response, "resume"));
}

static DexFuture *
ask (Act *act)
{
  DexPromise *promise = dex_promise_new ();
  guint n = act->pauses->len;
  g_autofree char *figure = bw_format_number (n);
  /* Translators: how many pauses, and the name of a business */
  g_autofree char *body = g_strdup_printf (
      ngettext ("%s pause ends in “%s”. The jobs that it holds back go on at once.",
                "%s pauses end in “%s”. The jobs that they hold back go on at once.", n),
      figure, bw_business_get_name (act->business));
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_ ("Resume Everything?"), body));

  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "resume", _ ("_Resume All"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "resume", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "resume");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  bw_help_set_page (GTK_WIDGET (dialog), "pause");
  adw_alert_dialog_choose (dialog, act->parent, NULL, answered_cb, dex_ref (promise));

  return DEX_FUTURE (promise);
}

static DexFuture *
resume_all_fiber (gpointer data)
{
  Act *act = data;
  BwPauseList *list = bw_pause_list_get (act->business);
  g_autofree char *text = NULL;
  GError *error = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (BwPauseEntry) entry = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_ptr_array_add (act->pauses, bw_pause_copy (bw_pause_entry_get_pause (entry)));
    }
  if (act->pauses->len == 0 || !dex_await_boolean (ask (act), NULL))
    return dex_future_new_true ();

  if (!dex_await (bw_business_resume (act->business, 0), &error))
    {
      say_error (act, error);
      return dex_future_new_for_error (error);
    }

  bw_pause_list_refresh (list);
  text = describe_resumed (act->pauses);
  offer_undo (act, text, undo_resume_fiber);

  return dex_future_new_true ();
}

/**
 * bw_pause_acts_resume_all:
 * @parent: over which widget to ask
 * @toasts: (nullable): where the outcome is said
 * @business: a business
 *
 * Says how many pauses stand and asks; then ends them all, and offers to order them anew.
 *
 * Returns: (transfer full): a future of %TRUE, or rejected with what went wrong, which was said
 */
DexFuture *
bw_pause_acts_resume_all (GtkWidget *parent, AdwToastOverlay *toasts, BwBusiness *business)
{
  Act *act;

  dex_return_error_if_fail (BW_IS_BUSINESS (business));

  act = act_new (toasts, business);
  act->parent = g_object_ref (parent);

  return bw_fiber_spawn (resume_all_fiber, act, act_free);
}

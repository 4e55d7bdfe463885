/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>

#include "bw-help.h"
#include "bw-saved-filters-dialog.h"

#define MAX_NAME 60

/* A question under way. */
typedef struct
{
  AdwAlertDialog *dialog;
  GtkEditable *row;
  BwSavedFilters *saved;
  char *present; /* the name that the filter has; nullable */
  DexPromise *promise;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (dex_future_is_pending (DEX_FUTURE (question->promise)))
    dex_promise_reject (question->promise,
                        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "No name was given"));
  dex_unref (question->promise);
  g_object_unref (question->saved);
  g_free (question->present);
  g_free (question);
}

static char *
get_name (Question *question)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (question->row)));
}

static void
changed_cb (Question *question)
{
  g_autofree char *name = get_name (question);
  gboolean taken = g_strcmp0 (name, question->present) != 0 && bw_saved_filters_has_name (question->saved, name);
  gboolean may_replace = question->present == NULL;

  adw_alert_dialog_set_response_enabled (question->dialog, "save", *name != '\0' && (!taken || may_replace));
  adw_alert_dialog_set_response_label (question->dialog, "save",
                                       taken && may_replace ? _ ("_Replace") : _ ("_Save"));
  if (taken)
    adw_alert_dialog_set_body (question->dialog, may_replace ? _ ("The filter of this name is replaced.")
                                                             : _ ("Another filter has this name."));
  else
    adw_alert_dialog_set_body (question->dialog, "");
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "save"))
    dex_promise_resolve_string (question->promise, get_name (question));
}

/**
 * bw_filter_name_ask:
 * @parent: over which widget
 * @saved: the filters that have names already
 * @heading: what the name is for
 * @suggestion: what the field holds at first
 * @present: (nullable): the name that the filter has, if it is to have another
 *
 * Returns: (transfer full): a future of the name, or rejected if the user would rather not
 */
DexFuture *
bw_filter_name_ask (GtkWidget *parent,
                    BwSavedFilters *saved,
                    const char *heading,
                    const char *suggestion,
                    const char *present)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, NULL));
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *row = adw_entry_row_new ();
  Question *question = g_new0 (Question, 1);
  DexPromise *promise = dex_promise_new ();

  question->dialog = dialog;
  question->row = GTK_EDITABLE (row);
  question->saved = g_object_ref (saved);
  question->present = g_strdup (present);
  question->promise = dex_ref (promise);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Name"));
  adw_entry_row_set_max_length (ADW_ENTRY_ROW (row), MAX_NAME);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (row), suggestion);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  adw_alert_dialog_set_extra_child (dialog, group);
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "save", _ ("_Save"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "save");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_dialog_set_focus (ADW_DIALOG (dialog), row);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, G_CONNECT_DEFAULT);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), question);
  changed_cb (question);
  bw_help_set_page (GTK_WIDGET (dialog), "saved-filters");
  adw_dialog_present (ADW_DIALOG (dialog), parent);

  return DEX_FUTURE (promise);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-pause-dialog.h"

#include <glib/gi18n.h>

#include "bw-choice-list.h"
#include "bw-choice-sources.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-pause-acts.h"
#include "bw-pause-list.h"
#include "bw-pause-words.h"

/* What the server takes as a reason, in characters. */
#define MAX_REASON 500
/* With a list to choose from, in pixels. */
#define LIST_HEIGHT 560

struct _BwPauseDialog
{
  AdwDialog parent_instance;

  GtkWidget *pause_button;
  AdwBanner *error_banner;
  GtkLabel *explanation;
  BwChoiceList *choices;
  AdwEntryRow *reason_row;

  BwBusiness *business;
  BwPauseKind kind;
  AdwToastOverlay *toasts; /* nullable */
  GListStore *selected;    /* of BwChoice */
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (BwPauseDialog, bw_pause_dialog, ADW_TYPE_DIALOG)

static const BwPause *
find_standing (BwPauseDialog *self, const char *id)
{
  BwPauseList *list = bw_pause_list_get (self->business);

  switch (self->kind)
    {
    case BW_PAUSE_USERS:
      return bw_pause_list_find_for_user (list, g_ascii_strtoll (id, NULL, 10));
    case BW_PAUSE_TYPES:
      return bw_pause_list_find_for_type (list, id);
    case BW_PAUSE_EVERYTHING:
    default:
      return bw_pause_list_find_for_all (list);
    }
}

static char *
note_cb (BwChoice *choice, gpointer user_data)
{
  const BwPause *pause = find_standing (user_data, bw_choice_get_id (choice));
  g_autofree char *origin = pause != NULL ? bw_pause_describe_origin (pause) : NULL;

  if (pause == NULL)
    return NULL;

  /* Translators: the placeholder is as in "By Olivia Willems since 12 May, 14:05" */
  return g_strdup_printf (_ ("Paused already. %s"), origin);
}

static void
update_button (BwPauseDialog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selected));
  gboolean ready = self->kind == BW_PAUSE_EVERYTHING ? find_standing (self, NULL) == NULL : n > 0;

  gtk_widget_set_sensitive (self->pause_button, ready && !self->busy);
}

static void
set_busy (BwPauseDialog *self, gboolean busy)
{
  self->busy = busy;
  update_button (self);
}

static DexFuture *
order (BwPauseDialog *self)
{
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) types = NULL;
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason_row))));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->selected)); i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->selected), i);
      gint64 user = g_ascii_strtoll (bw_choice_get_id (choice), NULL, 10);

      if (self->kind == BW_PAUSE_USERS)
        g_array_append_val (users, user);
      else
        g_strv_builder_add (builder, bw_choice_get_id (choice));
    }
  types = g_strv_builder_end (builder);

  return bw_pause_acts_pause (self->toasts, self->business, users, (const char *const *) types,
                              self->kind == BW_PAUSE_EVERYTHING, *reason != '\0' ? reason : NULL);
}

static DexFuture *
pause_fiber (gpointer data)
{
  BwPauseDialog *self = data;
  g_autoptr (GError) error = NULL;

  set_busy (self, TRUE);
  if (dex_await (order (self), &error))
    {
      adw_dialog_close (ADW_DIALOG (self));
      return dex_future_new_true ();
    }

  set_busy (self, FALSE);
  adw_banner_set_title (self->error_banner, error->message);
  adw_banner_set_revealed (self->error_banner, TRUE);

  return dex_future_new_true ();
}

static void
pause_cb (BwPauseDialog *self)
{
  if (gtk_widget_is_sensitive (self->pause_button))
    dex_future_disown (bw_fiber_spawn (pause_fiber, g_object_ref (self), g_object_unref));
}

static void
cancel_cb (BwPauseDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
bw_pause_dialog_dispose (GObject *object)
{
  BwPauseDialog *self = BW_PAUSE_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_PAUSE_DIALOG);
  g_clear_object (&self->business);
  g_clear_object (&self->toasts);
  g_clear_object (&self->selected);

  G_OBJECT_CLASS (bw_pause_dialog_parent_class)->dispose (object);
}

static void
bw_pause_dialog_class_init (BwPauseDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_pause_dialog_dispose;

  g_type_ensure (BW_TYPE_CHOICE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-pause-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwPauseDialog, pause_button);
  gtk_widget_class_bind_template_child (widget_class, BwPauseDialog, error_banner);
  gtk_widget_class_bind_template_child (widget_class, BwPauseDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, BwPauseDialog, choices);
  gtk_widget_class_bind_template_child (widget_class, BwPauseDialog, reason_row);
  gtk_widget_class_bind_template_callback (widget_class, pause_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
bw_pause_dialog_init (BwPauseDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_entry_row_set_max_length (self->reason_row, MAX_REASON);
  self->selected = g_list_store_new (BW_TYPE_CHOICE);
  g_signal_connect_object (self->selected, "items-changed", G_CALLBACK (update_button), self, G_CONNECT_SWAPPED);
}

/* What will happen, in the words of the kind. */
static void
explain (BwPauseDialog *self)
{
  static const struct
  {
    const char *title;
    const char *explanation;
    const char *placeholder;
  } words[] = {
    [BW_PAUSE_USERS] = { N_ ("Pause Users"),
                         N_ ("Their jobs wait, and commands that run stop, until the users are resumed. New jobs are "
                             "still accepted."),
                         N_ ("Search users") },
    [BW_PAUSE_TYPES] = { N_ ("Pause Types"),
                         N_ ("Jobs of these types wait, whoever started them, and commands that run stop, until the "
                             "types are resumed."),
                         N_ ("Search types") },
    [BW_PAUSE_EVERYTHING] = { N_ ("Pause Everything"),
                              N_ ("All jobs of this business wait, and commands that run stop, until everything is "
                                  "resumed. New jobs are still accepted."),
                              NULL },
  };
  const BwPause *standing = self->kind == BW_PAUSE_EVERYTHING ? find_standing (self, NULL) : NULL;
  g_autofree char *already = standing != NULL ? bw_pause_explain (standing) : NULL;

  adw_dialog_set_title (ADW_DIALOG (self), _ (words[self->kind].title));
  gtk_label_set_text (self->explanation, already != NULL ? already : _ (words[self->kind].explanation));
  if (words[self->kind].placeholder != NULL)
    g_object_set (self->choices, "placeholder-text", _ (words[self->kind].placeholder), NULL);
}

/**
 * bw_pause_dialog_new:
 * @business: where to pause
 * @kind: what to offer
 * @toasts: (nullable): where the outcome is said, with a way back
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
bw_pause_dialog_new (BwBusiness *business, BwPauseKind kind, AdwToastOverlay *toasts)
{
  BwPauseDialog *self = g_object_new (BW_TYPE_PAUSE_DIALOG, NULL);
  gboolean has_choices = kind != BW_PAUSE_EVERYTHING;

  self->business = g_object_ref (business);
  self->kind = kind;
  g_set_object (&self->toasts, toasts);
  explain (self);
  gtk_widget_set_visible (GTK_WIDGET (self->choices), has_choices);
  bw_choice_list_set_selected (self->choices, self->selected);
  if (has_choices)
    {
      adw_dialog_set_content_height (ADW_DIALOG (self), LIST_HEIGHT);
      adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->choices));
      bw_choice_list_set_note_func (self->choices, note_cb, self);
      bw_choice_list_set_func (self->choices, kind == BW_PAUSE_USERS ? bw_choices_of_people : bw_choices_of_types,
                               g_object_ref (business), g_object_unref);
      bw_choice_list_load (self->choices);
    }
  else
    {
      adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->reason_row));
    }
  update_button (self);

  return ADW_DIALOG (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-edit.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-edit-dialog.h"
#include "bw-fiber.h"
#include "bw-help.h"
#include "bw-job-terms.h"
#include "bw-toast.h"

typedef struct
{
  GtkWidget *widget;
  AdwToastOverlay *toasts;
  BwBusiness *business;
  gint64 job;
  gboolean is_copy;
} Edit;

static Edit *
edit_new (GtkWidget *widget,
          AdwToastOverlay *toasts,
          BwBusiness *business,
          gint64 job,
          gboolean is_copy)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->widget = g_object_ref (widget);
  edit->toasts = g_object_ref (toasts);
  edit->business = g_object_ref (business);
  edit->job = job;
  edit->is_copy = is_copy;

  return edit;
}

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_object_unref (edit->widget);
  g_object_unref (edit->toasts);
  g_object_unref (edit->business);
  g_free (edit);
}

/** What brings a job back to how it was. */
typedef struct
{
  Edit *edit;
  GBytes *changes;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  edit_free (undo->edit);
  g_bytes_unref (undo->changes);
  g_free (undo);
}

static DexFuture *
undo_fiber (gpointer data)
{
  Undo *undo = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJobDetails) details = dex_await_boxed (
      bw_business_edit (undo->edit->business, undo->edit->job, undo->changes), &error);

  bw_toast_say (undo->edit->toasts, details != NULL ? _ ("The job is as it was.") : error->message);

  return dex_future_new_true ();
}

static Undo *
undo_new (const Edit *edit, GBytes *changes)
{
  Undo *undo = g_new0 (Undo, 1);

  undo->edit = edit_new (edit->widget, edit->toasts, edit->business, edit->job, FALSE);
  undo->changes = g_bytes_ref (changes);

  return undo;
}

static void
undo_cb (Undo *undo)
{
  dex_future_disown (bw_fiber_spawn (undo_fiber, undo_new (undo->edit, undo->changes), undo_free));
}

static void
show_cb (Edit *edit)
{
  bw_application_open_job (BW_APPLICATION (g_application_get_default ()), edit->business,
                           edit->job);
}

/** A dialog that is open, and how the job was before. */
typedef struct
{
  Edit *edit;
  BwJobTerms *before;
} Open;

static void
open_free (gpointer data)
{
  Open *open = data;

  edit_free (open->edit);
  bw_job_terms_free (open->before);
  g_free (open);
}

static void
saved_cb (Open *open, BwJobDetails *details)
{
  const Edit *edit = open->edit;
  g_autoptr (BwJobTerms) now = bw_job_terms_new (details);
  g_autoptr (GBytes) changes = bw_job_terms_diff (now, open->before);

  if (changes != NULL)
    bw_toast_offer (edit->toasts, _ ("The job was changed."), _ ("_Undo"), G_CALLBACK (undo_cb),
                    undo_new (edit, changes), undo_free);
}

static void
copied_cb (Open *open, gint64 job)
{
  const Edit *edit = open->edit;

  bw_toast_offer (edit->toasts, _ ("A new job was made."), _ ("_Show"), G_CALLBACK (show_cb),
                  edit_new (edit->widget, edit->toasts, edit->business, job, TRUE), edit_free);
}

static DexFuture *
edit_fiber (gpointer data)
{
  Edit *edit = data;
  GError *error = NULL;
  g_autoptr (BwJobDetails) details =
      dex_await_boxed (bw_business_get_job (edit->business, edit->job), &error);
  AdwDialog *dialog;
  Open *open;

  if (details == NULL)
    return dex_future_new_for_error (error);

  dialog = edit->is_copy ? bw_edit_dialog_new_for_copy (edit->business, details)
                         : bw_edit_dialog_new_for_changes (edit->business, details);
  open = g_new0 (Open, 1);
  open->edit = edit_new (edit->widget, edit->toasts, edit->business, edit->job, edit->is_copy);
  open->before = bw_job_terms_new (details);
  g_object_set_data_full (G_OBJECT (dialog), "bw-open", open, open_free);
  g_signal_connect_swapped (dialog, "saved", G_CALLBACK (saved_cb), open);
  g_signal_connect_swapped (dialog, "copied", G_CALLBACK (copied_cb), open);
  if (edit->is_copy)
    bw_help_set_page (GTK_WIDGET (dialog), "run-again");
  adw_dialog_present (dialog, edit->widget);

  return dex_future_new_true ();
}

/**
 * bw_job_edit:
 * @widget: over which the dialog opens
 * @toasts: where the outcome is said, with the way back
 * @business: the job's business
 * @job: a job that has not started
 *
 * Opens a dialog that changes the job.
 *
 * Returns: (transfer full): a future of %TRUE, once the dialog is open
 */
DexFuture *
bw_job_edit (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job)
{
  return bw_fiber_spawn (edit_fiber, edit_new (widget, toasts, business, job->id, FALSE),
                         edit_free);
}

/**
 * bw_job_copy:
 * @widget: over which the dialog opens
 * @toasts: where the outcome is said, with the way to the new job
 * @business: the job's business
 * @job: a finished job
 *
 * Opens a dialog that makes a new job like it, with changes.
 *
 * Returns: (transfer full): a future of %TRUE, once the dialog is open
 */
DexFuture *
bw_job_copy (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job)
{
  return bw_fiber_spawn (edit_fiber, edit_new (widget, toasts, business, job->id, TRUE), edit_free);
}

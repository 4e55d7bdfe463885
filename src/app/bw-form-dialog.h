/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

G_BEGIN_DECLS

#define BW_TYPE_FORM_DIALOG (bw_form_dialog_get_type ())

/**
 * BwFormDialog:
 *
 * A dialog with a form that is sent to the server: Cancel and Save, what went wrong if it did, and
 * nothing that was typed is lost by it.
 *
 * Properties:
 *   form          GtkWidget   what there is to fill in
 *   save-label    char *      what the button says
 *   can-save      gboolean    whether enough is filled in
 * Signals:
 *   saved ()                  the server took it; the dialog closes
 */
G_DECLARE_DERIVABLE_TYPE (BwFormDialog, bw_form_dialog, BW, FORM_DIALOG, AdwDialog)

/**
 * BwFormDialogClass:
 * @save: sends the form: a future that rejects with what to tell the user
 * @saved: (nullable): takes the answer; returns whether the dialog may close
 */
struct _BwFormDialogClass
{
  AdwDialogClass parent_class;

  DexFuture *(*save)  (BwFormDialog *self);
  gboolean   (*saved) (BwFormDialog *self, const GValue *answer);
};

typedef DexFuture *(*BwFormDialogFunc) (BwFormDialog *self);

void bw_form_dialog_set_can_save (BwFormDialog *self, gboolean can_save);
void bw_form_dialog_run          (BwFormDialog *self, DexFuture *future);
void bw_form_dialog_ask          (BwFormDialog *self, const char *heading, const char *body,
                                  const char *label, BwFormDialogFunc confirmed);

G_END_DECLS

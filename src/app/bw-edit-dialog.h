/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_EDIT_DIALOG (bw_edit_dialog_get_type ())

/**
 * BwEditDialog:
 *
 * Name, start, priority and parameters of a job: to be changed before it starts, or to run it again
 * with changes. What is refused is said, and what was typed stays.
 *
 * Signals:
 *   saved (BwJobDetails *details)    the job was changed, and is now so
 *   copied (gint64 job)              a new job was made
 */
G_DECLARE_FINAL_TYPE (BwEditDialog, bw_edit_dialog, BW, EDIT_DIALOG, AdwDialog)

AdwDialog *bw_edit_dialog_new_for_changes (BwBusiness *business, BwJobDetails *details);
AdwDialog *bw_edit_dialog_new_for_copy    (BwBusiness *business, BwJobDetails *details);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

/** What a dialog offers to hold back. */
typedef enum
{
  BW_PAUSE_USERS,
  BW_PAUSE_TYPES,
  BW_PAUSE_EVERYTHING,
} BwPauseKind;

#define BW_TYPE_PAUSE_DIALOG (bw_pause_dialog_get_type ())

/**
 * BwPauseDialog:
 *
 * Asks whose jobs, or which types of jobs, to hold back, and why. What is paused already is shown,
 * with who did it and why.
 */
G_DECLARE_FINAL_TYPE (BwPauseDialog, bw_pause_dialog, BW, PAUSE_DIALOG, AdwDialog)

AdwDialog *bw_pause_dialog_new (BwBusiness *business, BwPauseKind kind, AdwToastOverlay *toasts);

G_END_DECLS

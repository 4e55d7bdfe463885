/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_PAUSE_INDICATOR (bw_pause_indicator_get_type ())

/**
 * BwPauseIndicator:
 *
 * Says in a header bar how many pauses stand, and leads to them; hidden while nothing is paused.
 * Its actions are what can be done about pauses, for menus and the keyboard. Those that the user
 * has no right to are missing; while the server is away they are disabled.
 *   users, types, all     dialogs that pause
 *   list                  the standing pauses
 *   resume-all            asks, and ends them all; disabled while nothing is paused
 *
 * Properties (all notify):
 *   business      BwBusiness         whose pauses; NULL for none
 *   toasts        AdwToastOverlay    where the outcome is said
 *   narrow        gboolean           whether there is room for a figure only
 */
G_DECLARE_FINAL_TYPE (BwPauseIndicator, bw_pause_indicator, BW, PAUSE_INDICATOR, AdwBin)

GActionGroup *bw_pause_indicator_get_actions (BwPauseIndicator *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-state.h"

G_BEGIN_DECLS

#define BW_TYPE_STATE_BADGE (bw_state_badge_get_type ())

/**
 * BwStateBadge:
 *
 * A coloured pill with icon and words for the state of a job or an item. It shows nothing until a
 * state is set. Colour is never the only sign: every state has its own icon and its own words.
 */
G_DECLARE_FINAL_TYPE (BwStateBadge, bw_state_badge, BW, STATE_BADGE, GtkWidget)

GtkWidget *bw_state_badge_new            (void);
void       bw_state_badge_set_job_state  (BwStateBadge *self, BwJobState state, BwConditions conditions);
void       bw_state_badge_set_item_state (BwStateBadge *self, BwItemState state);
void       bw_state_badge_clear          (BwStateBadge *self);
char      *bw_state_badge_get_icon_name  (BwJobState state, BwConditions conditions);

G_END_DECLS

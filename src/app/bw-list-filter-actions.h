/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-list-filter.h"

G_BEGIN_DECLS

/*
 * A list's filter as actions, for menus, pills and the keyboard:
 *   reset
 *   show-states (s)      "all", "active", "completed" or "failed"
 *   state-queued, …      toggles: whether a state is among those asked for
 *   sort (s)             radio: a sort as the API names it, "-created_at"
 */
GSimpleActionGroup *bw_list_filter_actions_new (BwListFilter *filter);

gboolean    bw_pill_to_states   (const char *pill, BwJobStates *states);
const char *bw_pill_from_states (BwJobStates states);

G_END_DECLS

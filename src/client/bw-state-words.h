/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-state.h"

G_BEGIN_DECLS

/* The words for states in the user's language: in windows, files and on the command line alike. */
const char *bw_job_state_get_words  (BwJobState state, BwConditions conditions);
const char *bw_item_state_get_words (BwItemState state);

G_END_DECLS

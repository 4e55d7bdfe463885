/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-views.h"

G_BEGIN_DECLS

/* What is to be said of a queue: the most telling of what is known. */
const char *bw_queue_get_state_words (const BwQueueInfo *queue);
const char *bw_queue_get_state_style (const BwQueueInfo *queue);
const char *bw_queue_get_state_icon  (const BwQueueInfo *queue);
char       *bw_queue_describe        (const BwQueueInfo *queue);

G_END_DECLS

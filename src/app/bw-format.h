/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job.h"

G_BEGIN_DECLS

/*
 * Figures, times and states in the user's words and language. Everything returned is text for
 * people; what programs read is in core.
 */
char       *bw_format_number        (gint64 number);
char       *bw_format_count         (gint64 number, gboolean is_exact);
char       *bw_format_bytes         (gint64 bytes);
char       *bw_format_duration      (gint64 milliseconds);
char       *bw_format_clock         (BwTime time);
char       *bw_format_clock_or_day  (BwTime time);
char       *bw_format_time_exact    (BwTime time);
char       *bw_format_time_human    (BwTime time, BwTime now);
char       *bw_format_entities      (gint64 number, const char *entity);
char       *bw_format_items         (const BwJob *job);
char       *bw_format_progress      (const BwJob *job);
const char *bw_format_job_state     (BwJobState state, BwConditions conditions);
const char *bw_format_item_state    (BwItemState state);

G_END_DECLS

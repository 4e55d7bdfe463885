/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"
#include "bw-ctl-table.h"

G_BEGIN_DECLS

char *bw_ctl_text_time      (BwTime time);
char *bw_ctl_text_duration  (gint64 milliseconds);
char *bw_ctl_text_items     (const BwJob *job);
const char *bw_ctl_state_colour (BwJobState state);
void  bw_ctl_print_field    (const char *title, const char *text);
void  bw_ctl_add_jobs       (BwCtlTable *table, GPtrArray *jobs);
BwCtlTable *bw_ctl_job_table_new (void);

G_END_DECLS

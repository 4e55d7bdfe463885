/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-bulk.h"
#include "bw-job-set.h"

G_BEGIN_DECLS

/*
 * What can be done to many jobs at once, under the same names of actions as to one of them: see
 * bw-job-actions.h.
 */
char *bw_bulk_action_get_refusal (const BwJobSet *jobs, const char *name);
void  bw_bulk_actions_update     (GtkWidget *widget, const BwJobSet *jobs);
void  bw_bulk_actions_run        (GtkWidget *widget, AdwToastOverlay *toasts, GtkBox *progress, BwJobSet *jobs,
                                  const char *name);

G_END_DECLS

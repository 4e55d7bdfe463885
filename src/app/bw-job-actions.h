/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

/*
 * What can be done to one job, from its window and from its row: the questions asked beforehand and
 * the sentences said afterwards. The names are those of actions: "job.retry-failed", …
 */
extern const char *const bw_job_action_names[];

char *bw_job_action_get_refusal (BwBusiness *business, const BwJob *job, const char *name);
void  bw_job_actions_update     (GtkWidget *widget, BwBusiness *business, const BwJob *job);
void  bw_job_actions_run        (GtkWidget *widget, AdwToastOverlay *toasts, BwBusiness *business, BwJob *job, const char *name);

G_END_DECLS

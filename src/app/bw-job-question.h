/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

DexFuture *bw_job_question_ask (GtkWidget *parent, BwBusiness *business, BwJob *job, const char *action);

G_END_DECLS

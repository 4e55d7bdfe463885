/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-bulk.h"
#include "bw-job-set.h"

G_BEGIN_DECLS

BwJobStates bw_bulk_get_states   (BwBulkAction action);
DexFuture  *bw_bulk_question_ask (GtkWidget *parent, const BwJobSet *jobs, BwBulkAction action); /* gboolean */

G_END_DECLS

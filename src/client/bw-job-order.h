/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"
#include "bw-job.h"

G_BEGIN_DECLS

int      bw_job_order_compare  (const BwFilter *filter, const BwJob *a, const BwJob *b);
gboolean bw_job_order_is_known (const BwFilter *filter);
gboolean bw_job_order_is_lasting (const BwFilter *filter);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"
#include "bw-job.h"

G_BEGIN_DECLS

gboolean bw_filter_matches     (const BwFilter *self, const BwJob *job);
gboolean bw_filter_is_decidable (const BwFilter *self);
gboolean bw_filter_is_lasting  (const BwFilter *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"

G_BEGIN_DECLS

/*
 * Pauses in words: what is held back, by whom, since when and why.
 */
char *bw_pause_describe_target (const BwPause *pause);
char *bw_pause_describe_origin (const BwPause *pause);
char *bw_pause_explain         (const BwPause *pause);
char *bw_pause_explain_job     (BwBusiness *business, const BwJob *job);

G_END_DECLS

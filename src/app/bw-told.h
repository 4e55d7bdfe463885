/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job.h"

G_BEGIN_DECLS

/**
 * BwTold:
 *
 * What the user was told the end of, kept over restarts: by server, user and business, how far, and
 * which jobs about there.
 */
typedef struct _BwTold BwTold;

BwTold  *bw_told_new        (const char *path);
void     bw_told_free       (BwTold *self);
gboolean bw_told_is_known   (BwTold *self, const char *place);
void     bw_told_begin      (BwTold *self, const char *place, BwTime time);
gboolean bw_told_is_news    (BwTold *self, const char *place, const BwJob *job);
void     bw_told_add        (BwTold *self, const char *place, const BwJob *job);
void     bw_told_save       (BwTold *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTold, bw_told_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-hold.h"

G_BEGIN_DECLS

/*
 * Understands what a command says: JSON Lines on its standard output, the log on its standard error.
 * It goes to the hold as it comes.
 */
typedef struct _BwCommandOutput BwCommandOutput;

BwCommandOutput *bw_command_output_new       (BwHold *hold, const BwClaim *claim);
void             bw_command_output_free      (BwCommandOutput *self);
void             bw_command_output_feed      (BwCommandOutput *self, const char *data, gsize length);
void             bw_command_output_feed_log  (BwCommandOutput *self, const char *data, gsize length);
void             bw_command_output_end       (BwCommandOutput *self);

guint            bw_command_output_n_reported (BwCommandOutput *self);
guint            bw_command_output_n_pending  (BwCommandOutput *self);
void             bw_command_output_succeed_rest (BwCommandOutput *self);
const char      *bw_command_output_get_result (BwCommandOutput *self);
const char      *bw_command_output_get_last_line (BwCommandOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCommandOutput, bw_command_output_free)

G_END_DECLS

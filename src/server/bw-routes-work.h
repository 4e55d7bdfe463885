/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-reply.h"

G_BEGIN_DECLS

BwReply *bw_claims_reply_empty (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"
#include "bw-mail-wish.h"

G_BEGIN_DECLS

/* Whether and when the user who is signed in wants mail from a business. */
DexFuture *bw_business_get_mail_wish (BwBusiness *self);                         /* BwMailWish */
DexFuture *bw_business_set_mail_wish (BwBusiness *self, const BwMailWish *wish); /* BwMailWish */

G_END_DECLS

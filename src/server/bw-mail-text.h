/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store-mail.h"

G_BEGIN_DECLS

char *bw_mail_text_compose (const BwMail *mail, const char *from, BwTime now);

G_END_DECLS

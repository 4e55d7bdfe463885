/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-rights.h"

G_BEGIN_DECLS

char *bw_rights_notice_describe (const char *business, BwPermissions before, BwPermissions after);

G_END_DECLS

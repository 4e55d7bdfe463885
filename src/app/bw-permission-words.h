/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-rights.h"

G_BEGIN_DECLS

const char *bw_permission_get_words (BwPermissions permission);
char       *bw_permissions_describe (BwPermissions permissions);

G_END_DECLS

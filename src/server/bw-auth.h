/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-request.h"

G_BEGIN_DECLS

gboolean bw_auth_check (BwRequest *request, GError **error);

G_END_DECLS

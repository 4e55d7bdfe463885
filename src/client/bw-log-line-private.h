/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-log-lines.h"

G_BEGIN_DECLS

BwLogLine *bw_log_line_new (const char *bytes, gsize length, guint number);

G_END_DECLS

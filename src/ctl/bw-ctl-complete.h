/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bw_ctl_complete (int n, char **words);

G_END_DECLS

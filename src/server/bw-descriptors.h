/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-options.h"

G_BEGIN_DECLS

gboolean bw_descriptors_reserve (BwOptions *options, GError **error);

G_END_DECLS

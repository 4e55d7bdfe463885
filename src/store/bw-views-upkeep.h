/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

gboolean bw_views_tend (BwStore *store, GError **error);

G_END_DECLS

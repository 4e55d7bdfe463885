/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

gboolean bw_retention_run (BwStore *store, BwUpkeep *upkeep, GError **error);

G_END_DECLS

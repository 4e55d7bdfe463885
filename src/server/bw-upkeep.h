/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/** The thread that has the store do what is due. */
typedef struct _BwUpkeepThread BwUpkeepThread;

BwUpkeepThread *bw_upkeep_start (BwStore *store);
gboolean        bw_upkeep_stop  (BwUpkeepThread *self, GError **error);

G_END_DECLS

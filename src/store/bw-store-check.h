/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

gboolean bw_store_check_db (BwDb *db, GError **error);

G_END_DECLS

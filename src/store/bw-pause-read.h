/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-pause.h"

G_BEGIN_DECLS

GPtrArray *bw_pauses_read (BwDb *db, gint64 business, GError **error); /* of BwPause */

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-time.h"

G_BEGIN_DECLS

gboolean bw_span_first_job (BwDb *db, gint64 business, BwTime time, gint64 *first, GError **error);

G_END_DECLS

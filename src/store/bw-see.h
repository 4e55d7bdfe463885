/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-store.h"

G_BEGIN_DECLS

gboolean bw_see_job (BwDb *db, const BwViewer *viewer, gint64 job, GError **error);

G_END_DECLS

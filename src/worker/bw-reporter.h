/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-connection.h"
#include "bw-hold.h"

G_BEGIN_DECLS

#define BW_TYPE_REPORTER (bw_reporter_get_type ())
G_DECLARE_FINAL_TYPE (BwReporter, bw_reporter, BW, REPORTER, GObject)

/* Reports for all holds of a worker, together. */
BwReporter *bw_reporter_new    (BwConnection *connection, gint64 lease);
void        bw_reporter_add    (BwReporter *self, BwHold *hold);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-router.h"

G_BEGIN_DECLS

typedef struct _BwMetrics BwMetrics;

BwMetrics *bw_metrics_new     (void);
void       bw_metrics_free    (BwMetrics *self);
void       bw_metrics_request (BwMetrics *self, const BwRoute *route, guint status, gint64 microseconds);
void       bw_metrics_write   (BwMetrics *self, GString *text);
void       bw_metrics_write_gauge (GString *text, const char *name, const char *help, gint64 value);

G_END_DECLS

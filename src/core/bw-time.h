/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BwTime:
 *
 * A moment in milliseconds since 1970-01-01 00:00 UTC. %BW_TIME_NONE says that there is none.
 */
typedef gint64 BwTime;

#define BW_TIME_NONE G_MININT64
#define BW_TIME_SECOND G_GINT64_CONSTANT (1000)
#define BW_TIME_MINUTE (60 * BW_TIME_SECOND)
#define BW_TIME_HOUR (60 * BW_TIME_MINUTE)
#define BW_TIME_DAY (24 * BW_TIME_HOUR)
#define BW_TIME_STRING_SIZE 32

BwTime   bw_time_now         (void);
gboolean bw_time_parse       (const char *string, BwTime *time);
char    *bw_time_to_string   (BwTime time);
gsize    bw_time_format      (BwTime time, char buffer[BW_TIME_STRING_SIZE]);

G_END_DECLS

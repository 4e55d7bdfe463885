/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-time.h"

G_BEGIN_DECLS

/** A span of days as people name it. Names are stored: see bw_period_to_string(). */
typedef enum
{
  BW_PERIOD_ALL = 0,
  BW_PERIOD_TODAY,
  BW_PERIOD_YESTERDAY,
  BW_PERIOD_THIS_WEEK,
  BW_PERIOD_LAST_WEEK,
  BW_PERIOD_THIS_MONTH,
  BW_PERIOD_LAST_MONTH,
  BW_PERIOD_THIS_YEAR,
  BW_PERIOD_CUSTOM,         /* days that the user chose */
} BwPeriod;
#define BW_N_PERIODS 9

const char *bw_period_to_string   (BwPeriod period);
gboolean    bw_period_from_string (const char *string, BwPeriod *period);
const char *bw_period_get_label   (BwPeriod period);
void        bw_period_get_days    (BwPeriod period, const GDate *today, GDateWeekday week_start, GDate *first,
                                   GDate *last);

void        bw_date_today         (GDate *date, GTimeZone *zone);
BwTime      bw_date_get_start     (const GDate *date, GTimeZone *zone);
gboolean    bw_date_parse         (const char *text, const GDate *today, GDate *date);
char       *bw_date_format        (const GDate *date);
char       *bw_date_to_iso        (const GDate *date);
GDateWeekday bw_date_get_week_start (void);

G_END_DECLS

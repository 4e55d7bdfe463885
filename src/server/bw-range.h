/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BW_RANGE_WHOLE,
  BW_RANGE_PART,
  BW_RANGE_OUTSIDE,
} BwRangeKind;

BwRangeKind bw_range_parse (const char *value, gint64 size, gint64 *start, gint64 *length);

G_END_DECLS

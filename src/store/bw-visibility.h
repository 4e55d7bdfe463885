/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/*
 * The same decision as bw_viewer_may_see(), for statements that must let the database decide because
 * they count or stop early. Its three parameters are what bw_visibility_get() fills.
 */
#define BW_VISIBLE_SQL(owner, automated, everything, own, automation) \
  "(" everything " = 1 OR " owner " = " own " OR " automated " = " automation ")"

typedef struct
{
  gint64 everything;        /* 1: sees all jobs of the business */
  gint64 own;               /* the owner whose jobs are seen, or -1 */
  gint64 automation;        /* 1: sees all automated jobs; else -1, which no job has */
} BwVisibility;

BwVisibility bw_visibility_get (const BwViewer *viewer);

G_END_DECLS

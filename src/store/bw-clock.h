/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-time.h"

G_BEGIN_DECLS

/** Where a clock gets its time from; tests put their own here. */
typedef struct
{
  BwTime (*wall)    (gpointer user_data);  /* what the system's clock shows */
  gint64 (*elapsed) (gpointer user_data);  /* milliseconds since some moment; never goes back */
  gpointer user_data;
} BwClockSource;

typedef struct _BwClock BwClock;

BwClock *bw_clock_new        (void);
void     bw_clock_free       (BwClock *self);
void     bw_clock_set_source (BwClock *self, const BwClockSource *source);
void     bw_clock_follow     (BwClock *self, BwTime now);
BwTime   bw_clock_now        (BwClock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwClock, bw_clock_free)

G_END_DECLS

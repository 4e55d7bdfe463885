/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

#include "bw-command-output.h"
#include "bw-job-kind.h"

G_BEGIN_DECLS

/** Why a command is not to run just now. It runs when no reason is left. */
typedef enum
{
  BW_HALT_PAUSED = 1 << 0,  /* somebody paused the job */
  BW_HALT_DOUBTFUL = 1 << 1,/* the lease may have lapsed */
} BwHalt;

/** Why a command was made to end. */
typedef enum
{
  BW_STOP_NONE,
  BW_STOP_CANCELLED,
  BW_STOP_RELEASED,         /* the worker stops */
  BW_STOP_TIME_LIMIT,
  BW_STOP_LOST,             /* the claim is held no longer: killed at once */
} BwStop;

#define BW_TYPE_RUNNER (bw_runner_get_type ())
G_DECLARE_FINAL_TYPE (BwRunner, bw_runner, BW, RUNNER, GObject)

BwRunner  *bw_runner_new       (const BwJobKind *kind, const BwClaim *claim, BwCommandOutput *output,
                                BwHold *hold, gint64 kill_after);
DexFuture *bw_runner_run       (BwRunner *self, const char *directory);
void       bw_runner_set_halt  (BwRunner *self, BwHalt reason, gboolean halt);
void       bw_runner_stop      (BwRunner *self, BwStop reason);
BwStop     bw_runner_get_stop  (BwRunner *self);
char      *bw_runner_describe_failure (BwRunner *self);

G_END_DECLS

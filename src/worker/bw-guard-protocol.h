/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/*
 * What a worker and the guard of one command say to each other, over a SOCK_SEQPACKET pair: one
 * message a packet. When the worker's end closes, however that came about, the guard kills the
 * command and everything that it started.
 */
typedef enum
{
  /* to the guard */
  BW_GUARD_SIGNAL,          /* value: a signal for the command and everything that it started */
  /* to the worker */
  BW_GUARD_STARTED,         /* value: the command's process id, which is its process group's too */
  BW_GUARD_NOT_STARTED,     /* value: errno */
  BW_GUARD_ENDED,           /* value: the status as from waitpid(); nothing of it runs any more */
} BwGuardKind;

typedef struct
{
  int32_t kind;
  int32_t value;
} BwGuardMessage;

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same readers under libFuzzer, which finds its inputs by what they reach. FUZZ_TARGET names
 * one. */

#include <stdint.h>

#include "targets.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const FuzzTarget *target;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  const char *name = g_getenv ("FUZZ_TARGET");

  target = name != NULL ? fuzz_find_target (name) : NULL;
  if (target == NULL)
    g_error ("FUZZ_TARGET names no reader");
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  target->try ((const char *) data, size);
  return 0;
}

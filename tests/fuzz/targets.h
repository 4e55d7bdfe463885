/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A reader of what comes from outside, and what it usually reads. */
typedef struct
{
  const char *name;
  void (*try) (const char *data, gsize length);
  const char *seeds[12];    /* NULL-terminated */
} FuzzTarget;

extern const FuzzTarget fuzz_targets[];

const FuzzTarget *fuzz_find_target (const char *name);

G_END_DECLS

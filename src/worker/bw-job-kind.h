/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-json-writer.h"

G_BEGIN_DECLS

/** A job type that this worker does, as its key file says. Immutable but for the two last. */
typedef struct
{
  char *path;               /* of the key file */
  char *type;
  char *name;
  GStrv command;            /* program, with a path or to be found in PATH, and its arguments */
  GStrv businesses;         /* NULL: all that the worker's token reaches */
  GStrv environment;        /* NAME=VALUE; NULL: nothing added */
  char *directory;          /* NULL: a new, empty one for each attempt */
  gint64 time_limit;        /* milliseconds that it may run; time in a pause does not count */
  gint64 stalled_after;     /* milliseconds of silence */
  int attempts;
  guint concurrency;        /* how many jobs this worker runs at the same time */
  gboolean makes_result;

  guint running;            /* jobs */
  gboolean program_missing; /* at the last look */
} BwJobKind;

BwJobKind *bw_job_kind_load          (const char *path, GError **error);
GPtrArray *bw_job_kinds_load         (const char *directory, GError **error);
void       bw_job_kind_free          (BwJobKind *self);
gboolean   bw_job_kind_find_program  (BwJobKind *self);
gboolean   bw_job_kind_same_businesses (const BwJobKind *a, const BwJobKind *b);
GBytes    *bw_job_kind_to_type       (const BwJobKind *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobKind, bw_job_kind_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-client-types.h"

G_BEGIN_DECLS

/** What of a job can be changed before it starts. */
typedef struct
{
  char *name;
  char *parameters; /* JSON text of an object; NULL without */
  int priority;
  BwTime run_at;    /* BW_TIME_NONE: as soon as possible */
} BwJobTerms;

BwJobTerms *bw_job_terms_new  (const BwJobDetails *details);
void        bw_job_terms_free (BwJobTerms *self);
GBytes     *bw_job_terms_diff (const BwJobTerms *from, const BwJobTerms *to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJobTerms, bw_job_terms_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* When to try again, and how often to say so. Zeroed: nothing has failed. */
typedef struct
{
  guint failures;
  char *said;               /* nullable: the message logged last */
} BwRetry;

gboolean   bw_retry_may_help  (const GError *error);
DexFuture *bw_retry_wait      (BwRetry *self, const GError *error);
void       bw_retry_succeeded (BwRetry *self);
void       bw_retry_clear     (BwRetry *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-retry.h"

#define FIRST_DELAY 250
#define MAX_DELAY 8000

/**
 * bw_retry_wait:
 * @self: what has failed
 * @error: how it failed now; logged when it is news
 *
 * Returns: (transfer full): a future that resolves when it may be tried again: after twice the time
 *   with each failure, from a quarter of a second to eight seconds, of which up to half is left to
 *   chance, so that the workers of a server that comes back don't all come at once
 */
DexFuture *
bw_retry_wait (BwRetry *self, const GError *error)
{
  gint64 delay = MIN ((gint64) FIRST_DELAY << MIN (self->failures, 10), MAX_DELAY);

  if (g_strcmp0 (self->said, error->message) != 0)
    {
      g_warning ("%s It will be tried again.", error->message);
      g_free (self->said);
      self->said = g_strdup (error->message);
    }
  self->failures++;
  return dex_timeout_new_msec (
      (int) (delay / 2 + g_random_int_range (0, (gint32) (delay / 2) + 1)));
}

/** bw_retry_succeeded: @self: what works again. Logs that it does. */
void
bw_retry_succeeded (BwRetry *self)
{
  if (self->failures > 0)
    g_message ("The server answers again, after %u failed tries.", self->failures);
  bw_retry_clear (self);
}

/** bw_retry_clear: @self: what is begun anew */
void
bw_retry_clear (BwRetry *self)
{
  self->failures = 0;
  g_clear_pointer (&self->said, g_free);
}

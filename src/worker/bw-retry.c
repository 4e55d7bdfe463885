/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-retry.h"

#include "bw-client-error.h"
#include "bw-error.h"

#define FIRST_DELAY 250
#define MAX_DELAY 8000

/**
 * bw_retry_may_help:
 * @error: why the server did not take what was sent
 *
 * Tells what passes, or is put right by somebody, from what the server will never take: a full disk
 * gets room, and a token or certificate that is refused is set right.
 *
 * Returns: whether the same is to be sent again, for as long as the job is held
 */
gboolean
bw_retry_may_help (const GError *error)
{
  return bw_client_error_is_transient (error) || error->domain == BW_CLIENT_ERROR
         || g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED)
         || g_error_matches (error, BW_ERROR, BW_ERROR_FORBIDDEN)
         || g_error_matches (error, BW_ERROR, BW_ERROR_NO_SPACE);
}

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

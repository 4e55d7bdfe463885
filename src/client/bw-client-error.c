/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-client-error.h"

#include "bw-error.h"

G_DEFINE_QUARK (bw - client - error, bw_client_error)

/**
 * bw_client_error_is_transient:
 * @error: (nullable): any error of this client
 *
 * Tells failures that may pass by themselves, so that trying again later makes sense, from those
 * that need somebody to do something. %BW_ERROR_TOO_MANY counts as passing, a sign-in that lapsed
 * does not.
 *
 * Returns: %TRUE if trying the same again later may help
 */
gboolean
bw_client_error_is_transient (const GError *error)
{
  return g_error_matches (error, BW_ERROR, BW_ERROR_UNAVAILABLE)
         || g_error_matches (error, BW_ERROR, BW_ERROR_TOO_MANY)
         || g_error_matches (error, BW_ERROR, BW_ERROR_TIMEOUT)
         || g_error_matches (error, BW_ERROR, BW_ERROR_INTERNAL);
}

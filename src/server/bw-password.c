/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-password.h"

#include <sodium.h>
#include <string.h>

#include "bw-error.h"

static char *
hash_with (const char *password, unsigned long long operations, gsize memory, GError **error)
{
  char text[crypto_pwhash_STRBYTES];

  if (crypto_pwhash_str_alg (text, password, strlen (password), operations, memory,
                             crypto_pwhash_ALG_ARGON2ID13) == 0)
    return g_strdup (text);
  bw_set_error (error, BW_ERROR_UNAVAILABLE,
                "There is not enough memory to hash a password, which takes %" G_GSIZE_FORMAT
                " MiB. Try again.", memory / (1024 * 1024));
  return NULL;
}

/**
 * bw_password_check_strength:
 * @password: a password that is to be set
 * @field: what it is called in the request
 * @error: set to %BW_ERROR_INVALID
 *
 * Asks for length alone, as NIST SP 800-63B does: rules about kinds of characters make passwords
 * no better.
 *
 * Returns: whether it may be used
 */
gboolean
bw_password_check_strength (const char *password, const char *field, GError **error)
{
  gsize length = strlen (password);

  if (g_utf8_validate (password, -1, NULL) && length <= BW_PASSWORD_MAX
      && g_utf8_strlen (password, -1) >= BW_PASSWORD_MIN)
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, field,
                      "A password needs at least %d characters, and %d bytes at most.",
                      BW_PASSWORD_MIN, BW_PASSWORD_MAX);
  return FALSE;
}

/**
 * bw_password_hash:
 * @password: a password
 * @error: set when there is not enough memory
 *
 * Hashes a password by argon2id with libsodium's limits for sign-in: 64 MiB and two passes, some
 * 60 ms of one core.
 *
 * Returns: (transfer full) (nullable): the hash with its salt and limits
 */
char *
bw_password_hash (const char *password, GError **error)
{
  return hash_with (password, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                    error);
}

/**
 * bw_password_hash_public:
 * @password: a password that everybody knows, such as the demo's
 * @error: set when there is not enough memory
 *
 * Hashes by the least limits there are: to slow down who guesses a published password helps nobody.
 *
 * Returns: (transfer full) (nullable): the hash with its salt and limits
 */
char *
bw_password_hash_public (const char *password, GError **error)
{
  return hash_with (password, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, error);
}

/**
 * bw_password_verify:
 * @hash: (nullable): a hash; %NULL where there is no such account
 * @password: the password to try
 *
 * Takes as long for an account that there is not as for a wrong password, so that the time does not
 * tell which accounts there are. Blocks; run it where little else runs.
 *
 * Returns: whether the password is the hash's
 */
gboolean
bw_password_verify (const char *hash, const char *password)
{
  static char *nobody;
  static gsize made;
  gboolean right;

  if (g_once_init_enter (&made))
    {
      nobody = bw_password_hash ("", NULL);
      g_once_init_leave (&made, 1);
    }
  if (hash == NULL && nobody == NULL)
    return FALSE;
  right = crypto_pwhash_str_verify (hash != NULL ? hash : nobody, password, strlen (password)) == 0;
  return right && hash != NULL;
}

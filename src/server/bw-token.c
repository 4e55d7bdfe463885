/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-token.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "bw_"
#define RANDOM_BYTES 32
#define ENCODED_LENGTH 43

/**
 * bw_token_new:
 *
 * Makes a token to sign in with: "bw_" and 256 random bits in base64url. The prefix lets programs
 * that look for leaked secrets know it.
 *
 * Returns: (transfer full): a token
 */
char *
bw_token_new (void)
{
  guint8 bytes[RANDOM_BYTES];
  char encoded[ENCODED_LENGTH + 1];

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (encoded, sizeof encoded, bytes, sizeof bytes,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strconcat (PREFIX, encoded, NULL);
}

/**
 * bw_token_hash:
 * @token: what a client sent as a token
 *
 * What the store keeps in a token's place. One SHA-256 is enough, and needs no salt: what it hides
 * is random, so that there is nothing to guess.
 *
 * Returns: (transfer full) (nullable): 32 bytes; %NULL when it can't be a token
 */
GBytes *
bw_token_hash (const char *token)
{
  guint8 hash[crypto_hash_sha256_BYTES];
  gsize length = strlen (token);

  if (length != strlen (PREFIX) + ENCODED_LENGTH || !g_str_has_prefix (token, PREFIX))
    return NULL;
  crypto_hash_sha256 (hash, (const guint8 *) token, length);
  return g_bytes_new (hash, sizeof hash);
}

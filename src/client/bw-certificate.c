/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-connection.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

/**
 * bw_certificate_get_fingerprint:
 * @certificate: a certificate
 *
 * The SHA-256 of a certificate, as browsers show it: 32 pairs of capital hexadecimal digits with
 * colons between them.
 *
 * Returns: (transfer full): the fingerprint
 */
char *
bw_certificate_get_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *digest = NULL;
  GString *text = g_string_new (NULL);

  g_object_get (certificate, "certificate", &der, NULL);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  for (const char *pair = digest; *pair != '\0'; pair += 2)
    {
      if (text->len > 0)
        g_string_append_c (text, ':');
      g_string_append_c (text, g_ascii_toupper (pair[0]));
      g_string_append_c (text, g_ascii_toupper (pair[1]));
    }
  return g_string_free_and_steal (text);
}

/**
 * bw_certificate_flags_to_text:
 * @reasons: why a certificate was refused
 *
 * Says it in words for people, the most telling reason first.
 *
 * Returns: (transfer full): one or more clauses without a full stop
 */
char *
bw_certificate_flags_to_text (GTlsCertificateFlags reasons)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *text;
  } texts[] = {
    { G_TLS_CERTIFICATE_BAD_IDENTITY, N_ ("it was issued for another name than this server’s") },
    { G_TLS_CERTIFICATE_EXPIRED, N_ ("it has expired") },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED,
      N_ ("it is not valid yet; is this computer’s clock right?") },
    { G_TLS_CERTIFICATE_REVOKED, N_ ("it was revoked by who issued it") },
    { G_TLS_CERTIFICATE_INSECURE, N_ ("it uses a method that is no longer secure") },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, N_ ("it was issued by nobody whom this computer knows") },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if ((reasons & texts[i].flag) == 0)
        continue;
      if (text->len > 0)
        g_string_append (text, "; ");
      g_string_append (text, _ (texts[i].text));
    }
  if (text->len == 0)
    g_string_append (text, _ ("it could not be checked"));
  return g_string_free_and_steal (text);
}

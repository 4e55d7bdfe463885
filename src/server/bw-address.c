/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "bw-error.h"

static gboolean
fill (struct sockaddr_storage *address, socklen_t *length, const char *host, guint port)
{
  struct sockaddr_in *v4 = (struct sockaddr_in *) address;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) address;

  memset (address, 0, sizeof *address);
  if (inet_pton (AF_INET, host, &v4->sin_addr) == 1)
    {
      v4->sin_family = AF_INET;
      v4->sin_port = g_htons (port);
      *length = sizeof *v4;
      return TRUE;
    }
  if (inet_pton (AF_INET6, host, &v6->sin6_addr) == 1)
    {
      v6->sin6_family = AF_INET6;
      v6->sin6_port = g_htons (port);
      *length = sizeof *v6;
      return TRUE;
    }
  return FALSE;
}

/**
 * bw_address_parse:
 * @text: "127.0.0.1:8420", "[::1]:8420", "localhost:8420" or "*:8420" for every address
 * @address: (out): where to put it
 * @length: (out): its size
 * @error: set to %BW_ERROR_INVALID
 *
 * Reads an address to listen on. No name but localhost is looked up.
 *
 * Returns: whether it is one
 */
gboolean
bw_address_parse (const char *text, struct sockaddr_storage *address, socklen_t *length,
                  GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  guint64 port = 0;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      if (text[0] == '[' && colon > text + 1 && colon[-1] == ']')
        host = g_strndup (text + 1, colon - text - 2);
      else
        host = g_strndup (text, colon - text);
      if (fill (address, length,
                g_str_equal (host, "localhost") ? "127.0.0.1"
                : g_str_equal (host, "*")       ? "::"
                                                : host,
                (guint) port))
        return TRUE;
    }
  bw_set_error (error, BW_ERROR_INVALID,
                "“%s” is no address to listen on. Write ADDRESS:PORT, as in 127.0.0.1:8420, "
                "[::1]:8420 or *:8420.", text);
  return FALSE;
}

/**
 * bw_address_is_loopback:
 * @address: an address
 *
 * Returns: whether only this machine can be at it
 */
gboolean
bw_address_is_loopback (const struct sockaddr *address)
{
  if (address->sa_family == AF_UNIX)
    return TRUE;
  if (address->sa_family == AF_INET)
    return (g_ntohl (((const struct sockaddr_in *) address)->sin_addr.s_addr) >> 24) == 127;
  if (address->sa_family == AF_INET6)
    {
      const struct in6_addr *v6 = &((const struct sockaddr_in6 *) address)->sin6_addr;

      return IN6_IS_ADDR_LOOPBACK (v6) || (IN6_IS_ADDR_V4MAPPED (v6) && v6->s6_addr[12] == 127);
    }
  return FALSE;
}

/**
 * bw_address_to_string:
 * @address: an address
 *
 * Returns: (transfer full): it without its port, IPv6 without brackets
 */
char *
bw_address_to_string (const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "local";

  if (address->sa_family == AF_INET)
    inet_ntop (AF_INET, &((const struct sockaddr_in *) address)->sin_addr, text, sizeof text);
  else if (address->sa_family == AF_INET6)
    inet_ntop (AF_INET6, &((const struct sockaddr_in6 *) address)->sin6_addr, text, sizeof text);
  return g_strdup (text);
}

/** bw_address_get_port: @address: an address. Returns: its port, 0 where it has none */
guint
bw_address_get_port (const struct sockaddr *address)
{
  if (address->sa_family == AF_INET)
    return g_ntohs (((const struct sockaddr_in *) address)->sin_port);
  if (address->sa_family == AF_INET6)
    return g_ntohs (((const struct sockaddr_in6 *) address)->sin6_port);
  return 0;
}

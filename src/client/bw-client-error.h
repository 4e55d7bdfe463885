/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BwClientError:
 * @BW_CLIENT_ERROR_ADDRESS: the address of the server can't be understood
 * @BW_CLIENT_ERROR_CERTIFICATE: the server's certificate is not trusted; nothing was sent. See
 *   bw_connection_get_refused_certificate()
 *
 * What only a client can fail of. Everything else, no answer and bad answers included, is of the
 * domain BW_ERROR: %BW_ERROR_UNAVAILABLE says that trying again later may help (not reached, no
 * answer in time, cut off), %BW_ERROR_INTERNAL that what answered does not answer as a Batchwork
 * server does.
 */
typedef enum
{
  BW_CLIENT_ERROR_ADDRESS,
  BW_CLIENT_ERROR_CERTIFICATE,
} BwClientError;

#define BW_CLIENT_ERROR (bw_client_error_quark ())

GQuark   bw_client_error_quark        (void);
gboolean bw_client_error_is_transient (const GError *error);

G_END_DECLS

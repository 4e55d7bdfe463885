/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>

#include "bw-request.h"

G_BEGIN_DECLS

/** Where a request ends, as its header says. */
typedef struct
{
  gboolean has_body;
  gboolean awaits_continue; /* the client sends the body only when told to */
  gint64 length;            /* bytes of the body; -1: not announced */
} BwFraming;

gboolean bw_framing_read (BwFraming *self, struct MHD_Connection *connection, BwRequest *request, gint64 max_header,
                          GError **error);

G_END_DECLS

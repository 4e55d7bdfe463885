/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Server-sent events, parsed as they arrive: WHATWG HTML, section 9.2.6 "Interpreting an event
 * stream".
 */
typedef struct _BwSseParser BwSseParser;

#define BW_SSE_MAX_EVENT (1024 * 1024)

/**
 * BwSseFunc:
 * @kind: the event's name, "message" where it has none
 * @data: its data, %NULL-terminated too
 * @length: of @data in bytes
 * @id: (nullable): the stream's last id
 */
typedef void (*BwSseFunc) (const char *kind, const char *data, gsize length, const char *id,
                           gpointer user_data);

BwSseParser *bw_sse_parser_new  (BwSseFunc func, gpointer user_data);
void         bw_sse_parser_free (BwSseParser *self);
gboolean     bw_sse_parser_feed (BwSseParser *self, const char *bytes, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSseParser, bw_sse_parser_free)

G_END_DECLS

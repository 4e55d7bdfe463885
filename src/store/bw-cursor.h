/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"

G_BEGIN_DECLS

/**
 * BwCursor:
 * @id: the last job shown
 * @number: its group (sorts by type, state or creator) or its number (items, end)
 * @text: (nullable): its text (sort by name)
 *
 * A place between two jobs of a sorted list: the sort key of the job before it, with the id as
 * tie-break. It stays valid when that job changes or goes.
 */
typedef struct
{
  gint64 id;
  gint64 number;
  char *text;
} BwCursor;

void     bw_cursor_clear  (BwCursor *self);
char    *bw_cursor_encode (const BwCursor *self, const BwFilter *filter);
gboolean bw_cursor_decode (BwCursor *self, const char *encoded, const BwFilter *filter, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwCursor, bw_cursor_clear)

G_END_DECLS

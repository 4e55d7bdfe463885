/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

/** What the standing pauses of one business hold back, as one reader saw them. */
typedef struct
{
  gboolean everything;
  GArray *owners;           /* of gint64 */
  GArray *types;            /* of gint64 */
} BwHolds;

gboolean bw_holds_read  (BwHolds *self, BwDb *db, gint64 business, GError **error);
gboolean bw_holds_match (const BwHolds *self, gint64 owner, gint64 type);
void     bw_holds_clear (BwHolds *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwHolds, bw_holds_clear)

G_END_DECLS

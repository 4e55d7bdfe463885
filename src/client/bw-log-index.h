/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/** A piece of a log: whole lines, and where each of them begins. Immutable once it is made. */
typedef struct
{
  GBytes *bytes;            /* ends with a line feed */
  GArray *starts;           /* of guint32: offsets in @bytes */
  GBytes *rest;             /* what came after the last line feed, maybe nothing */
  GBytes *all;              /* both; %NULL where the piece is long enough to be left alone */
} BwLogPiece;

#define BW_TYPE_LOG_PIECE (bw_log_piece_get_type ())

GType       bw_log_piece_get_type (void);
BwLogPiece *bw_log_piece_ref      (BwLogPiece *self);
void        bw_log_piece_unref    (BwLogPiece *self);
DexFuture  *bw_log_piece_make     (GBytes *before, GBytes *bytes);
const char *bw_log_piece_get_line (BwLogPiece *self, guint line, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwLogPiece, bw_log_piece_unref)

G_END_DECLS

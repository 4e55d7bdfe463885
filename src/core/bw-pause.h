/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

/** A standing order that holds back a user's jobs, a type's, or a whole business's. */
typedef struct
{
  gint64 id;
  gint64 user_id;           /* 0: not for one user */
  char *user_name;          /* nullable */
  char *type;               /* nullable: not for one type */
  char *type_name;          /* nullable */
  gboolean all;
  char *reason;             /* nullable */
  char *paused_by;
  BwTime since;
} BwPause;

BwPause *bw_pause_new   (void);
BwPause *bw_pause_copy  (const BwPause *self);
void     bw_pause_free  (BwPause *self);
void     bw_pause_write (const BwPause *self, BwJsonWriter *writer, const char *member);
BwPause *bw_pause_read  (BwJsonReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPause, bw_pause_free)

G_END_DECLS

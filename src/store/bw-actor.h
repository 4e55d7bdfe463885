/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/** Who administers a business, with the rights that the write itself sees. */
typedef struct
{
  const BwViewer *viewer;
  BwPermissions permissions;
  gboolean is_owner;
} BwActor;

gboolean bw_actor_load        (BwActor *self, BwTx *tx, const BwViewer *viewer, GError **error);
gboolean bw_actor_may_grant   (const BwActor *self, BwPermissions set, BwPermissions had, GError **error);
gboolean bw_actor_may_make_owner (const BwActor *self, GError **error);
gboolean bw_actor_may_be_given (BwTx *tx, const BwViewer *viewer, gint64 account, GError **error);
gboolean bw_actor_record      (const BwActor *self, BwTx *tx, const char *action, const char *detail, GError **error);

gboolean bw_stop_work         (BwTx *tx, gint64 business, gint64 account, GError **error);
char    *bw_describe_permissions (BwPermissions set);

G_END_DECLS

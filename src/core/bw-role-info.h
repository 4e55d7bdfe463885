/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-rights.h"

G_BEGIN_DECLS

/** A role of a business, shipped or its own. */
typedef struct
{
  char *id;                 /* "full-user" */
  char *name;
  BwPermissions permissions;
  gboolean builtin;         /* shipped: can't be changed or removed */
  int members;              /* how many have it */
} BwRoleInfo;

BwRoleInfo *bw_role_info_new   (const char *id, const char *name, BwPermissions permissions, gboolean builtin, int members);
BwRoleInfo *bw_role_info_copy  (const BwRoleInfo *self);
void        bw_role_info_free  (BwRoleInfo *self);
BwRoleInfo *bw_role_info_read  (BwJsonReader *reader);
void        bw_role_info_write (const BwRoleInfo *self, BwJsonWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRoleInfo, bw_role_info_free)

G_END_DECLS

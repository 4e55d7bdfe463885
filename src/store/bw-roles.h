/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-rights.h"

G_BEGIN_DECLS

/* Roles below are shipped, and have the number of their BwRole; a business's own begin here. */
#define BW_FIRST_OWN_ROLE 100

/** A role as a membership has it. */
typedef struct
{
  gint64 number;
  char *id;
  char *name;
  BwPermissions permissions;
} BwRoleRow;

/*
 * A membership m with its role: LEFT JOIN so that a shipped one, which has no row, is there too. What
 * the columns mean is bw_role_row_read()'s to know.
 */
#define BW_ROLE_COLUMNS "m.role, r.slug, r.name, r.permissions"
#define BW_ROLE_N_COLUMNS 4
#define BW_ROLE_JOIN " LEFT JOIN role r ON r.business = m.business AND r.id = m.role"

void     bw_role_row_read  (BwRoleRow *self, BwRows *rows, guint column);
gboolean bw_role_row_find  (BwRoleRow *self, BwDb *db, gint64 business, const char *id, gboolean *found, GError **error);
gboolean bw_role_row_need  (BwRoleRow *self, BwDb *db, gint64 business, const char *id, GError **error);
void     bw_role_row_clear (BwRoleRow *self);

gboolean bw_rights_find    (BwDb *db, gint64 business, gint64 account, BwPermissions *permissions, gboolean *is_owner, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwRoleRow, bw_role_row_clear)

G_END_DECLS

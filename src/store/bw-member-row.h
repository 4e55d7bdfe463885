/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-member.h"
#include "bw-roles.h"
#include "bw-store.h"
#include "bw-token-info.h"

G_BEGIN_DECLS

/** A membership as it is stored. */
typedef struct
{
  gint64 account;
  BwAccountKind kind;
  char *login;
  char *name;
  BwTime created_at;
  char *created_by;         /* nullable */
  BwPermissions added;
  BwTime last_seen_at;
  BwRoleRow role;
} BwMemberRow;

#define BW_MEMBER_SELECT                                                                           \
  "SELECT a.id, a.kind, a.login, a.name, a.created_at, a.created_by, m.added, m.last_seen_at, "      \
  BW_ROLE_COLUMNS " FROM membership m JOIN account a ON a.id = m.account" BW_ROLE_JOIN

void         bw_member_row_read  (BwMemberRow *self, BwRows *rows);
gboolean     bw_member_row_need  (BwMemberRow *self, BwDb *db, gint64 business, gint64 account, GError **error);
void         bw_member_row_clear (BwMemberRow *self);
BwMember    *bw_member_row_to_member (const BwMemberRow *self);
BwTokenInfo *bw_member_row_to_token  (const BwMemberRow *self);

/** Makes of a membership what is told of it. */
typedef gpointer (*BwMemberRowFunc) (const BwMemberRow *row);

GPtrArray   *bw_member_row_list  (BwStore *store, const BwViewer *viewer, const char *sql, BwMemberRowFunc func, GDestroyNotify free_func, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwMemberRow, bw_member_row_clear)

G_END_DECLS

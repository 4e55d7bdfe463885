/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-rights.h"
#include "bw-time.h"

G_BEGIN_DECLS

/** Somebody, or a program, that belongs to a business. */
typedef struct
{
  gint64 user_id;
  char *user_name;
  char *login;
  BwAccountKind kind;
  char *role;               /* the role's id */
  char *role_name;
  BwPermissions added;      /* on top of the role's */
  BwPermissions permissions;/* all of them */
  BwTime last_seen_at;      /* to the minute; BW_TIME_NONE: never yet */
} BwMember;

BwMember *bw_member_new   (void);
BwMember *bw_member_copy  (const BwMember *self);
void      bw_member_free  (BwMember *self);
BwMember *bw_member_read  (BwJsonReader *reader);
void      bw_member_write (const BwMember *self, BwJsonWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwMember, bw_member_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-rights.h"
#include "bw-time.h"

G_BEGIN_DECLS

/** What lets a program in: an application that hands jobs in, or a worker. */
typedef struct
{
  gint64 id;                /* of the program's account */
  char *name;
  BwAccountKind kind;       /* an application or a worker */
  char *role;               /* the role's id */
  char *role_name;
  BwPermissions added;      /* on top of the role's */
  BwTime created_at;
  char *created_by;         /* nullable: made on the server's command line */
  BwTime last_used_at;      /* to the minute; BW_TIME_NONE: never yet */
  char *token;              /* nullable: told once, when it is made or renewed */
} BwTokenInfo;

BwTokenInfo *bw_token_info_new   (void);
BwTokenInfo *bw_token_info_copy  (const BwTokenInfo *self);
void         bw_token_info_free  (BwTokenInfo *self);
BwTokenInfo *bw_token_info_read  (BwJsonReader *reader);
void         bw_token_info_write (const BwTokenInfo *self, BwJsonWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTokenInfo, bw_token_info_free)

G_END_DECLS

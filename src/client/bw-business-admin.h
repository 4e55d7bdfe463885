/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"
#include "bw-member.h"
#include "bw-role-info.h"
#include "bw-settings.h"
#include "bw-token-info.h"

G_BEGIN_DECLS

/*
 * A business's users, roles, tokens and settings, for who has the permission "manage". The server
 * holds to rules that a window may know beforehand: nobody grants a permission that they don't have;
 * only an owner makes, changes or removes an owner; the last owner stays; a name or password is set
 * only for a user all of whose businesses one manages, and who may do nothing there that one may
 * not. What is refused rejects with %BW_ERROR_FORBIDDEN or %BW_ERROR_CONFLICT, and says why.
 */

#define BW_TYPE_MEMBER (bw_member_get_type ())
#define BW_TYPE_ROLE_INFO (bw_role_info_get_type ())
#define BW_TYPE_TOKEN_INFO (bw_token_info_get_type ())
#define BW_TYPE_SETTINGS (bw_settings_get_type ())

GType bw_member_get_type     (void);
GType bw_role_info_get_type  (void);
GType bw_token_info_get_type (void);
GType bw_settings_get_type   (void);

/** What is to change of a member; all else stays. */
typedef struct
{
  const char *role;         /* a role's id; NULL: as it is */
  gboolean set_added;
  BwPermissions added;
  const char *name;         /* NULL: as it is */
  const char *password;     /* NULL: as it is; one that is set ends the user's sessions */
} BwMemberChange;

/** What is to change of a business's settings; all else stays. */
typedef struct
{
  const char *name;         /* NULL: as it is */
  int retention_days;       /* 0: as it is */
  GPtrArray *references;    /* of BwReferenceUrl, all there are to be; NULL: as they are */
} BwSettingsChange;

/* Users. A login that is known on the server is added as it is, without name and password; for
 * another, both are needed, and a person is made. */
DexFuture *bw_business_list_members  (BwBusiness *self);                   /* GPtrArray of BwMember */
DexFuture *bw_business_add_member    (BwBusiness *self, const char *login, const char *name,
                                      const char *password, const char *role,
                                      BwPermissions added);                /* BwMember */
DexFuture *bw_business_change_member (BwBusiness *self, gint64 user,
                                      const BwMemberChange *change);       /* BwMember */
DexFuture *bw_business_remove_member (BwBusiness *self, gint64 user);      /* TRUE */

/* Roles */
DexFuture *bw_business_list_roles    (BwBusiness *self);                   /* GPtrArray of BwRoleInfo */
DexFuture *bw_business_add_role      (BwBusiness *self, const char *name,
                                      BwPermissions permissions);          /* BwRoleInfo */
DexFuture *bw_business_change_role   (BwBusiness *self, const char *role, const char *name,
                                      BwPermissions permissions);          /* BwRoleInfo */
DexFuture *bw_business_remove_role   (BwBusiness *self, const char *role); /* TRUE */

/* Tokens. What add and renew resolve to has the token itself, which is told this once. */
DexFuture *bw_business_list_tokens   (BwBusiness *self);                   /* GPtrArray of BwTokenInfo */
DexFuture *bw_business_add_token     (BwBusiness *self, const char *name, BwAccountKind kind,
                                      const char *role, BwPermissions added); /* BwTokenInfo */
DexFuture *bw_business_renew_token   (BwBusiness *self, gint64 token);     /* BwTokenInfo */
DexFuture *bw_business_remove_token  (BwBusiness *self, gint64 token);     /* TRUE */

/* Settings */
DexFuture *bw_business_get_settings    (BwBusiness *self);                 /* BwSettings */
DexFuture *bw_business_change_settings (BwBusiness *self,
                                        const BwSettingsChange *change);   /* BwSettings */

/* One's own password, in all businesses; ends one's other sessions. */
DexFuture *bw_connection_change_password (BwConnection *self, const char *old_password,
                                          const char *new_password);       /* TRUE */

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

/** One right each. The values are stored: never renumber. */
typedef enum
{
  BW_PERMISSION_VIEW_OWN = 1 << 0,
  BW_PERMISSION_VIEW_ALL = 1 << 1,
  BW_PERMISSION_VIEW_AUTOMATED = 1 << 2,
  BW_PERMISSION_SUBMIT = 1 << 3,
  BW_PERMISSION_EDIT = 1 << 4,
  BW_PERMISSION_RETRY = 1 << 5,
  BW_PERMISSION_CANCEL = 1 << 6,
  BW_PERMISSION_DELETE = 1 << 7,
  BW_PERMISSION_PAUSE = 1 << 8,
  BW_PERMISSION_EXPORT = 1 << 9,
  BW_PERMISSION_VIEW_AUDIT = 1 << 10,
  BW_PERMISSION_MANAGE = 1 << 11,
} BwPermissions;
#define BW_N_PERMISSIONS 12
#define BW_PERMISSIONS_ALL ((1u << BW_N_PERMISSIONS) - 1)

/** The roles shipped. The values are stored: never renumber. */
typedef enum
{
  BW_ROLE_OWNER = 0,
  BW_ROLE_ADMINISTRATOR = 1,
  BW_ROLE_FULL_USER = 2,
  BW_ROLE_INVOICE_USER = 3,
  BW_ROLE_VIEWER = 4,
  BW_ROLE_STAFF = 5,
} BwRole;
#define BW_N_ROLES 6

/** Who may sign in. The values are stored: never renumber. */
typedef enum
{
  BW_ACCOUNT_PERSON = 0,
  BW_ACCOUNT_APPLICATION = 1, /* a program that hands jobs in */
  BW_ACCOUNT_WORKER = 2,
} BwAccountKind;
#define BW_N_ACCOUNT_KINDS 3

/** One business of a user, as /v1/me tells it. */
typedef struct
{
  char *id;                 /* the short name in paths */
  char *name;
  char *role;               /* the role's id: "full-user", or one that the business made */
  char *role_name;          /* what people call it */
  BwPermissions permissions;
} BwMembership;

/** Who is signed in, and where they may do what. */
typedef struct
{
  gint64 user_id;
  char *login;
  char *name;
  GPtrArray *businesses;    /* of BwMembership */
} BwMe;

const char   *bw_permission_to_string   (BwPermissions permission);
gboolean      bw_permission_from_string (const char *string, BwPermissions *permission);
const char   *bw_role_to_string         (BwRole role);
gboolean      bw_role_from_string       (const char *string, BwRole *role);
const char   *bw_role_get_name          (BwRole role);
BwPermissions bw_role_get_permissions   (BwRole role);
const char   *bw_account_kind_to_string (BwAccountKind kind);
gboolean      bw_account_kind_from_string (const char *string, BwAccountKind *kind);

BwPermissions bw_permissions_read       (BwJsonReader *reader, const char *member);
BwPermissions bw_permissions_read_known (BwJsonReader *reader, const char *member);
void          bw_permissions_write      (BwPermissions set, BwJsonWriter *writer, const char *member);

BwMembership *bw_membership_new  (const char *id, const char *name, const char *role, const char *role_name, BwPermissions permissions);
void          bw_membership_free (BwMembership *self);
BwMe         *bw_me_new          (gint64 user_id, const char *login, const char *name);
BwMe         *bw_me_ref          (BwMe *self);
void          bw_me_unref        (BwMe *self);
BwMe         *bw_me_read         (BwJsonReader *reader);
void          bw_me_write_members (const BwMe *self, BwJsonWriter *writer);
BwMembership *bw_me_find         (const BwMe *self, const char *business);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwMembership, bw_membership_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwMe, bw_me_unref)

G_END_DECLS

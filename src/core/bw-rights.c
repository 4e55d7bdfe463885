/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-rights.h"

#include "bw-submission.h"

/* Far more than any office has; a bound because the client reads what a server sends. */
#define MAX_BUSINESSES 10000
#define MAX_PERMISSIONS 1000

/* By bit: permissions[n] names 1 << n. */
static const char *const permissions[BW_N_PERMISSIONS] = {
  "view-own", "view-all", "view-automated", "submit", "edit",       "retry",
  "cancel",   "delete",   "pause",          "export", "view-audit", "manage",
};

static const char *const roles[BW_N_ROLES] = {
  [BW_ROLE_OWNER] = "owner",         [BW_ROLE_ADMINISTRATOR] = "administrator",
  [BW_ROLE_FULL_USER] = "full-user", [BW_ROLE_INVOICE_USER] = "invoice-user",
  [BW_ROLE_VIEWER] = "viewer",       [BW_ROLE_STAFF] = "staff",
};

static const char *const role_names[BW_N_ROLES] = {
  [BW_ROLE_OWNER] = "Owner",         [BW_ROLE_ADMINISTRATOR] = "Administrator",
  [BW_ROLE_FULL_USER] = "Full user", [BW_ROLE_INVOICE_USER] = "Invoice user",
  [BW_ROLE_VIEWER] = "Viewer",       [BW_ROLE_STAFF] = "Staff",
};

static const char *const account_kinds[BW_N_ACCOUNT_KINDS] = {
  [BW_ACCOUNT_PERSON] = "person",
  [BW_ACCOUNT_APPLICATION] = "application",
  [BW_ACCOUNT_WORKER] = "worker",
};

static const BwPermissions role_permissions[BW_N_ROLES] = {
  [BW_ROLE_OWNER] = BW_PERMISSIONS_ALL,
  [BW_ROLE_ADMINISTRATOR] = BW_PERMISSIONS_ALL,
  [BW_ROLE_FULL_USER] = BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL
                        | BW_PERMISSION_VIEW_AUTOMATED | BW_PERMISSION_SUBMIT | BW_PERMISSION_EDIT
                        | BW_PERMISSION_RETRY | BW_PERMISSION_CANCEL | BW_PERMISSION_DELETE
                        | BW_PERMISSION_PAUSE | BW_PERMISSION_EXPORT,
  [BW_ROLE_INVOICE_USER] = BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_SUBMIT
                           | BW_PERMISSION_EDIT | BW_PERMISSION_RETRY | BW_PERMISSION_CANCEL
                           | BW_PERMISSION_EXPORT,
  [BW_ROLE_VIEWER] = BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED
                     | BW_PERMISSION_EXPORT,
  [BW_ROLE_STAFF] = BW_PERMISSION_VIEW_OWN | BW_PERMISSION_SUBMIT | BW_PERMISSION_EDIT
                    | BW_PERMISSION_RETRY | BW_PERMISSION_CANCEL | BW_PERMISSION_DELETE
                    | BW_PERMISSION_EXPORT,
};

/**
 * bw_permission_to_string:
 * @permission: one permission
 *
 * Returns: (transfer none) (nullable): its name in JSON, "view-own"; %NULL for none or several
 */
const char *
bw_permission_to_string (BwPermissions permission)
{
  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    if ((guint) permission == 1u << i)
      return permissions[i];
  return NULL;
}

/**
 * bw_permission_from_string:
 * @string: a name in JSON
 * @permission: (out): the one permission; set only on success
 *
 * Returns: %FALSE if no permission has that name
 */
gboolean
bw_permission_from_string (const char *string, BwPermissions *permission)
{
  g_return_val_if_fail (string != NULL && permission != NULL, FALSE);

  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    if (g_str_equal (permissions[i], string))
      {
        *permission = (BwPermissions) (1u << i);
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_role_to_string:
 * @role: a role
 *
 * Returns: (transfer none): its name in JSON, "full-user"
 */
const char *
bw_role_to_string (BwRole role)
{
  g_return_val_if_fail ((guint) role < BW_N_ROLES, NULL);

  return roles[role];
}

/**
 * bw_role_from_string:
 * @string: a name in JSON
 * @role: (out): the role; set only on success
 *
 * Returns: %FALSE if no role has that name
 */
gboolean
bw_role_from_string (const char *string, BwRole *role)
{
  g_return_val_if_fail (string != NULL && role != NULL, FALSE);

  for (guint i = 0; i < BW_N_ROLES; i++)
    if (g_str_equal (roles[i], string))
      {
        *role = (BwRole) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_role_get_name:
 * @role: a role
 *
 * Returns: (transfer none): what people call it, in English
 */
const char *
bw_role_get_name (BwRole role)
{
  g_return_val_if_fail ((guint) role < BW_N_ROLES, NULL);

  return role_names[role];
}

/**
 * bw_role_get_permissions:
 * @role: a role
 *
 * Returns: what the role permits by itself; single permissions may come on top for a user
 */
BwPermissions
bw_role_get_permissions (BwRole role)
{
  g_return_val_if_fail ((guint) role < BW_N_ROLES, 0);

  return role_permissions[role];
}

/**
 * bw_account_kind_to_string:
 * @kind: a kind of account
 *
 * Returns: (transfer none): its name in JSON, "person"
 */
const char *
bw_account_kind_to_string (BwAccountKind kind)
{
  g_return_val_if_fail ((guint) kind < BW_N_ACCOUNT_KINDS, NULL);

  return account_kinds[kind];
}

/**
 * bw_account_kind_from_string:
 * @string: a name in JSON
 * @kind: (out): the kind; set only on success
 *
 * Returns: %FALSE if no kind has that name
 */
gboolean
bw_account_kind_from_string (const char *string, BwAccountKind *kind)
{
  g_return_val_if_fail (string != NULL && kind != NULL, FALSE);

  for (guint i = 0; i < BW_N_ACCOUNT_KINDS; i++)
    if (g_str_equal (account_kinds[i], string))
      {
        *kind = (BwAccountKind) i;
        return TRUE;
      }
  return FALSE;
}

static BwPermissions
read_permissions (BwJsonReader *reader, const char *member, gboolean only_known)
{
  BwPermissions result = 0;
  gsize length;

  if (!bw_json_reader_enter_array (reader, member, MAX_PERMISSIONS, &length))
    return result;
  for (gsize i = 0; i < length; i++)
    {
      const char *name = bw_json_reader_element_string (reader, i, BW_MAX_NAME);
      BwPermissions permission = 0;

      if (name != NULL && !bw_permission_from_string (name, &permission) && only_known)
        bw_json_reader_fail (reader, NULL, "has “%.64s”, which is no permission", name);
      result |= permission;
    }
  bw_json_reader_leave (reader);
  return result;
}

/**
 * bw_permissions_read:
 * @reader: a reader in an object
 * @member: a member that is an array of names
 *
 * Names that are not known are ignored, since a newer server may send some.
 *
 * Returns: the permissions
 */
BwPermissions
bw_permissions_read (BwJsonReader *reader, const char *member)
{
  return read_permissions (reader, member, FALSE);
}

/**
 * bw_permissions_read_known:
 * @reader: a reader in an object
 * @member: a member that is an array of names
 *
 * A name that is not known makes the reader fail.
 *
 * Returns: the permissions
 */
BwPermissions
bw_permissions_read_known (BwJsonReader *reader, const char *member)
{
  return read_permissions (reader, member, TRUE);
}

/**
 * bw_permissions_write:
 * @set: permissions
 * @writer: a writer
 * @member: (nullable): the member to write
 *
 * Writes an array of their names.
 */
void
bw_permissions_write (BwPermissions set, BwJsonWriter *writer, const char *member)
{
  bw_json_writer_begin_array (writer, member);
  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    if ((set & (1u << i)) != 0)
      bw_json_writer_string (writer, NULL, permissions[i]);
  bw_json_writer_end_array (writer);
}

/**
 * bw_membership_new:
 * @id: the business's short name
 * @name: what people call it
 * @role: the id of the user's role there
 * @role_name: what people call the role
 * @user_permissions: all that the user may do there
 *
 * Returns: (transfer full): what a user is in a business
 */
BwMembership *
bw_membership_new (const char *id,
                   const char *name,
                   const char *role,
                   const char *role_name,
                   BwPermissions user_permissions)
{
  BwMembership *self = g_new0 (BwMembership, 1);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->role = g_strdup (role);
  self->role_name = g_strdup (role_name);
  self->permissions = user_permissions;
  return self;
}

/**
 * bw_membership_free:
 * @self: (transfer full) (nullable): what a user is in a business
 *
 * Frees it.
 */
void
bw_membership_free (BwMembership *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self->role);
  g_free (self->role_name);
  g_free (self);
}

/**
 * bw_me_new:
 * @user_id: the user's id
 * @login: what the user signs in with
 * @name: what people call the user
 *
 * Makes a user without businesses, for its maker to add them before anybody else sees it.
 *
 * Returns: (transfer full): who is signed in
 */
BwMe *
bw_me_new (gint64 user_id, const char *login, const char *name)
{
  BwMe *self = g_atomic_rc_box_new0 (BwMe);

  self->user_id = user_id;
  self->login = g_strdup (login);
  self->name = g_strdup (name);
  self->businesses = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_membership_free);
  return self;
}

/**
 * bw_me_ref:
 * @self: who is signed in
 *
 * Takes a reference. May be called from any thread.
 *
 * Returns: (transfer full): @self
 */
BwMe *
bw_me_ref (BwMe *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwMe *self = data;

  g_free (self->login);
  g_free (self->name);
  g_ptr_array_unref (self->businesses);
}

/**
 * bw_me_unref:
 * @self: (transfer full) (nullable): who is signed in
 *
 * Gives a reference back. May be called from any thread.
 */
void
bw_me_unref (BwMe *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

static BwMembership *
read_membership (BwJsonReader *reader)
{
  const char *id = bw_json_reader_need_string (reader, "id", BW_MAX_NAME);
  const char *name = bw_json_reader_need_string (reader, "name", BW_MAX_NAME);
  const char *role = bw_json_reader_need_string (reader, "role", BW_MAX_NAME);
  const char *role_name = bw_json_reader_string (reader, "role_name", BW_MAX_NAME);

  return bw_membership_new (id, name, role, role_name != NULL ? role_name : role,
                            bw_permissions_read (reader, "permissions"));
}

/**
 * bw_me_read:
 * @reader: a reader at an object as bw_me_write_members() writes it
 *
 * Reads who is signed in. Unknown members and permissions are ignored, since a newer server may
 * send some.
 *
 * Returns: (transfer full) (nullable): who is signed in, or %NULL if anything was wrong
 */
BwMe *
bw_me_read (BwJsonReader *reader)
{
  g_autoptr (BwMe) self = bw_me_new (0, NULL, NULL);
  gsize length;

  if (bw_json_reader_enter_object (reader, "user"))
    {
      self->user_id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
      self->name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
      self->login = bw_json_reader_dup_string (reader, "login", BW_MAX_NAME);
      bw_json_reader_leave (reader);
    }
  else
    bw_json_reader_fail (reader, "user", "is missing");
  if (bw_json_reader_enter_array (reader, "businesses", MAX_BUSINESSES, &length))
    {
      for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
        {
          g_ptr_array_add (self->businesses, read_membership (reader));
          bw_json_reader_leave (reader);
        }
      bw_json_reader_leave (reader);
    }
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

static void
write_membership (const BwMembership *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "id", self->id);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_string (writer, "role", self->role);
  bw_json_writer_string (writer, "role_name", self->role_name);
  bw_permissions_write (self->permissions, writer, "permissions");
  bw_json_writer_end_object (writer);
}

/**
 * bw_me_write_members:
 * @self: who is signed in
 * @writer: a writer, in an object
 *
 * Writes the members user {id, name, login} and businesses [{id, name, role, role_name,
 * permissions}].
 */
void
bw_me_write_members (const BwMe *self, BwJsonWriter *writer)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, "user");
  bw_json_writer_int (writer, "id", self->user_id);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_string (writer, "login", self->login);
  bw_json_writer_end_object (writer);
  bw_json_writer_begin_array (writer, "businesses");
  for (guint i = 0; i < self->businesses->len; i++)
    write_membership (g_ptr_array_index (self->businesses, i), writer);
  bw_json_writer_end_array (writer);
}

/**
 * bw_me_find:
 * @self: who is signed in
 * @business: a business's short name
 *
 * Returns: (transfer none) (nullable): what the user is there; %NULL if nothing
 */
BwMembership *
bw_me_find (const BwMe *self, const char *business)
{
  g_return_val_if_fail (self != NULL && business != NULL, NULL);

  for (guint i = 0; i < self->businesses->len; i++)
    {
      BwMembership *membership = g_ptr_array_index (self->businesses, i);

      if (g_strcmp0 (membership->id, business) == 0)
        return membership;
    }
  return NULL;
}

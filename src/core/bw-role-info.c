/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-role-info.h"

#include "bw-submission.h"

/**
 * bw_role_info_new:
 * @id: its id in a business
 * @name: what people call it
 * @permissions: what it permits
 * @builtin: whether it is one of those shipped
 * @members: how many have it
 *
 * Returns: (transfer full): a role
 */
BwRoleInfo *
bw_role_info_new (const char *id,
                  const char *name,
                  BwPermissions permissions,
                  gboolean builtin,
                  int members)
{
  BwRoleInfo *self = g_new0 (BwRoleInfo, 1);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->permissions = permissions;
  self->builtin = builtin;
  self->members = members;
  return self;
}

/**
 * bw_role_info_copy:
 * @self: a role
 *
 * Returns: (transfer full): a copy
 */
BwRoleInfo *
bw_role_info_copy (const BwRoleInfo *self)
{
  return bw_role_info_new (self->id, self->name, self->permissions, self->builtin, self->members);
}

/**
 * bw_role_info_free:
 * @self: (transfer full) (nullable): a role
 *
 * Frees it.
 */
void
bw_role_info_free (BwRoleInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self);
}

/**
 * bw_role_info_read:
 * @reader: a reader at an object as bw_role_info_write() writes it
 *
 * What is wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): a role
 */
BwRoleInfo *
bw_role_info_read (BwJsonReader *reader)
{
  return bw_role_info_new (bw_json_reader_need_string (reader, "id", BW_MAX_NAME),
                           bw_json_reader_need_string (reader, "name", BW_MAX_NAME),
                           bw_permissions_read (reader, "permissions"),
                           bw_json_reader_boolean (reader, "builtin", FALSE),
                           (int) bw_json_reader_int (reader, "members", 0, G_MAXINT, 0));
}

/**
 * bw_role_info_write:
 * @self: a role
 * @writer: a writer, in an array or at the top
 *
 * Writes {id, name, permissions, builtin, members}.
 */
void
bw_role_info_write (const BwRoleInfo *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "id", self->id);
  bw_json_writer_string (writer, "name", self->name);
  bw_permissions_write (self->permissions, writer, "permissions");
  bw_json_writer_boolean (writer, "builtin", self->builtin);
  bw_json_writer_int (writer, "members", self->members);
  bw_json_writer_end_object (writer);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-member.h"

#include "bw-submission.h"

/**
 * bw_member_new:
 *
 * Returns: (transfer full): a member, to be filled in by its maker
 */
BwMember *
bw_member_new (void)
{
  BwMember *self = g_new0 (BwMember, 1);

  self->last_seen_at = BW_TIME_NONE;
  return self;
}

/**
 * bw_member_copy:
 * @self: a member
 *
 * Returns: (transfer full): a copy
 */
BwMember *
bw_member_copy (const BwMember *self)
{
  BwMember *copy = g_memdup2 (self, sizeof *self);

  copy->user_name = g_strdup (self->user_name);
  copy->login = g_strdup (self->login);
  copy->role = g_strdup (self->role);
  copy->role_name = g_strdup (self->role_name);
  return copy;
}

/**
 * bw_member_free:
 * @self: (transfer full) (nullable): a member
 *
 * Frees it.
 */
void
bw_member_free (BwMember *self)
{
  if (self == NULL)
    return;
  g_free (self->user_name);
  g_free (self->login);
  g_free (self->role);
  g_free (self->role_name);
  g_free (self);
}

static void
read_user (BwMember *self, BwJsonReader *reader)
{
  const char *kind;

  if (!bw_json_reader_enter_object (reader, "user"))
    {
      bw_json_reader_fail (reader, "user", "is missing");
      return;
    }
  self->user_id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  self->user_name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
  self->login = g_strdup (bw_json_reader_need_string (reader, "login", BW_MAX_NAME));
  kind = bw_json_reader_need_string (reader, "kind", BW_MAX_NAME);
  if (kind != NULL)
    bw_account_kind_from_string (kind, &self->kind);
  bw_json_reader_leave (reader);
}

/**
 * bw_member_read:
 * @reader: a reader at an object as bw_member_write() writes it
 *
 * What is wrong is the reader's to tell, at its end. A kind that is not known reads as a person.
 *
 * Returns: (transfer full): a member
 */
BwMember *
bw_member_read (BwJsonReader *reader)
{
  BwMember *self = bw_member_new ();

  read_user (self, reader);
  self->role = g_strdup (bw_json_reader_need_string (reader, "role", BW_MAX_NAME));
  self->role_name = bw_json_reader_dup_string (reader, "role_name", BW_MAX_NAME);
  if (self->role_name == NULL)
    self->role_name = g_strdup (self->role);
  self->added = bw_permissions_read (reader, "added");
  self->permissions = bw_permissions_read (reader, "permissions");
  self->last_seen_at = bw_json_reader_time (reader, "last_seen_at");
  return self;
}

/**
 * bw_member_write:
 * @self: a member
 * @writer: a writer, in an array or at the top
 *
 * Writes {user: {id, name, login, kind}, role, role_name, added, permissions, last_seen_at}.
 */
void
bw_member_write (const BwMember *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_object (writer, "user");
  bw_json_writer_int (writer, "id", self->user_id);
  bw_json_writer_string (writer, "name", self->user_name);
  bw_json_writer_string (writer, "login", self->login);
  bw_json_writer_string (writer, "kind", bw_account_kind_to_string (self->kind));
  bw_json_writer_end_object (writer);
  bw_json_writer_string (writer, "role", self->role);
  bw_json_writer_string (writer, "role_name", self->role_name);
  bw_permissions_write (self->added, writer, "added");
  bw_permissions_write (self->permissions, writer, "permissions");
  bw_json_writer_time (writer, "last_seen_at", self->last_seen_at);
  bw_json_writer_end_object (writer);
}

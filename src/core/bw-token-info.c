/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-token-info.h"

#include "bw-submission.h"

/**
 * bw_token_info_new:
 *
 * Returns: (transfer full): a token, to be filled in by its maker
 */
BwTokenInfo *
bw_token_info_new (void)
{
  BwTokenInfo *self = g_new0 (BwTokenInfo, 1);

  self->kind = BW_ACCOUNT_APPLICATION;
  self->created_at = BW_TIME_NONE;
  self->last_used_at = BW_TIME_NONE;
  return self;
}

/**
 * bw_token_info_copy:
 * @self: a token
 *
 * Returns: (transfer full): a copy
 */
BwTokenInfo *
bw_token_info_copy (const BwTokenInfo *self)
{
  BwTokenInfo *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->role = g_strdup (self->role);
  copy->role_name = g_strdup (self->role_name);
  copy->created_by = g_strdup (self->created_by);
  copy->token = g_strdup (self->token);
  return copy;
}

/**
 * bw_token_info_free:
 * @self: (transfer full) (nullable): a token
 *
 * Frees it.
 */
void
bw_token_info_free (BwTokenInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->role);
  g_free (self->role_name);
  g_free (self->created_by);
  g_free (self->token);
  g_free (self);
}

/**
 * bw_token_info_read:
 * @reader: a reader at an object as bw_token_info_write() writes it
 *
 * What is wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): a token
 */
BwTokenInfo *
bw_token_info_read (BwJsonReader *reader)
{
  BwTokenInfo *self = bw_token_info_new ();
  const char *kind = bw_json_reader_need_string (reader, "kind", BW_MAX_NAME);

  if (kind != NULL)
    bw_account_kind_from_string (kind, &self->kind);
  self->id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  self->name = g_strdup (bw_json_reader_need_string (reader, "name", BW_MAX_NAME));
  self->role = g_strdup (bw_json_reader_need_string (reader, "role", BW_MAX_NAME));
  self->role_name = bw_json_reader_dup_string (reader, "role_name", BW_MAX_NAME);
  if (self->role_name == NULL)
    self->role_name = g_strdup (self->role);
  self->added = bw_permissions_read (reader, "added");
  self->created_at = bw_json_reader_time (reader, "created_at");
  self->created_by = bw_json_reader_dup_string (reader, "created_by", BW_MAX_NAME);
  self->last_used_at = bw_json_reader_time (reader, "last_used_at");
  self->token = bw_json_reader_dup_string (reader, "token", BW_MAX_NAME);
  return self;
}

/**
 * bw_token_info_write:
 * @self: a token
 * @writer: a writer, in an array or at the top
 *
 * Writes {id, name, kind, role, role_name, added, created_at, created_by, last_used_at}, and the
 * token where it is told.
 */
void
bw_token_info_write (const BwTokenInfo *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "id", self->id);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_string (writer, "kind", bw_account_kind_to_string (self->kind));
  bw_json_writer_string (writer, "role", self->role);
  bw_json_writer_string (writer, "role_name", self->role_name);
  bw_permissions_write (self->added, writer, "added");
  bw_json_writer_time (writer, "created_at", self->created_at);
  bw_json_writer_string (writer, "created_by", self->created_by);
  bw_json_writer_time (writer, "last_used_at", self->last_used_at);
  if (self->token != NULL)
    bw_json_writer_string (writer, "token", self->token);
  bw_json_writer_end_object (writer);
}

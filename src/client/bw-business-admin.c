/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business-admin.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-business-path.h"
#include "bw-connection-private.h"
#include "bw-json-reader.h"
#include "bw-json-writer.h"

#define MAX_LIST 100000

G_DEFINE_BOXED_TYPE (BwMember, bw_member, bw_member_copy, bw_member_free)
G_DEFINE_BOXED_TYPE (BwRoleInfo, bw_role_info, bw_role_info_copy, bw_role_info_free)
G_DEFINE_BOXED_TYPE (BwTokenInfo, bw_token_info, bw_token_info_copy, bw_token_info_free)
G_DEFINE_BOXED_TYPE (BwSettings, bw_settings, bw_settings_copy, bw_settings_free)

/** Reads one value at the reader's place. */
typedef gpointer (*ReadValue) (BwJsonReader *reader);

static BwJsonReader *
open_body (GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);

  return bw_json_reader_new_for_text (text != NULL ? text : "", size, error);
}

static gpointer
read_one (GBytes *body, ReadValue read, GDestroyNotify destroy, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  gpointer value;

  if (reader == NULL)
    return NULL;
  value = read (reader);
  if (bw_json_reader_finish (reader, error))
    return value;
  destroy (value);
  return NULL;
}

static gpointer
read_list (GBytes *body, const char *member, ReadValue read, GDestroyNotify destroy, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (destroy);
  gsize length;

  if (reader == NULL)
    return NULL;
  if (!bw_json_reader_has (reader, member))
    bw_json_reader_fail (reader, member, "is missing");
  if (bw_json_reader_enter_array (reader, member, MAX_LIST, &length))
    {
      for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
        {
          g_ptr_array_add (list, read (reader));
          bw_json_reader_leave (reader);
        }
      bw_json_reader_leave (reader);
    }
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&list) : NULL;
}

static gpointer
read_member (GBytes *body, GError **error)
{
  return read_one (body, (ReadValue) bw_member_read, (GDestroyNotify) bw_member_free, error);
}

static gpointer
read_members (GBytes *body, GError **error)
{
  return read_list (body, "members", (ReadValue) bw_member_read, (GDestroyNotify) bw_member_free,
                    error);
}

static gpointer
read_role (GBytes *body, GError **error)
{
  return read_one (body, (ReadValue) bw_role_info_read, (GDestroyNotify) bw_role_info_free, error);
}

static gpointer
read_roles (GBytes *body, GError **error)
{
  return read_list (body, "roles", (ReadValue) bw_role_info_read,
                    (GDestroyNotify) bw_role_info_free, error);
}

static gpointer
read_token (GBytes *body, GError **error)
{
  return read_one (body, (ReadValue) bw_token_info_read, (GDestroyNotify) bw_token_info_free,
                   error);
}

static gpointer
read_tokens (GBytes *body, GError **error)
{
  return read_list (body, "tokens", (ReadValue) bw_token_info_read,
                    (GDestroyNotify) bw_token_info_free, error);
}

static gpointer
read_settings (GBytes *body, GError **error)
{
  return read_one (body, (ReadValue) bw_settings_read, (GDestroyNotify) bw_settings_free, error);
}

/* The beginning of what is said when something of a business can't be done. */
#define TRIED(self, format) g_strdup_printf (format, bw_business_get_name (self))

/* Takes @what, @path and @writer. */
static DexFuture *
call (BwBusiness *self,
      char *what,
      const char *method,
      char *path,
      BwJsonWriter *writer,
      GType type,
      BwParseFunc parse)
{
  g_autofree char *owned = path;
  g_autoptr (GBytes) body = writer != NULL ? bw_json_writer_free_to_bytes (writer) : NULL;

  return bw_connection_call (bw_business_get_connection (self), what, method, path, body, type,
                             parse);
}

static BwJsonWriter *
begin_body (void)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  return writer;
}

static void
add_text (BwJsonWriter *writer, const char *member, const char *value)
{
  if (value != NULL)
    bw_json_writer_string (writer, member, value);
}

static BwJsonWriter *
end_body (BwJsonWriter *writer)
{
  bw_json_writer_end_object (writer);
  return writer;
}

/* A role's id is of a-z, 0-9 and "-", but a path takes no chances. */
static char *
role_path (BwBusiness *self, const char *role)
{
  g_autofree char *escaped = g_uri_escape_string (role, NULL, FALSE);

  return bw_business_make_path (self, "roles/%s", escaped);
}

/**
 * bw_business_list_members:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwMember: people by name, then programs
 */
DexFuture *
bw_business_list_members (BwBusiness *self)
{
  return call (self, TRIED (self, _ ("Could not load the users of %s")), "GET",
               bw_business_make_path (self, "members"), NULL, G_TYPE_PTR_ARRAY, read_members);
}

/**
 * bw_business_add_member:
 * @self: a business
 * @login: the name to sign in with
 * @name: (nullable): what people call a new user; %NULL for one who is known on the server
 * @password: (nullable): a new user's password; likewise
 * @role: a role's id
 * @added: permissions on top of the role's
 *
 * Adds a user.
 *
 * Returns: (transfer full): resolves to a BwMember; rejects with %BW_ERROR_INVALID where the login
 * is not known and name or password is missing
 */
DexFuture *
bw_business_add_member (BwBusiness *self,
                        const char *login,
                        const char *name,
                        const char *password,
                        const char *role,
                        BwPermissions added)
{
  BwJsonWriter *writer = begin_body ();

  bw_json_writer_string (writer, "login", login);
  add_text (writer, "name", name);
  add_text (writer, "password", password);
  bw_json_writer_string (writer, "role", role);
  bw_permissions_write (added, writer, "added");
  return call (self, TRIED (self, _ ("Could not add a user to %s")), "POST",
               bw_business_make_path (self, "members"), end_body (writer), BW_TYPE_MEMBER,
               read_member);
}

/**
 * bw_business_change_member:
 * @self: a business
 * @user: a member's id
 * @change: what is to change
 *
 * Returns: (transfer full): resolves to a BwMember, as it now is
 */
DexFuture *
bw_business_change_member (BwBusiness *self, gint64 user, const BwMemberChange *change)
{
  BwJsonWriter *writer = begin_body ();

  add_text (writer, "role", change->role);
  if (change->set_added)
    bw_permissions_write (change->added, writer, "added");
  add_text (writer, "name", change->name);
  add_text (writer, "password", change->password);
  return call (self, TRIED (self, _ ("Could not change a user of %s")), "PATCH",
               bw_business_make_path (self, "members/%" G_GINT64_FORMAT, user), end_body (writer),
               BW_TYPE_MEMBER, read_member);
}

/**
 * bw_business_remove_member:
 * @self: a business
 * @user: a member's id
 *
 * Takes all of a member's rights in the business away.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
bw_business_remove_member (BwBusiness *self, gint64 user)
{
  return call (self, TRIED (self, _ ("Could not remove a user from %s")), "DELETE",
               bw_business_make_path (self, "members/%" G_GINT64_FORMAT, user), NULL, G_TYPE_NONE,
               NULL);
}

/**
 * bw_business_list_roles:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwRoleInfo: those that come with Batchwork,
 *   then the business's own
 */
DexFuture *
bw_business_list_roles (BwBusiness *self)
{
  return call (self, TRIED (self, _ ("Could not load the roles of %s")), "GET",
               bw_business_make_path (self, "roles"), NULL, G_TYPE_PTR_ARRAY, read_roles);
}

/**
 * bw_business_add_role:
 * @self: a business
 * @name: what people are to call it
 * @permissions: what it permits
 *
 * Returns: (transfer full): resolves to a BwRoleInfo
 */
DexFuture *
bw_business_add_role (BwBusiness *self, const char *name, BwPermissions permissions)
{
  BwJsonWriter *writer = begin_body ();

  bw_json_writer_string (writer, "name", name);
  bw_permissions_write (permissions, writer, "permissions");
  return call (self, TRIED (self, _ ("Could not add a role to %s")), "POST",
               bw_business_make_path (self, "roles"), end_body (writer), BW_TYPE_ROLE_INFO,
               read_role);
}

/**
 * bw_business_change_role:
 * @self: a business
 * @role: the id of one of its own roles
 * @name: what people are to call it
 * @permissions: what it is to permit, at once, to all who have it
 *
 * Returns: (transfer full): resolves to a BwRoleInfo, as it now is
 */
DexFuture *
bw_business_change_role (BwBusiness *self,
                         const char *role,
                         const char *name,
                         BwPermissions permissions)
{
  BwJsonWriter *writer = begin_body ();

  bw_json_writer_string (writer, "name", name);
  bw_permissions_write (permissions, writer, "permissions");
  return call (self, TRIED (self, _ ("Could not change a role of %s")), "PATCH",
               role_path (self, role), end_body (writer), BW_TYPE_ROLE_INFO, read_role);
}

/**
 * bw_business_remove_role:
 * @self: a business
 * @role: the id of one of its own roles
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %BW_ERROR_CONFLICT while somebody has
 * it
 */
DexFuture *
bw_business_remove_role (BwBusiness *self, const char *role)
{
  return call (self, TRIED (self, _ ("Could not remove a role of %s")), "DELETE",
               role_path (self, role), NULL, G_TYPE_NONE, NULL);
}

/**
 * bw_business_list_tokens:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwTokenInfo
 */
DexFuture *
bw_business_list_tokens (BwBusiness *self)
{
  return call (self, TRIED (self, _ ("Could not load the tokens of %s")), "GET",
               bw_business_make_path (self, "tokens"), NULL, G_TYPE_PTR_ARRAY, read_tokens);
}

/**
 * bw_business_add_token:
 * @self: a business
 * @name: what people are to call the program
 * @kind: an application or a worker
 * @role: (nullable): a role's id; %NULL: Staff
 * @added: permissions on top of the role's
 *
 * Lets a program in.
 *
 * Returns: (transfer full): resolves to a BwTokenInfo with its token, which is told this once
 */
DexFuture *
bw_business_add_token (BwBusiness *self,
                       const char *name,
                       BwAccountKind kind,
                       const char *role,
                       BwPermissions added)
{
  BwJsonWriter *writer = begin_body ();

  bw_json_writer_string (writer, "name", name);
  bw_json_writer_string (writer, "kind", bw_account_kind_to_string (kind));
  add_text (writer, "role", role);
  bw_permissions_write (added, writer, "added");
  return call (self, TRIED (self, _ ("Could not make a token for %s")), "POST",
               bw_business_make_path (self, "tokens"), end_body (writer), BW_TYPE_TOKEN_INFO,
               read_token);
}

/**
 * bw_business_renew_token:
 * @self: a business
 * @token: a token's id
 *
 * Gives a program another token; the one it has is worth nothing any longer.
 *
 * Returns: (transfer full): resolves to a BwTokenInfo with its token, which is told this once
 */
DexFuture *
bw_business_renew_token (BwBusiness *self, gint64 token)
{
  return call (self, TRIED (self, _ ("Could not renew a token of %s")), "POST",
               bw_business_make_path (self, "tokens/%" G_GINT64_FORMAT "/renew", token), NULL,
               BW_TYPE_TOKEN_INFO, read_token);
}

/**
 * bw_business_remove_token:
 * @self: a business
 * @token: a token's id
 *
 * Shuts a program out.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
bw_business_remove_token (BwBusiness *self, gint64 token)
{
  return call (self, TRIED (self, _ ("Could not remove a token of %s")), "DELETE",
               bw_business_make_path (self, "tokens/%" G_GINT64_FORMAT, token), NULL, G_TYPE_NONE,
               NULL);
}

/**
 * bw_business_get_settings:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a BwSettings
 */
DexFuture *
bw_business_get_settings (BwBusiness *self)
{
  return call (self, TRIED (self, _ ("Could not load the settings of %s")), "GET",
               bw_business_make_path (self, "settings"), NULL, BW_TYPE_SETTINGS, read_settings);
}

/**
 * bw_business_change_settings:
 * @self: a business
 * @change: what is to change
 *
 * Returns: (transfer full): resolves to a BwSettings, as they now are
 */
DexFuture *
bw_business_change_settings (BwBusiness *self, const BwSettingsChange *change)
{
  BwJsonWriter *writer = begin_body ();

  add_text (writer, "name", change->name);
  if (change->retention_days != 0)
    bw_json_writer_int (writer, "retention_days", change->retention_days);
  if (change->references != NULL)
    {
      bw_json_writer_begin_object (writer, "references");
      for (guint i = 0; i < change->references->len; i++)
        {
          const BwReferenceUrl *reference = g_ptr_array_index (change->references, i);

          bw_json_writer_string (writer, reference->kind, reference->url);
        }
      bw_json_writer_end_object (writer);
    }
  return call (self, TRIED (self, _ ("Could not change the settings of %s")), "PATCH",
               bw_business_make_path (self, "settings"), end_body (writer), BW_TYPE_SETTINGS,
               read_settings);
}

/**
 * bw_connection_change_password:
 * @self: a connection that is signed in
 * @old_password: the present one
 * @new_password: the one to be
 *
 * Changes the user's own password; all of the user's other sessions end.
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %BW_ERROR_FORBIDDEN where the old one
 * is not right
 */
DexFuture *
bw_connection_change_password (BwConnection *self,
                               const char *old_password,
                               const char *new_password)
{
  BwJsonWriter *writer = begin_body ();
  g_autoptr (GBytes) body = NULL;

  bw_json_writer_string (writer, "old", old_password);
  bw_json_writer_string (writer, "new", new_password);
  body = bw_json_writer_free_to_bytes (end_body (writer));
  return bw_connection_call (self, g_strdup (_ ("Could not change the password")), "PUT",
                             "/v1/me/password", body, G_TYPE_NONE, NULL);
}

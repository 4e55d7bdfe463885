/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>

#include "bw-business-admin.h"
#include "bw-ctl-ask.h"
#include "bw-ctl-command.h"
#include "bw-ctl-rights.h"
#include "bw-ctl-text.h"

static char *name;
static char *role;
static char **added;
static char *password_file;
static gboolean none_added;
static gboolean new_password;

/** bw_ctl_member_options: of "add-member" and "change-member" */
const GOptionEntry bw_ctl_member_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_ ("What people call them"), N_ ("NAME") },
  { "role", 'r', 0, G_OPTION_ARG_STRING, &role, N_ ("Their role (“batchworkctl roles”)"),
    N_ ("ROLE") },
  { "add", 'a', 0, G_OPTION_ARG_STRING_ARRAY, &added,
    N_ ("A permission on top of the role’s; say it again for more"), N_ ("PERMISSION") },
  { "add-none", 0, 0, G_OPTION_ARG_NONE, &none_added, N_ ("No permission on top of the role’s"),
    NULL },
  { "password", 0, 0, G_OPTION_ARG_NONE, &new_password, N_ ("Ask for a new password"), NULL },
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file,
    N_ ("Read the new password from FILE"), N_ ("FILE") },
  { NULL },
};

/* Returns: (nullable): the password that was asked for; without one @error is set or none was */
static char *
get_password (gboolean asked, GError **error)
{
  char *password = NULL;

  if (password_file != NULL && g_file_get_contents (password_file, &password, NULL, error))
    return g_strchomp (password);
  if (password_file == NULL && asked)
    return bw_ctl_ask_password (_ ("New password:"), error);

  return NULL;
}

/** bw_ctl_members: members */
gboolean
bw_ctl_members (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();
  g_autofree char *path = bw_ctl_make_path (ctl, "members");

  if (ctl->json)
    return bw_ctl_print_request (ctl, "GET", path, NULL, error);
  members = dex_await_boxed (bw_business_list_members (ctl->business), error);
  if (members == NULL)
    return FALSE;

  bw_ctl_table_column (table, _ ("User"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Name"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Role"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Last seen"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Added"), BW_ALIGN_FILL);
  for (guint i = 0; i < members->len; i++)
    {
      const BwMember *member = g_ptr_array_index (members, i);
      g_autofree char *seen = bw_ctl_text_time (member->last_seen_at);
      g_autofree char *extra = bw_ctl_list_permissions (member->added);

      bw_ctl_table_add (table, member->login);
      bw_ctl_table_add (table, member->user_name);
      bw_ctl_table_add (table, member->role_name);
      bw_ctl_table_add (table, seen);
      bw_ctl_table_add (table, extra);
    }
  bw_ctl_table_print (table);

  return TRUE;
}

/* The member's number, by the name to sign in with. */
static gboolean
find_member (BwCtl *ctl, const char *login, gint64 *id, GError **error)
{
  g_autoptr (GPtrArray) members
      = dex_await_boxed (bw_business_list_members (ctl->business), error);

  for (guint i = 0; members != NULL && i < members->len; i++)
    {
      const BwMember *member = g_ptr_array_index (members, i);

      *id = member->user_id;
      if (g_strcmp0 (member->login, login) == 0)
        return TRUE;
    }
  if (members != NULL)
    bw_set_error (error, BW_ERROR_NOT_FOUND, _ ("There is no member “%s” in %s."), login,
                  bw_business_get_name (ctl->business));

  return FALSE;
}

/** bw_ctl_add_member: add-member USER */
gboolean
bw_ctl_add_member (BwCtl *ctl, char **arguments, GError **error)
{
  BwPermissions extra;
  g_autofree char *password = NULL;
  g_autoptr (BwMember) member = NULL;

  if (!bw_ctl_read_permissions (added, &extra, error))
    return FALSE;
  if (role == NULL)
    {
      g_set_error (error, BW_USAGE_ERROR, 0, _ ("Say which role: --role (“batchworkctl roles”)."));
      return FALSE;
    }
  /* A new person needs a password; somebody whom the server knows has one. */
  password = get_password (name != NULL, error);
  if (*error != NULL)
    return FALSE;

  member = dex_await_boxed (bw_business_add_member (ctl->business, arguments[0], name, password,
                                                    role, extra),
                            error);
  if (member == NULL)
    return FALSE;
  if (!ctl->json)
    g_print (_ ("%s (%s) is a member of %s.\n"), member->user_name, member->login,
             bw_business_get_name (ctl->business));

  return TRUE;
}

/** bw_ctl_change_member: change-member USER */
gboolean
bw_ctl_change_member (BwCtl *ctl, char **arguments, GError **error)
{
  BwMemberChange change = { role, added != NULL || none_added, 0, name, NULL };
  g_autofree char *password = NULL;
  g_autoptr (BwMember) member = NULL;
  gint64 id;

  if (!bw_ctl_read_permissions (added, &change.added, error)
      || !find_member (ctl, arguments[0], &id, error))
    return FALSE;
  password = get_password (new_password, error);
  if (*error != NULL)
    return FALSE;
  change.password = password;

  member = dex_await_boxed (bw_business_change_member (ctl->business, id, &change), error);
  if (member == NULL)
    return FALSE;
  if (!ctl->json)
    g_print (_ ("%s (%s) is changed.\n"), member->user_name, member->login);

  return TRUE;
}

/** bw_ctl_remove_member: remove-member USER */
gboolean
bw_ctl_remove_member (BwCtl *ctl, char **arguments, GError **error)
{
  gint64 id;

  if (!find_member (ctl, arguments[0], &id, error)
      || !dex_await (bw_business_remove_member (ctl->business, id), error))
    return FALSE;
  if (!ctl->json)
    g_print (_ ("%s is no longer a member of %s.\n"), arguments[0],
             bw_business_get_name (ctl->business));

  return TRUE;
}

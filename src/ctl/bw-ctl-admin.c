/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-business-admin.h"
#include "bw-ctl-command.h"
#include "bw-ctl-rights.h"
#include "bw-ctl-text.h"

/* Roles, tokens and settings of a business. */

static char *name;
static char **permissions;
static char *role;
static gboolean for_worker;
static int retention;
static char **links;

/** bw_ctl_role_options: of "add-role" and "change-role" */
const GOptionEntry bw_ctl_role_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_ ("A new name"), N_ ("NAME") },
  { "permission", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &permissions,
    N_ ("What it permits; say it again for more"), N_ ("PERMISSION") },
  { NULL },
};

/** bw_ctl_token_options: of "add-token" */
const GOptionEntry bw_ctl_token_options[] = {
  { "worker", 'w', 0, G_OPTION_ARG_NONE, &for_worker,
    N_ ("For a worker, not for an application that hands jobs in"), NULL },
  { "role", 'r', 0, G_OPTION_ARG_STRING, &role, N_ ("The program’s role"), N_ ("ROLE") },
  { "permission", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &permissions,
    N_ ("A permission on top of the role’s; say it again for more"), N_ ("PERMISSION") },
  { NULL },
};

/** bw_ctl_settings_options: of "settings" */
const GOptionEntry bw_ctl_settings_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_ ("Call the business NAME"), N_ ("NAME") },
  { "retention", 0, 0, G_OPTION_ARG_INT, &retention, N_ ("Keep finished jobs for so many days"),
    N_ ("DAYS") },
  { "link", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &links,
    N_ ("Where references of a kind lead: invoice=https://office.example/invoices/{id}"),
    N_ ("KIND=URL") },
  { NULL },
};

static gboolean
print_json (BwCtl *ctl, const char *path, GError **error)
{
  g_autofree char *whole = bw_ctl_make_path (ctl, "%s", path);

  return bw_ctl_print_request (ctl, "GET", whole, NULL, error);
}

/** bw_ctl_roles: roles */
gboolean
bw_ctl_roles (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) roles = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (ctl->json)
    return print_json (ctl, "roles", error);
  roles = dex_await_boxed (bw_business_list_roles (ctl->business), error);
  if (roles == NULL)
    return FALSE;

  bw_ctl_table_column (table, _ ("Role"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Name"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Members"), BW_ALIGN_END);
  bw_ctl_table_column (table, _ ("Permissions"), BW_ALIGN_FILL);
  for (guint i = 0; i < roles->len; i++)
    {
      const BwRoleInfo *info = g_ptr_array_index (roles, i);
      g_autofree char *set = bw_ctl_list_permissions (info->permissions);

      bw_ctl_table_add (table, info->id);
      bw_ctl_table_add (table, info->name);
      bw_ctl_table_add_int (table, info->members);
      bw_ctl_table_add (table, set);
    }
  bw_ctl_table_print (table);

  return TRUE;
}

/** bw_ctl_add_role: add-role NAME */
gboolean
bw_ctl_add_role (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwRoleInfo) info = NULL;
  BwPermissions set;

  if (!bw_ctl_read_permissions (permissions, &set, error))
    return FALSE;
  info = dex_await_boxed (bw_business_add_role (ctl->business, arguments[0], set), error);
  if (info != NULL)
    g_print ("%s\n", info->id);

  return info != NULL;
}

static BwRoleInfo *
find_role (BwCtl *ctl, const char *id, GError **error)
{
  g_autoptr (GPtrArray) roles = dex_await_boxed (bw_business_list_roles (ctl->business), error);

  for (guint i = 0; roles != NULL && i < roles->len; i++)
    if (g_str_equal (((BwRoleInfo *) g_ptr_array_index (roles, i))->id, id))
      return bw_role_info_copy (g_ptr_array_index (roles, i));
  if (roles != NULL)
    bw_set_error (error, BW_ERROR_NOT_FOUND, _ ("There is no role “%s”."), id);

  return NULL;
}

/** bw_ctl_change_role: change-role ROLE */
gboolean
bw_ctl_change_role (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwRoleInfo) info = NULL;
  BwPermissions set;

  if (!bw_ctl_read_permissions (permissions, &set, error)
      || (info = find_role (ctl, arguments[0], error)) == NULL)
    return FALSE;

  return dex_await (bw_business_change_role (ctl->business, arguments[0],
                                             name != NULL ? name : info->name,
                                             permissions != NULL ? set : info->permissions),
                    error);
}

/** bw_ctl_remove_role: remove-role ROLE */
gboolean
bw_ctl_remove_role (BwCtl *ctl, char **arguments, GError **error)
{
  return dex_await (bw_business_remove_role (ctl->business, arguments[0]), error);
}

/** bw_ctl_tokens: tokens */
gboolean
bw_ctl_tokens (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (ctl->json)
    return print_json (ctl, "tokens", error);
  tokens = dex_await_boxed (bw_business_list_tokens (ctl->business), error);
  if (tokens == NULL)
    return FALSE;

  bw_ctl_table_column (table, _ ("Token"), BW_ALIGN_END);
  bw_ctl_table_column (table, _ ("Name"), BW_ALIGN_FILL);
  bw_ctl_table_column (table, _ ("For"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Role"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Created"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Last used"), BW_ALIGN_START);
  for (guint i = 0; i < tokens->len; i++)
    {
      const BwTokenInfo *token = g_ptr_array_index (tokens, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, token->id);
      g_autofree char *created = bw_ctl_text_time (token->created_at);
      g_autofree char *used = bw_ctl_text_time (token->last_used_at);

      bw_ctl_table_add (table, id);
      bw_ctl_table_add (table, token->name);
      bw_ctl_table_add (table,
                        token->kind == BW_ACCOUNT_WORKER ? _ ("worker") : _ ("application"));
      bw_ctl_table_add (table, token->role_name);
      bw_ctl_table_add (table, created);
      bw_ctl_table_add (table, used);
    }
  bw_ctl_table_print (table);

  return TRUE;
}

/* The token alone on standard output, so that it can be sent to a file. */
static gboolean
tell_token (const BwTokenInfo *token)
{
  if (token == NULL)
    return FALSE;

  g_print ("%s\n", token->token);
  g_printerr ("%s\n", _ ("This is shown once: the server keeps only a hash of it."));

  return TRUE;
}

/** bw_ctl_add_token: add-token NAME */
gboolean
bw_ctl_add_token (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwTokenInfo) token = NULL;
  BwPermissions set;

  if (!bw_ctl_read_permissions (permissions, &set, error))
    return FALSE;
  token = dex_await_boxed (bw_business_add_token (ctl->business, arguments[0],
                                                  for_worker ? BW_ACCOUNT_WORKER
                                                             : BW_ACCOUNT_APPLICATION,
                                                  role != NULL ? role : "staff", set),
                           error);

  return tell_token (token);
}

/** bw_ctl_renew_token: renew-token TOKEN */
gboolean
bw_ctl_renew_token (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwTokenInfo) token = NULL;
  gint64 id;

  if (!bw_ctl_read_id (arguments[0], &id, error))
    return FALSE;
  token = dex_await_boxed (bw_business_renew_token (ctl->business, id), error);

  return tell_token (token);
}

/** bw_ctl_remove_token: remove-token TOKEN */
gboolean
bw_ctl_remove_token (BwCtl *ctl, char **arguments, GError **error)
{
  gint64 id;

  return bw_ctl_read_id (arguments[0], &id, error)
         && dex_await (bw_business_remove_token (ctl->business, id), error);
}

/* Links are set one by one here, while the server takes them all at once. */
static BwSettings *
merge_links (BwCtl *ctl, GError **error)
{
  g_autoptr (BwSettings) settings
      = dex_await_boxed (bw_business_get_settings (ctl->business), error);

  for (guint i = 0; settings != NULL && links[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (links[i], "=", 2);

      if (g_strv_length (parts) != 2)
        {
          g_set_error (error, BW_USAGE_ERROR, 0, _ ("“%s” is not of the form KIND=URL."),
                       links[i]);
          return NULL;
        }
      for (guint j = 0; j < settings->references->len; j++)
        if (g_str_equal (((BwReferenceUrl *) g_ptr_array_index (settings->references, j))->kind,
                         parts[0]))
          g_ptr_array_remove_index (settings->references, j--);
      if (parts[1][0] != '\0')
        bw_settings_add_reference (settings, parts[0], parts[1]);
    }

  return g_steal_pointer (&settings);
}

static gboolean
change_settings (BwCtl *ctl, GError **error)
{
  BwSettingsChange change = { name, retention, NULL };
  g_autoptr (BwSettings) merged = NULL;

  if (links != NULL)
    {
      merged = merge_links (ctl, error);
      if (merged == NULL)
        return FALSE;
      change.references = merged->references;
    }

  return dex_await (bw_business_change_settings (ctl->business, &change), error);
}

/** bw_ctl_settings: settings */
gboolean
bw_ctl_settings (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (BwSettings) settings = NULL;
  g_autofree char *days = NULL;

  if ((name != NULL || retention != 0 || links != NULL) && !change_settings (ctl, error))
    return FALSE;
  if (ctl->json)
    return print_json (ctl, "settings", error);

  settings = dex_await_boxed (bw_business_get_settings (ctl->business), error);
  if (settings == NULL)
    return FALSE;
  days = g_strdup_printf (ngettext ("%d day", "%d days", settings->retention_days),
                          settings->retention_days);
  bw_ctl_print_field (_ ("Name"), settings->name);
  bw_ctl_print_field (_ ("Jobs are kept"), days);
  for (guint i = 0; i < settings->references->len; i++)
    {
      const BwReferenceUrl *link = g_ptr_array_index (settings->references, i);

      bw_ctl_print_field (link->kind, link->url);
    }

  return TRUE;
}

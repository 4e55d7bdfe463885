/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-rights.h"

#include <glib/gi18n.h>

#include "bw-ctl-command.h"

/**
 * bw_ctl_list_permissions:
 * @set: permissions
 *
 * Returns: (transfer full): their names, as they are typed
 */
char *
bw_ctl_list_permissions (BwPermissions set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    if ((set & (1u << i)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                              bw_permission_to_string (1u << i));

  return g_string_free (text, FALSE);
}

/**
 * bw_ctl_read_permissions:
 * @names: (nullable): what the user typed
 * @set: (out): the permissions
 * @error: set if one is none; says which there are
 *
 * Returns: whether all are permissions
 */
gboolean
bw_ctl_read_permissions (char **names, BwPermissions *set, GError **error)
{
  *set = 0;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      BwPermissions permission;

      if (!bw_permission_from_string (names[i], &permission))
        {
          g_autofree char *known = bw_ctl_list_permissions (BW_PERMISSIONS_ALL);

          g_set_error (error, BW_USAGE_ERROR, 0, _ ("There is no permission “%s”. There are: %s."),
                       names[i], known);
          return FALSE;
        }
      *set |= permission;
    }

  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-permission-words.h"

#include <glib/gi18n.h>

/* In the order of the permissions' bits. */
static const char *const words[BW_N_PERMISSIONS] = {
  N_ ("See own jobs"),
  N_ ("See all jobs"),
  N_ ("See automated jobs"),
  N_ ("Start jobs"),
  N_ ("Edit jobs"),
  N_ ("Retry jobs"),
  N_ ("Cancel jobs"),
  N_ ("Delete jobs"),
  N_ ("Pause and resume"),
  N_ ("Export"),
  N_ ("See the audit log"),
  N_ ("Manage people, roles and settings"),
};

/**
 * bw_permission_get_words:
 * @permission: one permission
 *
 * Returns: (transfer none): what it allows, in the user's language
 */
const char *
bw_permission_get_words (BwPermissions permission)
{
  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    if ((guint) permission == 1u << i)
      return _ (words[i]);

  g_return_val_if_reached ("");
}

/**
 * bw_permissions_describe:
 * @permissions: any number of them
 *
 * Returns: (transfer full): what they allow, one behind the other
 */
char *
bw_permissions_describe (BwPermissions permissions)
{
  GString *text = g_string_new (NULL);

  if (permissions == BW_PERMISSIONS_ALL)
    g_string_append (text, _ ("Everything"));
  for (guint i = 0; permissions != BW_PERMISSIONS_ALL && i < BW_N_PERMISSIONS; i++)
    if ((permissions & (1u << i)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", _ (words[i]));

  return g_string_free (text, FALSE);
}

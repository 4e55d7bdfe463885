/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-role-words.h"

#include <glib/gi18n.h>

#include "bw-rights.h"

static const char *const titles[BW_N_ROLES] = {
  [BW_ROLE_OWNER] = N_ ("Owner"),         [BW_ROLE_ADMINISTRATOR] = N_ ("Administrator"),
  [BW_ROLE_FULL_USER] = N_ ("Full User"), [BW_ROLE_INVOICE_USER] = N_ ("Invoice User"),
  [BW_ROLE_VIEWER] = N_ ("Viewer"),       [BW_ROLE_STAFF] = N_ ("Staff"),
};

/**
 * bw_role_get_title:
 * @id: a role's id
 * @name: what the server calls it
 *
 * Returns: (transfer none): what to call it: a shipped role has a name in the user's language, one
 *   that the business made is called @name
 */
const char *
bw_role_get_title (const char *id, const char *name)
{
  BwRole role;

  return bw_role_from_string (id, &role) ? _ (titles[role]) : name;
}

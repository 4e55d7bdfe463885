/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-role-choice.h"

#include "bw-role-words.h"

#define DATA "bw-roles"

/* Nobody gives what they don't have, and only an owner makes owners: the server holds to it, so
 * others are not offered. The one that somebody has stays in the list. */
static gboolean
is_offered (BwBusiness *business, const BwRoleInfo *role, const char *chosen)
{
  g_autofree char *own = NULL;

  if (g_strcmp0 (role->id, chosen) == 0)
    return TRUE;

  g_object_get (business, "role", &own, NULL);
  if (g_str_equal (role->id, "owner") && g_strcmp0 (own, "owner") != 0)
    return FALSE;

  return (role->permissions & ~bw_business_get_permissions (business)) == 0;
}

/**
 * bw_role_choice_fill:
 * @row: a row
 * @business: where the role is for
 * @roles: (element-type BwRoleInfo): all roles of the business
 * @chosen: (nullable): the id of the one to choose first
 */
void
bw_role_choice_fill (AdwComboRow *row, BwBusiness *business, GPtrArray *roles, const char *chosen)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GPtrArray *offered = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_role_info_free);
  guint selected = 0;

  for (guint i = 0; i < roles->len; i++)
    {
      const BwRoleInfo *role = g_ptr_array_index (roles, i);

      if (!is_offered (business, role, chosen))
        continue;
      if (g_strcmp0 (role->id, chosen) == 0)
        selected = offered->len;
      gtk_string_list_append (names, bw_role_get_title (role->id, role->name));
      g_ptr_array_add (offered, bw_role_info_copy (role));
    }

  g_object_set_data_full (G_OBJECT (row), DATA, offered, (GDestroyNotify) g_ptr_array_unref);
  adw_combo_row_set_model (row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (row, selected);
}

/**
 * bw_role_choice_get:
 * @row: a row that was filled
 *
 * Returns: (transfer none) (nullable): the role chosen
 */
const BwRoleInfo *
bw_role_choice_get (AdwComboRow *row)
{
  GPtrArray *offered = g_object_get_data (G_OBJECT (row), DATA);
  guint selected = adw_combo_row_get_selected (row);

  return offered != NULL && selected < offered->len ? g_ptr_array_index (offered, selected) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-account.h"
#include "bw-actor.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-roles.h"
#include "bw-viewer.h"

/* Far more than anybody could tell apart. */
#define MAX_ROLES 200
#define MAX_NAME 100
#define MAX_SLUG 40

typedef struct
{
  const BwViewer *viewer;
  const char *id;
  const char *name;
  const BwPermissions *permissions;
  BwRoleInfo *role; /* out */
} Change;

static gboolean
count_members (BwDb *db, gint64 business, gint64 role, gint64 *n, GError **error)
{
  *n = 0;
  return bw_db_get_int (db, n, error,
                        "SELECT COUNT(*) FROM membership WHERE business = $1 AND role = $2", "ii",
                        business, role);
}

static gboolean
tell_role (Change *change, BwDb *db, const BwRoleRow *row, GError **error)
{
  gint64 members;

  g_clear_pointer (&change->role, bw_role_info_free);
  if (!count_members (db, change->viewer->business, row->number, &members, error))
    return FALSE;
  change->role = bw_role_info_new (row->id, row->name, row->permissions, FALSE, (int) members);
  return TRUE;
}

/* Two roles of one name could not be told apart, whatever their ids. */
static gboolean
check_name (BwDb *db, gint64 business, const char *name, gint64 but, GError **error)
{
  gint64 taken = 0;

  if (!bw_check_line (name, "name", MAX_NAME, error))
    return FALSE;
  for (guint i = 0; i < BW_N_ROLES; i++)
    taken += g_ascii_strcasecmp (name, bw_role_get_name ((BwRole) i)) == 0;
  if (taken == 0
      && !bw_db_get_int (db, &taken, error,
                         "SELECT id FROM role WHERE business = $1 AND name = $2 AND id <> $3",
                         "isi", business, name, but))
    return FALSE;
  if (taken != 0)
    bw_set_error_field (error, BW_ERROR_CONFLICT, "name",
                        "There is already a role called “%s”. Choose another name.", name);
  return taken == 0;
}

/* "night-shift", or "night-shift-2" where that is taken. */
static char *
make_id (BwDb *db, gint64 business, const char *name, GError **error)
{
  g_autofree char *slug = bw_slug_new (name, "role", MAX_SLUG);

  for (guint i = 1;; i++)
    {
      g_autofree char *id = i == 1 ? g_strdup (slug) : g_strdup_printf ("%s-%u", slug, i);
      g_auto (BwRoleRow) row = { 0 };
      gboolean found;

      if (!bw_role_row_find (&row, db, business, id, &found, error))
        return NULL;
      if (!found)
        return g_steal_pointer (&id);
    }
}

static gboolean
number_role (BwDb *db, gint64 business, gint64 *number, GError **error)
{
  gint64 n = 0;

  *number = BW_FIRST_OWN_ROLE - 1;
  if (!bw_db_get_int (db, &n, error, "SELECT COUNT(*) FROM role WHERE business = $1", "i", business)
      || !bw_db_get_int (db, number, error, "SELECT MAX(id) FROM role WHERE business = $1", "i",
                         business))
    return FALSE;
  *number = MAX (*number, BW_FIRST_OWN_ROLE - 1) + 1;
  if (n >= MAX_ROLES)
    bw_set_error (error, BW_ERROR_CONFLICT, "A business can have %d roles of its own at most.",
                  MAX_ROLES);
  return n < MAX_ROLES;
}

static gboolean
record (const BwActor *actor, BwTx *tx, const char *action, const BwRoleRow *row, GError **error)
{
  g_autofree char *names = bw_describe_permissions (row->permissions);
  g_autofree char *detail = g_strdup_printf ("%s: %s", row->name, names);

  return bw_actor_record (actor, tx, action, detail, error);
}

static gboolean
add_role (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);
  gint64 business = change->viewer->business;
  g_auto (BwRoleRow) row = { 0 };
  BwActor actor;

  if (!bw_actor_load (&actor, tx, change->viewer, error)
      || !bw_actor_may_grant (&actor, *change->permissions, 0, error)
      || !check_name (db, business, change->name, 0, error)
      || !number_role (db, business, &row.number, error))
    return FALSE;
  row.id = make_id (db, business, change->name, error);
  row.name = g_strdup (change->name);
  row.permissions = *change->permissions;
  return row.id != NULL
         && bw_db_exec (db, error,
                        "INSERT INTO role (business, id, slug, name, permissions)"
                        " VALUES ($1, $2, $3, $4, $5)",
                        "iissi", business, row.number, row.id, row.name, (gint64) row.permissions)
         && record (&actor, tx, "role-add", &row, error) && tell_role (change, db, &row, error);
}

/* One of the business's own. */
static gboolean
need_own_role (Change *change, BwDb *db, BwRoleRow *row, GError **error)
{
  gboolean found;

  if (!bw_role_row_find (row, db, change->viewer->business, change->id, &found, error))
    return FALSE;
  if (!found)
    bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no role “%.64s” in this business.",
                  change->id);
  else if (row->number < BW_FIRST_OWN_ROLE)
    bw_set_error (error, BW_ERROR_CONFLICT,
                  "“%s” comes with Batchwork and stays as it is. Make a role of your own instead.",
                  row->name);
  return found && row->number >= BW_FIRST_OWN_ROLE;
}

/* Those who could ask for work by "manage" alone, and now can't. */
static gboolean
stop_work (BwTx *tx, gint64 business, gint64 role, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (
      bw_tx_db (tx), error,
      "SELECT m.account FROM membership m JOIN account a ON a.id = m.account"
      " WHERE m.business = $1 AND m.role = $2 AND a.kind <> $3 AND m.added & $4 = 0",
      "iiii", business, role, (gint64) BW_ACCOUNT_WORKER, (gint64) BW_PERMISSION_MANAGE);

  while (rows != NULL && bw_rows_next (rows, &local))
    {
      gint64 account = bw_rows_int (rows, 0);

      g_array_append_val (accounts, account);
    }
  if (rows == NULL || !bw_read_finish (g_steal_pointer (&local), error))
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    if (!bw_stop_work (tx, business, g_array_index (accounts, gint64, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
edit_role (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);
  gint64 business = change->viewer->business;
  g_auto (BwRoleRow) row = { 0 };
  BwActor actor;
  gboolean could_manage;

  bw_tx_rights_changed (tx);
  if (!bw_actor_load (&actor, tx, change->viewer, error) || !need_own_role (change, db, &row, error)
      || (change->permissions != NULL
          && !bw_actor_may_grant (&actor, *change->permissions, row.permissions, error))
      || (change->name != NULL && !check_name (db, business, change->name, row.number, error)))
    return FALSE;
  could_manage = (row.permissions & BW_PERMISSION_MANAGE) != 0;
  if (change->permissions != NULL)
    row.permissions = *change->permissions;
  if (change->name != NULL)
    g_set_str (&row.name, change->name);
  return bw_db_exec (db, error,
                     "UPDATE role SET name = $3, permissions = $4 WHERE business = $1 AND id = $2",
                     "iisi", business, row.number, row.name, (gint64) row.permissions)
         && (!could_manage || (row.permissions & BW_PERMISSION_MANAGE) != 0
             || stop_work (tx, business, row.number, error))
         && record (&actor, tx, "role-change", &row, error) && tell_role (change, db, &row, error);
}

static gboolean
remove_role (BwTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  BwDb *db = bw_tx_db (tx);
  g_auto (BwRoleRow) row = { 0 };
  gint64 members;
  BwActor actor;

  if (!bw_actor_load (&actor, tx, change->viewer, error) || !need_own_role (change, db, &row, error)
      || !count_members (db, change->viewer->business, row.number, &members, error))
    return FALSE;
  if (members > 0)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "“%s” is the role of %" G_GINT64_FORMAT
                    " of the business's users and programs. "
                    "Give them another one first.",
                    row.name, members);
      return FALSE;
    }
  return bw_db_exec (db, error, "DELETE FROM role WHERE business = $1 AND id = $2", "ii",
                     change->viewer->business, row.number)
         && record (&actor, tx, "role-remove", &row, error);
}

static gboolean
list_shipped (GPtrArray *roles, BwDb *db, gint64 business, GError **error)
{
  for (guint i = 0; i < BW_N_ROLES; i++)
    {
      gint64 members;

      if (!count_members (db, business, i, &members, error))
        return FALSE;
      g_ptr_array_add (
          roles, bw_role_info_new (bw_role_to_string ((BwRole) i), bw_role_get_name ((BwRole) i),
                                   bw_role_get_permissions ((BwRole) i), TRUE, (int) members));
    }
  return TRUE;
}

/**
 * bw_store_list_roles:
 * @self: a store
 * @viewer: who asks, with the permission "manage"
 * @error: (out) (optional): what went wrong
 *
 * Lists the roles that a member can have: those shipped, from most to least, then the business's
 * own by name.
 *
 * Returns: (transfer full) (nullable) (element-type BwRoleInfo): the roles
 */
GPtrArray *
bw_store_list_roles (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_autoptr (GPtrArray) roles = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_role_info_free);
  g_auto (BwReader) reader = { 0 };
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (!bw_viewer_need (viewer, BW_PERMISSION_MANAGE, error))
    return NULL;
  reader = bw_reader_begin (self, error);
  if (reader.db == NULL || !list_shipped (roles, reader.db, viewer->business, error))
    return NULL;
  rows = bw_db_query (reader.db, error,
                      "SELECT r.slug, r.name, r.permissions, (SELECT COUNT(*) FROM membership m"
                      " WHERE m.business = r.business AND m.role = r.id)"
                      " FROM role r WHERE r.business = $1 ORDER BY r.name, r.id",
                      "i", viewer->business);
  while (rows != NULL && bw_rows_next (rows, &local))
    g_ptr_array_add (roles, bw_role_info_new (bw_rows_text (rows, 0), bw_rows_text (rows, 1),
                                              (BwPermissions) bw_rows_int (rows, 2), FALSE,
                                              (int) bw_rows_int (rows, 3)));
  return rows != NULL && bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&roles)
                                                                          : NULL;
}

static BwRoleInfo *
write_role (BwStore *self, BwWriteFunc func, Change *change, GError **error)
{
  if (bw_store_write (self, func, change, error))
    return change->role;
  g_clear_pointer (&change->role, bw_role_info_free);
  return NULL;
}

/**
 * bw_store_add_role:
 * @self: a store
 * @viewer: who asks
 * @name: what people are to call it
 * @permissions: what it permits
 * @error: (out) (optional): why not
 *
 * Adds a role of the business's own, whose id is made of its name.
 *
 * Returns: (transfer full) (nullable): the role
 */
BwRoleInfo *
bw_store_add_role (BwStore *self,
                   const BwViewer *viewer,
                   const char *name,
                   BwPermissions permissions,
                   GError **error)
{
  Change change = { .viewer = viewer, .name = name, .permissions = &permissions };

  return write_role (self, add_role, &change, error);
}

/**
 * bw_store_edit_role:
 * @self: a store
 * @viewer: who asks
 * @role: the id of one of the business's own roles, which stays
 * @name: (nullable): what people are to call it
 * @permissions: (nullable): what it is to permit, at once, to all who have it
 * @error: (out) (optional): why not
 *
 * Changes a role.
 *
 * Returns: (transfer full) (nullable): the role, as it is now
 */
BwRoleInfo *
bw_store_edit_role (BwStore *self,
                    const BwViewer *viewer,
                    const char *role,
                    const char *name,
                    const BwPermissions *permissions,
                    GError **error)
{
  Change change = { .viewer = viewer, .id = role, .name = name, .permissions = permissions };

  return write_role (self, edit_role, &change, error);
}

/**
 * bw_store_remove_role:
 * @self: a store
 * @viewer: who asks
 * @role: the id of one of the business's own roles that nobody has
 * @error: (out) (optional): why not
 *
 * Removes a role.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_remove_role (BwStore *self, const BwViewer *viewer, const char *role, GError **error)
{
  Change change = { .viewer = viewer, .id = role };

  return bw_store_write (self, remove_role, &change, error);
}

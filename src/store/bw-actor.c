/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-actor.h"

#include "bw-action.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-roles.h"

/*
 * The rules of administration, asked inside of the write so that a right taken away a moment ago is
 * gone:
 *
 * - Administering needs the permission "manage".
 * - Nobody grants a permission that they don't have.
 * - Only an owner makes, changes or removes an owner.
 * - Who gets to sign in as another (by a password, or a token made anew), or changes what all
 *   businesses see of them, must manage all of the other's businesses and have all that the other
 *   has there; else it would be a way around the rules above.
 */

/**
 * bw_viewer_server:
 * @business: a business
 *
 * Returns: who looks after the server, on its command line: may do everything
 */
BwViewer
bw_viewer_server (gint64 business)
{
  return (BwViewer) { business, 0, "Command line", BW_PERMISSIONS_ALL };
}

/**
 * bw_actor_load:
 * @self: (out): who acts
 * @tx: a write
 * @viewer: who asked, when the request came; outlives @self
 * @error: (out) (optional): %BW_ERROR_FORBIDDEN for who may not manage it, or no longer
 *
 * Returns: whether @viewer may administer its business
 */
gboolean
bw_actor_load (BwActor *self, BwTx *tx, const BwViewer *viewer, GError **error)
{
  *self = (BwActor) { viewer, BW_PERMISSIONS_ALL, TRUE };
  if (viewer->user == 0)
    return TRUE;
  if (!bw_rights_find (bw_tx_db (tx), viewer->business, viewer->user, &self->permissions,
                       &self->is_owner, error))
    return FALSE;
  if ((self->permissions & BW_PERMISSION_MANAGE) != 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_FORBIDDEN,
                "You may not manage this business. One of its owners can permit it.");
  return FALSE;
}

/**
 * bw_actor_may_grant:
 * @self: who acts
 * @set: what somebody is to be permitted
 * @had: what they are permitted already
 * @error: (out) (optional): why not
 *
 * Returns: whether all that is new is the actor's own too
 */
gboolean
bw_actor_may_grant (const BwActor *self, BwPermissions set, BwPermissions had, GError **error)
{
  BwPermissions missing = set & ~had & ~self->permissions;
  g_autofree char *names = NULL;

  if (missing == 0)
    return TRUE;
  names = bw_describe_permissions (missing);
  bw_set_error (error, BW_ERROR_FORBIDDEN,
                "This would permit what you may not do yourself in this business: %s. Ask somebody "
                "who has it.",
                names);
  return FALSE;
}

/**
 * bw_actor_may_make_owner:
 * @self: who acts, on an owner
 * @error: (out) (optional): why not
 *
 * Returns: whether the actor is an owner
 */
gboolean
bw_actor_may_make_owner (const BwActor *self, GError **error)
{
  if (!self->is_owner)
    bw_set_error (error, BW_ERROR_FORBIDDEN,
                  "Only an owner can make, change or remove an owner. Ask one of them.");
  return self->is_owner;
}

static gboolean
covers (BwTx *tx,
        const BwViewer *viewer,
        gint64 business,
        const BwRoleRow *role,
        BwPermissions set,
        GError **error)
{
  const BwViewer there = { business, viewer->user, viewer->user_name, 0 };
  BwActor actor;

  if (!bw_actor_load (&actor, tx, &there, NULL))
    {
      bw_set_error (
          error, BW_ERROR_FORBIDDEN,
          "They also belong to a business that you don't manage. Somebody who manages all "
          "of their businesses can do this.");
      return FALSE;
    }
  return (role->number != BW_ROLE_OWNER || bw_actor_may_make_owner (&actor, error))
         && bw_actor_may_grant (&actor, set, 0, error);
}

/**
 * bw_actor_may_be_given:
 * @tx: a write
 * @viewer: who acts
 * @account: a member of its business
 * @error: (out) (optional): why not
 *
 * Returns: whether the actor may be given all that the account has, in all of its businesses
 */
gboolean
bw_actor_may_be_given (BwTx *tx, const BwViewer *viewer, gint64 account, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;
  gboolean may = TRUE;

  if (viewer->user == 0)
    return TRUE;
  rows = bw_db_query (bw_tx_db (tx), error,
                      "SELECT m.business, m.added, " BW_ROLE_COLUMNS
                      " FROM membership m" BW_ROLE_JOIN " WHERE m.account = $1",
                      "i", account);
  if (rows == NULL)
    return FALSE;
  while (may && bw_rows_next (rows, &local))
    {
      g_auto (BwRoleRow) role = { 0 };

      bw_role_row_read (&role, rows, 2);
      may = covers (tx, viewer, bw_rows_int (rows, 0), &role,
                    role.permissions | (BwPermissions) bw_rows_int (rows, 1), error);
    }
  return may && bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_actor_record:
 * @self: who acts
 * @tx: a write
 * @action: what is done, "member-add"
 * @detail: (nullable): to whom, and what becomes of it
 * @error: (out) (optional): what went wrong
 *
 * Puts it into the audit log of the actor's business.
 *
 * Returns: whether it was written
 */
gboolean
bw_actor_record (const BwActor *self,
                 BwTx *tx,
                 const char *action,
                 const char *detail,
                 GError **error)
{
  gint64 revision = bw_tx_next_revision (tx, self->viewer->business, error);

  return revision != 0 && bw_action_add (tx, self->viewer, revision, action, 0, detail, error);
}

/**
 * bw_stop_work:
 * @tx: a write
 * @business: a business
 * @account: an account that may not work for it any longer
 * @error: (out) (optional): what went wrong
 *
 * Lets the account's claims in the business lapse now: its reports are refused from here on, and
 * upkeep hands the jobs to others.
 *
 * Returns: whether it was written
 */
gboolean
bw_stop_work (BwTx *tx, gint64 business, gint64 account, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE claim SET lease_until = $3 WHERE business = $1 AND account = $2"
                     " AND lease_until > $3",
                     "iit", business, account, bw_tx_now (tx) - 1);
}

/**
 * bw_describe_permissions:
 * @set: permissions
 *
 * Returns: (transfer full): their names with commas between; "nothing" for none
 */
char *
bw_describe_permissions (BwPermissions set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    if ((set & (1u << i)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              bw_permission_to_string ((BwPermissions) (1u << i)));
  return g_string_free (text->len > 0 ? text : g_string_append (text, "nothing"), FALSE);
}

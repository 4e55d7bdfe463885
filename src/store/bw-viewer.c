/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-viewer.h"

#include "bw-error.h"

static const struct
{
  BwPermissions permission;
  const char *what;
} refusals[] = {
  { BW_PERMISSION_SUBMIT, "submit jobs" }, { BW_PERMISSION_EDIT, "edit jobs" },
  { BW_PERMISSION_RETRY, "retry jobs" },   { BW_PERMISSION_CANCEL, "cancel jobs" },
  { BW_PERMISSION_DELETE, "delete jobs" }, { BW_PERMISSION_PAUSE, "pause or resume jobs" },
  { BW_PERMISSION_VIEW_AUDIT, "read the audit log" },
  { BW_PERMISSION_MANAGE, "manage users and settings" },
};

/**
 * bw_viewer_need:
 * @self: who asks
 * @permission: what is needed
 * @error: (out) (optional): why not
 *
 * Returns: whether @self has the permission
 */
gboolean
bw_viewer_need (const BwViewer *self, BwPermissions permission, GError **error)
{
  const char *what = "do this";

  if (self->permissions & permission)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (refusals[i].permission == permission)
      what = refusals[i].what;
  bw_set_error (error, BW_ERROR_FORBIDDEN,
                "You may not %s in this business. Somebody who manages its users can permit it.",
                what);
  return FALSE;
}

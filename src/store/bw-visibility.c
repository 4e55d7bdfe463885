/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-visibility.h"

/**
 * bw_viewer_may_see:
 * @self: who asks
 * @owner: the account whose job it is
 * @automated: whether automation started it
 *
 * The one place that decides whether a job exists for somebody. Lists, counts, suggestions,
 * details, items, logs, results, changes and bulk actions all ask here, or use bw_visibility_get(),
 * which says the same to the database.
 *
 * Returns: whether @self may see the job
 */
gboolean
bw_viewer_may_see (const BwViewer *self, gint64 owner, gboolean automated)
{
  BwVisibility visibility = bw_visibility_get (self);

  return visibility.everything == 1 || owner == visibility.own
         || (automated && visibility.automation == 1);
}

/**
 * bw_visibility_get:
 * @viewer: who asks
 *
 * Puts what @viewer may see into the form in which BW_VISIBLE_SQL() takes it.
 *
 * Returns: the values to bind
 */
BwVisibility
bw_visibility_get (const BwViewer *viewer)
{
  BwVisibility visibility = { 0, -1, -1 };

  g_return_val_if_fail (viewer != NULL, visibility);

  if (viewer->permissions & BW_PERMISSION_VIEW_ALL)
    visibility.everything = 1;
  if (viewer->permissions & BW_PERMISSION_VIEW_OWN)
    visibility.own = viewer->user;
  if (viewer->permissions & BW_PERMISSION_VIEW_AUTOMATED)
    visibility.automation = 1;
  return visibility;
}

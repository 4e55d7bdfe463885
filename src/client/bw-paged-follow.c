/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a paged list keeps up with the server: whether at all, and in pages of which size.
 */
#include "bw-paged-list-private.h"

/**
 * bw_paged_list_get_following:
 * @self: a list
 *
 * Returns: whether it changes as the server's list does
 */
gboolean
bw_paged_list_get_following (BwPagedList *self)
{
  g_return_val_if_fail (BW_IS_PAGED_LIST (self), FALSE);

  return !bw_paged_list_get_private (self)->resting;
}

/**
 * bw_paged_list_set_following:
 * @self: a list
 * @following: whether it changes as the server's list does; otherwise it asks only for what is
 *   looked at for the first time, and when it is refreshed
 *
 * Returns: %TRUE if it has missed something meanwhile, and asks for it now
 */
gboolean
bw_paged_list_set_following (BwPagedList *self, gboolean following)
{
  BwPagedListPrivate *priv;

  g_return_val_if_fail (BW_IS_PAGED_LIST (self), FALSE);

  priv = bw_paged_list_get_private (self);
  priv->resting = !following;
  if (!following || !priv->outdated)
    return FALSE;
  priv->outdated = FALSE;
  bw_paged_list_refresh (self);
  return TRUE;
}

/**
 * bw_paged_list_set_page_size:
 * @self: a list
 * @page_size: how many rows to ask for at once, 1 or more; what is loaded stays
 */
void
bw_paged_list_set_page_size (BwPagedList *self, guint page_size)
{
  g_return_if_fail (BW_IS_PAGED_LIST (self));
  g_return_if_fail (page_size > 0);

  bw_paged_list_get_private (self)->page_size = page_size;
}

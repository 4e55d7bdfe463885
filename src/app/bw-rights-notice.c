/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-rights-notice.h"

#include <glib/gi18n.h>

/* In the order of what a user would miss most. */
static const struct
{
  BwPermissions permission;
  const char *lost;
  const char *gained;
} sentences[] = {
  { BW_PERMISSION_VIEW_ALL, N_ ("You no longer see the jobs of others."),
    N_ ("You now see the jobs of others.") },
  { BW_PERMISSION_VIEW_OWN, N_ ("You no longer see your own jobs."),
    N_ ("You now see your own jobs.") },
  { BW_PERMISSION_VIEW_AUTOMATED, N_ ("You no longer see automated jobs."),
    N_ ("You now see automated jobs.") },
  { BW_PERMISSION_CANCEL, N_ ("You may no longer cancel jobs."), N_ ("You may now cancel jobs.") },
  { BW_PERMISSION_RETRY, N_ ("You may no longer retry jobs."), N_ ("You may now retry jobs.") },
  { BW_PERMISSION_DELETE, N_ ("You may no longer delete jobs."), N_ ("You may now delete jobs.") },
  { BW_PERMISSION_PAUSE, N_ ("You may no longer pause jobs."), N_ ("You may now pause jobs.") },
  { BW_PERMISSION_EDIT, N_ ("You may no longer edit jobs."), N_ ("You may now edit jobs.") },
  { BW_PERMISSION_EXPORT, N_ ("You may no longer export jobs."), N_ ("You may now export jobs.") },
  { BW_PERMISSION_SUBMIT, N_ ("You may no longer start jobs."), N_ ("You may now start jobs.") },
  { BW_PERMISSION_VIEW_AUDIT, N_ ("You no longer see the audit log."),
    N_ ("You now see the audit log.") },
  { BW_PERMISSION_MANAGE, N_ ("You may no longer manage people and settings."),
    N_ ("You may now manage people and settings.") },
};

/* Returns: (nullable): the sentence, if exactly one right is of @changed */
static const char *
find_single (BwPermissions changed, gboolean gained)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].permission == changed)
      return gained ? _ (sentences[i].gained) : _ (sentences[i].lost);

  return NULL;
}

/**
 * bw_rights_notice_describe:
 * @business: the business's name for people
 * @before: what the user might do there
 * @after: what the user may do there now
 *
 * Returns: (transfer full) (nullable): a sentence that tells the user of the change; %NULL if there
 *   is none
 */
char *
bw_rights_notice_describe (const char *business, BwPermissions before, BwPermissions after)
{
  const char *single = find_single (before ^ after, (after & ~before) != 0);

  if (before == after)
    return NULL;
  if (after == 0)
    return g_strdup_printf (_ ("You are no longer a member of %s."), business);
  if (single != NULL)
    /* Translators: a business, and what changed there: "You may now retry jobs." */
    return g_strdup_printf (_ ("Your rights in %s were changed. %s"), business, single);
  if ((after & ~before) == 0)
    return g_strdup_printf (_ ("Your rights in %s were changed. You may do less than before."),
                            business);
  if ((before & ~after) == 0)
    return g_strdup_printf (_ ("Your rights in %s were changed. You may do more than before."),
                            business);

  return g_strdup_printf (_ ("Your rights in %s were changed."), business);
}

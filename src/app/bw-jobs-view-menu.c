/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-jobs-view-menu.h"

#include <glib/gi18n.h>

#include "bw-job-actions.h"

static const struct
{
  const char *action;
  const char *label;
  BwPermissions permission;
} doings[] = {
  { "job.cancel", N_ ("_Cancel Job…"), BW_PERMISSION_CANCEL },
  { "job.retry-failed", N_ ("_Retry Failed Items…"), BW_PERMISSION_RETRY },
  { "job.retry-all", N_ ("Retry _All Items…"), BW_PERMISSION_RETRY },
  { "job.delete", N_ ("_Delete Job…"), BW_PERMISSION_DELETE },
};

/* What can't be done now stays in the menu, insensitive, with the reason below. A reason that
 * several share is said once, below the last of them. */
static void
append_doings (GMenu *section, BwBusiness *business, const BwJob *job)
{
  g_autofree char *next_refusal = NULL;
  g_autofree char *text = NULL;

  for (int i = G_N_ELEMENTS (doings) - 1; i >= 0; i--)
    {
      g_autofree char *refusal = NULL;

      if (!bw_business_may (business, doings[i].permission))
        continue;

      refusal = bw_job_action_get_refusal (business, job, doings[i].action);
      if (refusal != NULL && g_strcmp0 (refusal, next_refusal) != 0)
        text = g_strdup_printf ("%s\n%s", _ (doings[i].label), refusal);
      else
        text = g_strdup (_ (doings[i].label));
      g_menu_prepend (section, text, doings[i].action);
      g_clear_pointer (&text, g_free);
      g_set_str (&next_refusal, refusal);
    }
}

/**
 * bw_jobs_view_create_menu:
 * @business: the job's business
 * @job: a job
 *
 * What the user has no right to do is left out.
 *
 * Returns: (transfer full): a menu
 */
GMenuModel *
bw_jobs_view_create_menu (BwBusiness *business, const BwJob *job)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) second = g_menu_new ();
  g_autoptr (GMenu) third = g_menu_new ();

  g_menu_append (first, _ ("_Open"), "jobs.open-selected");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));

  append_doings (second, business, job);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (second));

  if (job->result_name != NULL)
    g_menu_append (third, _ ("Download Re_sult…"), "job.download");
  g_menu_append (third, _ ("Copy Job _Number"), "job.copy-id");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (third));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-jobs-view-menu.h"

#include <glib/gi18n.h>

#include "bw-bulk-actions.h"
#include "bw-job-actions.h"

typedef struct
{
  const char *action;
  const char *label;
  BwPermissions permission;
} Doing;

/* Those that are refused for the same reason stand together. */
static const Doing doings[] = {
  { "job.retry-failed", N_ ("_Retry Failed Items…"), BW_PERMISSION_RETRY },
  { "job.retry-all", N_ ("Retry _All Items…"), BW_PERMISSION_RETRY },
  { "job.copy", N_ ("Run Again _With Changes…"), BW_PERMISSION_SUBMIT },
  { "job.delete", N_ ("_Delete Job…"), BW_PERMISSION_DELETE },
  { "job.cancel", N_ ("_Cancel Job…"), BW_PERMISSION_CANCEL },
  { "job.edit", N_ ("_Edit…"), BW_PERMISSION_EDIT },
};

static const Doing bulk_doings[] = {
  { "job.retry-failed", N_ ("_Retry What Failed…"), BW_PERMISSION_RETRY },
  { "job.retry-all", N_ ("Retry _All Items…"), BW_PERMISSION_RETRY },
  { "job.delete", N_ ("_Delete Jobs…"), BW_PERMISSION_DELETE },
  { "job.cancel", N_ ("_Cancel Jobs…"), BW_PERMISSION_CANCEL },
};

/* What can't be done now stays in the menu, insensitive, with the reason below. A reason that
 * several share is said once, below the last of them: so it goes from the last to the first. */
static void
prepend_doing (GMenu *section, const Doing *doing, const char *refusal, char **next_refusal)
{
  g_autofree char *text = NULL;

  if (refusal != NULL && g_strcmp0 (refusal, *next_refusal) != 0)
    text = g_strdup_printf ("%s\n%s", _ (doing->label), refusal);
  else
    text = g_strdup (_ (doing->label));
  g_menu_prepend (section, text, doing->action);
  g_set_str (next_refusal, refusal);
}

/* @gone: why nothing can be done any more; NULL while something can */
static GMenuModel *
create_doings (BwBusiness *business, const BwJob *job, const char *gone)
{
  GMenu *section = g_menu_new ();
  g_autofree char *next_refusal = NULL;

  for (int i = G_N_ELEMENTS (doings) - 1; i >= 0; i--)
    {
      g_autofree char *refusal = NULL;

      if (!bw_business_may (business, doings[i].permission))
        continue;

      refusal = gone != NULL ? g_strdup (gone)
                             : bw_job_action_get_refusal (business, job, doings[i].action);
      prepend_doing (section, &doings[i], refusal, &next_refusal);
    }

  return G_MENU_MODEL (section);
}

static GMenuModel *
create_bulk_doings (const BwJobSet *jobs)
{
  GMenu *section = g_menu_new ();
  g_autofree char *next_refusal = NULL;

  for (int i = G_N_ELEMENTS (bulk_doings) - 1; i >= 0; i--)
    {
      g_autofree char *refusal = NULL;

      if (!bw_business_may (jobs->business, bulk_doings[i].permission))
        continue;

      refusal = bw_bulk_action_get_refusal (jobs, bulk_doings[i].action);
      prepend_doing (section, &bulk_doings[i], refusal, &next_refusal);
    }

  return G_MENU_MODEL (section);
}

static void
append_export (GMenu *section, BwBusiness *business)
{
  if (bw_business_may (business, BW_PERMISSION_EXPORT))
    g_menu_append (section, _ ("E_xport…"), "jobs.export");
}

static GMenuModel *
create_row_menu (BwBusiness *business, const BwJob *job)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenuModel) second = create_doings (business, job, NULL);
  g_autoptr (GMenu) third = g_menu_new ();

  g_menu_append (first, _ ("_Open"), "jobs.open-selected");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  g_menu_append_section (menu, NULL, second);

  if (job->result_name != NULL)
    g_menu_append (third, _ ("Download Re_sult…"), "job.download");
  append_export (third, business);
  g_menu_append (third, _ ("Copy Job _Number"), "job.copy-id");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (third));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static GMenuModel *
create_window_menu (BwBusiness *business, const BwJob *job, const char *gone)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuModel) first = create_doings (business, job, gone);
  g_autoptr (GMenu) second = g_menu_new ();
  g_autoptr (GMenu) third = g_menu_new ();

  g_menu_append_section (menu, NULL, first);

  g_menu_append (second, _ ("Download Re_sult…"), "job.download");
  if (bw_business_may (business, BW_PERMISSION_EXPORT) && bw_item_counts_total (&job->items) > 0)
    g_menu_append (second, _ ("E_xport Items…"), "job.export-items");
  g_menu_append (second, _ ("Copy Job _Number"), "job.copy-id");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (second));

  g_menu_append (third, _ ("Re_fresh"), "job.refresh");
  g_menu_append (third, _ ("_Help"), "app.help");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (third));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/* What a menu says, to be compared. */
static char *
get_menu_key (BwBusiness *business, const BwJob *job, const char *gone)
{
  g_autoptr (GString) key = g_string_new (gone);

  g_string_append_printf (key, " %x", bw_business_get_permissions (business));
  for (guint i = 0; bw_job_action_names[i] != NULL; i++)
    {
      g_autofree char *refusal = bw_job_action_get_refusal (business, job, bw_job_action_names[i]);

      g_string_append_printf (key, " %s", refusal != NULL ? refusal : "");
    }

  return g_string_free_and_steal (g_steal_pointer (&key));
}

/**
 * bw_jobs_view_update_window_menu:
 * @button: opens the menu of a job's window
 * @business: the job's business
 * @job: the job as it now is
 * @gone: (nullable): why nothing can be done with it any more
 *
 * Gives the button its menu. One that says the same stays: it may be open.
 */
void
bw_jobs_view_update_window_menu (GtkMenuButton *button,
                                 BwBusiness *business,
                                 const BwJob *job,
                                 const char *gone)
{
  g_autofree char *key = get_menu_key (business, job, gone);
  g_autoptr (GMenuModel) menu = NULL;

  if (g_strcmp0 (key, g_object_get_data (G_OBJECT (button), "bw-menu-key")) == 0)
    return;

  menu = create_window_menu (business, job, gone);
  gtk_menu_button_set_menu_model (button, menu);
  g_object_set_data_full (G_OBJECT (button), "bw-menu-key", g_steal_pointer (&key), g_free);
}

/**
 * bw_jobs_view_create_bulk_menu:
 * @jobs: several jobs
 *
 * What the user has no right to do is left out.
 *
 * Returns: (transfer full): a menu
 */
GMenuModel *
bw_jobs_view_create_bulk_menu (const BwJobSet *jobs)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuModel) first = create_bulk_doings (jobs);
  g_autoptr (GMenu) second = g_menu_new ();

  g_menu_append_section (menu, NULL, first);
  append_export (second, jobs->business);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (second));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/**
 * bw_jobs_view_create_menu:
 * @selection: the jobs chosen, at least one
 *
 * What the user has no right to do is left out.
 *
 * Returns: (transfer full): a menu
 */
GMenuModel *
bw_jobs_view_create_menu (BwRowSelection *selection)
{
  g_autoptr (BwJobSet) jobs = bw_job_set_new (selection);
  const BwJob *job = bw_row_selection_get_only (selection);

  return job != NULL ? create_row_menu (jobs->business, job) : bw_jobs_view_create_bulk_menu (jobs);
}

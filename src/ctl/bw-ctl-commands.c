/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>

#include "bw-ctl-command.h"
#include "bw-ctl-follow.h"

G_DEFINE_QUARK (bw-usage-error-quark, bw_usage_error)

#define ANY (-1)

/* Those with NULL for a name begin a group in the help. */
static const BwCommand commands[] = {
  { NULL, NULL, N_ ("Signing in"), NULL, FALSE, 0, 0, 0, NULL },
  { "login", N_ ("[URL]"), N_ ("Sign in at a server"), bw_ctl_login_options, FALSE, 0, 1,
    BW_COMMAND_ALONE, bw_ctl_login },
  { "logout", "", N_ ("Sign out"), NULL, FALSE, 0, 0, BW_COMMAND_NO_BUSINESS, bw_ctl_logout },
  { "whoami", "", N_ ("Show who is signed in, and what they may do"), NULL, FALSE, 0, 0,
    BW_COMMAND_NO_BUSINESS, bw_ctl_whoami },
  { "use", N_ ("BUSINESS"), N_ ("Choose the business that commands are about"), NULL, FALSE, 1, 1,
    BW_COMMAND_NO_BUSINESS, bw_ctl_use },
  { "mail", "", N_ ("Show or change what mail you get when jobs are done"), bw_ctl_mail_options,
    FALSE, 0, 0, 0, bw_ctl_mail },

  { NULL, NULL, N_ ("Looking"), NULL, FALSE, 0, 0, 0, NULL },
  { "list", "", N_ ("List jobs, newest first"), bw_ctl_list_options, TRUE, 0, 0, 0, bw_ctl_list },
  { "summary", "", N_ ("Count jobs by state"), NULL, TRUE, 0, 0, 0, bw_ctl_summary },
  { "show", N_ ("JOB"), N_ ("Show a job"), bw_ctl_show_options, FALSE, 1, 1, 0, bw_ctl_show },
  { "items", N_ ("JOB"), N_ ("List a job’s items"), bw_ctl_items_options, FALSE, 1, 1, 0,
    bw_ctl_items },
  { "log", N_ ("JOB"), N_ ("Print a job’s log"), NULL, FALSE, 1, 1, 0, bw_ctl_log },
  { "history", N_ ("JOB"), N_ ("Show a job’s attempts and who did what to it"), NULL, FALSE, 1, 1,
    0, bw_ctl_history },
  { "result", N_ ("JOB"), N_ ("Download the file that a job made"), bw_ctl_result_options, FALSE, 1,
    1, 0, bw_ctl_result },
  { "wait", N_ ("JOB…"), N_ ("Wait until jobs are done"), NULL, FALSE, 1, ANY, 0, bw_ctl_wait },
  { "watch", "", N_ ("Print what happens, as it happens"), NULL, TRUE, 0, 0, 0, bw_ctl_watch },

  { NULL, NULL, N_ ("Acting"), NULL, FALSE, 0, 0, 0, NULL },
  { "retry", N_ ("[JOB…]"), N_ ("Do jobs again"), bw_ctl_retry_options, TRUE, 0, ANY, 0,
    bw_ctl_retry },
  { "cancel", N_ ("[JOB…]"), N_ ("Cancel jobs"), bw_ctl_act_options, TRUE, 0, ANY, 0,
    bw_ctl_cancel },
  { "delete", N_ ("[JOB…]"), N_ ("Delete jobs that are done"), bw_ctl_act_options, TRUE, 0, ANY, 0,
    bw_ctl_delete },
  { "clear", "", N_ ("Delete all jobs that are done"), bw_ctl_act_options, FALSE, 0, 0, 0,
    bw_ctl_clear_finished },
  { "submit", N_ ("[FILE]"), N_ ("Hand in jobs: one by options, or those of a JSON file"),
    bw_ctl_submit_options, FALSE, 0, 1, 0, bw_ctl_submit },
  { "edit", N_ ("JOB"), N_ ("Change a job that has not started"), bw_ctl_edit_options, FALSE, 1, 1,
    0, bw_ctl_edit },
  { "copy", N_ ("JOB"), N_ ("Run a job again as a new one, with changes"), bw_ctl_copy_options,
    FALSE, 1, 1, 0, bw_ctl_copy },

  { NULL, NULL, N_ ("Pausing"), NULL, FALSE, 0, 0, 0, NULL },
  { "pauses", "", N_ ("List what is paused, by whom, since when and why"), NULL, FALSE, 0, 0, 0,
    bw_ctl_list_pauses },
  { "pause", "", N_ ("Hold back jobs"), bw_ctl_pause_options, FALSE, 0, 0, 0, bw_ctl_pause },
  { "resume", N_ ("[PAUSE…]"), N_ ("Let jobs go on"), bw_ctl_resume_options, FALSE, 0, ANY, 0,
    bw_ctl_resume },

  { NULL, NULL, N_ ("Exporting"), NULL, FALSE, 0, 0, 0, NULL },
  { "export", N_ ("FILE"), N_ ("Write jobs to a CSV or Excel file"), bw_ctl_export_options, TRUE,
    1, 1, 0, bw_ctl_export },
  { "export-items", N_ ("JOB FILE"), N_ ("Write a job’s items to a CSV or Excel file"),
    bw_ctl_export_options, FALSE, 2, 2, 0, bw_ctl_export_items },

  { NULL, NULL, N_ ("The office at work"), NULL, FALSE, 0, 0, 0, NULL },
  { "queues", "", N_ ("What waits and runs, by type"), NULL, FALSE, 0, 0, 0, bw_ctl_queues },
  { "batches", "", N_ ("Jobs of several items that run now, with their pace"), NULL, FALSE, 0, 0,
    0, bw_ctl_batches },
  { "workers", "", N_ ("Who does the work"), NULL, FALSE, 0, 0, 0, bw_ctl_workers },
  { "insights", "", N_ ("How many jobs, how long, how many failed"), bw_ctl_insights_options,
    FALSE, 0, 0, 0, bw_ctl_insights },
  { "audit", "", N_ ("Who did what"), bw_ctl_audit_options, FALSE, 0, 0, 0, bw_ctl_audit },

  { NULL, NULL, N_ ("Administering"), NULL, FALSE, 0, 0, 0, NULL },
  { "members", "", N_ ("List the business’s members"), NULL, FALSE, 0, 0, 0, bw_ctl_members },
  { "add-member", N_ ("USER"), N_ ("Add a member; with --name a new person"),
    bw_ctl_member_options, FALSE, 1, 1, 0, bw_ctl_add_member },
  { "change-member", N_ ("USER"), N_ ("Change a member’s role, permissions, name or password"),
    bw_ctl_member_options, FALSE, 1, 1, 0, bw_ctl_change_member },
  { "remove-member", N_ ("USER"), N_ ("Remove a member"), NULL, FALSE, 1, 1, 0,
    bw_ctl_remove_member },
  { "roles", "", N_ ("List the roles"), NULL, FALSE, 0, 0, 0, bw_ctl_roles },
  { "add-role", N_ ("NAME"), N_ ("Add a role"), bw_ctl_role_options, FALSE, 1, 1, 0,
    bw_ctl_add_role },
  { "change-role", N_ ("ROLE"), N_ ("Change a role’s name or permissions"), bw_ctl_role_options,
    FALSE, 1, 1, 0, bw_ctl_change_role },
  { "remove-role", N_ ("ROLE"), N_ ("Remove a role that nobody has"), NULL, FALSE, 1, 1, 0,
    bw_ctl_remove_role },
  { "tokens", "", N_ ("List the tokens of applications and workers"), NULL, FALSE, 0, 0, 0,
    bw_ctl_tokens },
  { "add-token", N_ ("NAME"), N_ ("Make a token for an application or a worker"),
    bw_ctl_token_options, FALSE, 1, 1, 0, bw_ctl_add_token },
  { "renew-token", N_ ("TOKEN"), N_ ("Replace a token by a new one"), NULL, FALSE, 1, 1, 0,
    bw_ctl_renew_token },
  { "remove-token", N_ ("TOKEN"), N_ ("Shut out the program with this token"), NULL, FALSE, 1, 1,
    0, bw_ctl_remove_token },
  { "settings", "", N_ ("Show or change the business’s settings"), bw_ctl_settings_options, FALSE,
    0, 0, 0, bw_ctl_settings },
  { "store", N_ ("copy|compare FROM TO"), N_ ("Copy an office into another store, or compare two"),
    bw_ctl_store_options, FALSE, 3, 3, BW_COMMAND_ALONE, bw_ctl_store },
};

/**
 * bw_ctl_get_commands:
 * @n: (out): how many there are
 *
 * Returns: (transfer none) (array length=n): the commands; one without a name is the title of those
 *   that follow
 */
const BwCommand *
bw_ctl_get_commands (guint *n)
{
  *n = G_N_ELEMENTS (commands);

  return commands;
}

/**
 * bw_ctl_find_command:
 * @name: what the user typed
 *
 * Returns: (transfer none) (nullable): the command
 */
const BwCommand *
bw_ctl_find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].name, name) == 0)
      return &commands[i];

  return NULL;
}

/**
 * bw_ctl_print_commands:
 *
 * Prints what there is to choose from.
 */
void
bw_ctl_print_commands (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].name == NULL)
      g_print ("%s%s:\n", i > 0 ? "\n" : "", _ (commands[i].summary));
    else
      g_print ("  %-14s %s\n", commands[i].name, _ (commands[i].summary));
}

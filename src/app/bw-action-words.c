/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-action-words.h"

#include <glib/gi18n.h>

static const struct
{
  const char *action;
  const char *words;
} actions[] = {
  { "submit", N_ ("Started the job") },
  { "copy", N_ ("Ran the job again with changes") },
  { "edit", N_ ("Changed the job") },
  { "retry", N_ ("Retried the job") },
  { "cancel", N_ ("Cancelled the job") },
  { "delete", N_ ("Deleted the job") },
  { "clear", N_ ("Cleared the finished jobs") },
  { "export", N_ ("Exported") },
  { "pause", N_ ("Paused") },
  { "resume", N_ ("Resumed") },
  { "member-add", N_ ("Added a member") },
  { "member-change", N_ ("Changed a member’s rights") },
  { "member-remove", N_ ("Removed a member") },
  { "password-set", N_ ("Set a password") },
  { "password-change", N_ ("Changed their own password") },
  { "role-add", N_ ("Added a role") },
  { "role-change", N_ ("Changed a role") },
  { "role-remove", N_ ("Removed a role") },
  { "token-add", N_ ("Gave a program access") },
  { "token-renew", N_ ("Renewed a program’s access") },
  { "token-remove", N_ ("Ended a program’s access") },
  { "settings-change", N_ ("Changed the settings") },
  { "type-change", N_ ("Changed a job type") },
};

/**
 * bw_action_get_words:
 * @action: what somebody did, as the server calls it
 *
 * Returns: (transfer none): the same in the user's language; @action itself if it is not known
 */
const char *
bw_action_get_words (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_strcmp0 (action, actions[i].action) == 0)
      return _ (actions[i].words);

  return action;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-complete.h"

#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"

/*
 * What a shell offers for the word that is being typed. Only what is known without the server: a
 * shell must never wait for it.
 */

static const char *const job_states[] = { "queued",    "processing", "success", "failed",   "skipped",
                                          "cancelled", "active",     "completed", "finished", NULL };
static const char *const conditions[] = { "paused", "scheduled", "stalled", "cancelling", NULL };
static const char *const item_states[]
    = { "pending", "success", "failed", "skipped", "cancelled", NULL };
static const char *const sort_keys[]
    = { "created_at", "finished_at", "name",        "type",  "state",  "created_by",
        "items",      "-created_at", "-finished_at", "-name", "-items", NULL };
static const char *const whose[] = { "own", "all", NULL };
static const char *const languages[] = { "en", "nl", "de", "fr", NULL };
static const char *const store_words[] = { "copy", "compare", NULL };
static const char *const formats[] = { "csv", "xlsx", NULL };

static void
offer (const char *candidate, const char *begun)
{
  if (g_str_has_prefix (candidate, begun))
    g_print ("%s\n", candidate);
}

static void
offer_each (const char *const *candidates, const char *begun)
{
  for (guint i = 0; candidates[i] != NULL; i++)
    offer (candidates[i], begun);
}

static void
offer_permissions (const char *begun)
{
  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    offer (bw_permission_to_string (1u << i), begun);
}

static void
offer_options (const GOptionEntry *options, const char *begun)
{
  for (guint i = 0; options != NULL && options[i].long_name != NULL; i++)
    {
      g_autofree char *option = g_strconcat ("--", options[i].long_name, NULL);

      offer (option, begun);
    }
}

/* Returns: whether @option takes a value that is known here; then it has been offered */
static gboolean
offer_values (const BwCommand *command, const char *option, const char *begun)
{
  if (g_str_equal (option, "--state"))
    offer_each (g_str_equal (command->name, "items") ? item_states : job_states, begun);
  else if (g_str_equal (option, "--condition"))
    offer_each (conditions, begun);
  else if (g_str_equal (option, "--sort"))
    offer_each (sort_keys, begun);
  else if (g_str_equal (option, "--format"))
    offer_each (formats, begun);
  else if (g_str_equal (option, "--jobs"))
    offer_each (whose, begun);
  else if (g_str_equal (option, "--language"))
    offer_each (languages, begun);
  else if (g_str_equal (option, "--permission") || g_str_equal (option, "--add"))
    offer_permissions (begun);
  else if (g_str_equal (option, "store") && begun[0] != '-')
    offer_each (store_words, begun);
  else
    return FALSE;

  return TRUE;
}

static void
offer_commands (const char *begun)
{
  guint n;
  const BwCommand *commands = bw_ctl_get_commands (&n);

  for (guint i = 0; i < n; i++)
    if (commands[i].name != NULL)
      offer (commands[i].name, begun);
}

/**
 * bw_ctl_complete:
 * @n: how many words there are
 * @words: those behind "batchworkctl", the last of them being typed
 *
 * Prints what the last word may become, one a line.
 */
void
bw_ctl_complete (int n, char **words)
{
  static const char *const everywhere[]
      = { "--server", "--business", "--token-file", "--json", "--help", NULL };
  const char *begun = n > 0 ? words[n - 1] : "";
  const BwCommand *command = n > 1 ? bw_ctl_find_command (words[0]) : NULL;

  if (n <= 1)
    {
      offer_commands (begun);
      return;
    }
  if (command == NULL || offer_values (command, words[n - 2], begun) || begun[0] != '-')
    return;

  offer_each (everywhere, begun);
  offer_options (command->options, begun);
  if (command->filters)
    offer_options (bw_ctl_filter_options, begun);
}

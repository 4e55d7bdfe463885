/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>

#include "bw-business-mail.h"
#include "bw-ctl-command.h"
#include "bw-ctl-text.h"

static gboolean on;
static gboolean off;
static gboolean only_failures;
static gboolean successes_too;
static char *address;
static char *jobs;
static char *language;

/** bw_ctl_mail_options: of "mail" */
const GOptionEntry bw_ctl_mail_options[] = {
  { "on", 0, 0, G_OPTION_ARG_NONE, &on, N_ ("Send mail when jobs are done"), NULL },
  { "off", 0, 0, G_OPTION_ARG_NONE, &off, N_ ("Send no mail"), NULL },
  { "address", 'a', 0, G_OPTION_ARG_STRING, &address, N_ ("Where to"), N_ ("ADDRESS") },
  { "jobs", 'j', 0, G_OPTION_ARG_STRING, &jobs, N_ ("For your own jobs, or all that you may see"),
    "own|all" },
  { "only-failures", 'f', 0, G_OPTION_ARG_NONE, &only_failures,
    N_ ("Only when something went wrong"), NULL },
  { "successes-too", 0, 0, G_OPTION_ARG_NONE, &successes_too, N_ ("When all went well, too"),
    NULL },
  { "language", 'l', 0, G_OPTION_ARG_STRING, &language,
    N_ ("What it is written in: en, nl, de, fr"), N_ ("LANGUAGE") },
  { NULL },
};

static gboolean
check_options (GError **error)
{
  if (on && off)
    g_set_error (error, BW_USAGE_ERROR, 0, _ ("Say --on or --off, not both."));
  else if (only_failures && successes_too)
    g_set_error (error, BW_USAGE_ERROR, 0, _ ("Say --only-failures or --successes-too, not both."));
  else if (jobs != NULL && !g_str_equal (jobs, "own") && !g_str_equal (jobs, "all"))
    g_set_error (error, BW_USAGE_ERROR, 0, _ ("“%s” is neither “own” nor “all”."), jobs);
  else
    return TRUE;

  return FALSE;
}

/* Changes what options name; all else stays. */
static gboolean
change_wish (BwCtl *ctl, BwMailWish *wish, GError **error)
{
  if (on || off)
    wish->enabled = on;
  if (only_failures || successes_too)
    wish->only_failures = only_failures;
  if (jobs != NULL)
    wish->everyone = g_str_equal (jobs, "all");
  if (address != NULL)
    g_set_str (&wish->address, address);
  if (language != NULL)
    g_set_str (&wish->language, language);

  return dex_await (bw_business_set_mail_wish (ctl->business, wish), error);
}

static void
print_wish (const BwMailWish *wish)
{
  if (!wish->available)
    g_print (_ ("This server sends no mail: its administrator has set up no mail.\n"));
  bw_ctl_print_field (_ ("Mail"), wish->enabled ? _ ("on") : _ ("off"));
  bw_ctl_print_field (_ ("Address"), wish->address);
  bw_ctl_print_field (_ ("Jobs"), wish->everyone ? _ ("all that you may see") : _ ("your own"));
  bw_ctl_print_field (_ ("When"), wish->only_failures ? _ ("only when something went wrong")
                                                      : _ ("whenever a job is done"));
  bw_ctl_print_field (_ ("Language"), wish->language);
}

/** bw_ctl_mail: mail */
gboolean
bw_ctl_mail (BwCtl *ctl, char **arguments, GError **error)
{
  gboolean change = on || off || only_failures || successes_too || address != NULL || jobs != NULL
                    || language != NULL;
  g_autofree char *path = bw_ctl_make_path (ctl, "mail");
  g_autoptr (BwMailWish) wish = NULL;

  if (!check_options (error))
    return FALSE;

  wish = dex_await_boxed (bw_business_get_mail_wish (ctl->business), error);
  if (wish == NULL || (change && !change_wish (ctl, wish, error)))
    return FALSE;
  if (ctl->json)
    return bw_ctl_print_request (ctl, "GET", path, NULL, error);

  print_wish (wish);

  return TRUE;
}

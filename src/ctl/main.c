/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <signal.h>

#include "bw-ctl-command.h"
#include "bw-ctl-complete.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-settings.h"
#include "bw-translations.h"

/* Answers of many rows are put together on the fiber's stack only in small parts. */
#define STACK_SIZE (512 * 1024)

typedef struct
{
  BwCtl ctl;
  const BwCommand *command;
  char **arguments;
  GMainLoop *loop;
  GError *error;
} Run;

static void
say_usage (void)
{
  g_print ("%s\n\n", _ ("Usage: batchworkctl [OPTION…] COMMAND [ARGUMENT…]"));
  bw_ctl_print_commands ();
  g_print ("\n%s\n", _ ("“batchworkctl COMMAND --help” tells a command’s options."));
}

static GOptionContext *
create_context (BwCtl *ctl, const BwCommand *command)
{
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &ctl->server,
      N_ ("The server’s address; else that of BATCHWORK_SERVER, or of the last “login”"),
      N_ ("URL") },
    { "business", 'b', 0, G_OPTION_ARG_STRING, &ctl->business_id,
      N_ ("The business; else that of BATCHWORK_BUSINESS, or of “use”"), N_ ("BUSINESS") },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &ctl->token_file,
      N_ ("Sign in with the token that FILE holds; else that of BATCHWORK_TOKEN, or of “login”"),
      N_ ("FILE") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &ctl->json, N_ ("Answer in JSON, for programs"), NULL },
    { NULL },
  };
  g_autofree char *usage = g_strdup_printf ("%s %s", command->name,
                                            command->arguments[0] != '\0' ? _ (command->arguments)
                                                                          : "");
  GOptionContext *context = g_option_context_new (usage);

  g_option_context_set_summary (context, _ (command->summary));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, GETTEXT_PACKAGE);
  if (command->filters)
    {
      GOptionGroup *group = g_option_group_new ("jobs", _ ("Which jobs:"),
                                                _ ("Show the options that choose jobs"), NULL, NULL);

      g_option_group_add_entries (group, bw_ctl_filter_options);
      g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
      g_option_context_add_group (context, group);
    }

  return context;
}

static void
take_default (char **place, const char *variable, char *kept)
{
  g_autofree char *last = kept;
  const char *value = g_getenv (variable);

  if (*place == NULL)
    *place = value != NULL && value[0] != '\0' ? g_strdup (value) : g_steal_pointer (&last);
}

static gboolean
parse (Run *run, int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = create_context (&run->ctl, run->command);
  int n;

  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  run->arguments = *argv + 2;
  n = *argc - 2;
  if (n < run->command->min || (run->command->max >= 0 && n > run->command->max))
    {
      g_set_error (error, BW_USAGE_ERROR, 0, _ ("Usage: batchworkctl %s %s"), run->command->name,
                   _ (run->command->arguments));
      return FALSE;
    }

  take_default (&run->ctl.server, "BATCHWORK_SERVER", bw_ctl_settings_get_server ());
  if (run->ctl.server != NULL)
    {
      run->ctl.user = bw_ctl_settings_get_user (run->ctl.server);
      take_default (&run->ctl.business_id, "BATCHWORK_BUSINESS",
                    bw_ctl_settings_get_business (run->ctl.server));
    }

  return TRUE;
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  BwCommandFlags flags = run->command->flags;

  if (((flags & BW_COMMAND_ALONE) != 0 || bw_ctl_connect (&run->ctl, &run->error))
      && ((flags & (BW_COMMAND_ALONE | BW_COMMAND_NO_BUSINESS)) != 0
          || bw_ctl_need_business (&run->ctl, &run->error)))
    run->command->run (&run->ctl, run->arguments, &run->error);
  g_main_loop_quit (run->loop);

  return dex_future_new_true ();
}

static BwExitStatus
run_command (Run *run)
{
  BwExitStatus status;

  run->loop = g_main_loop_new (NULL, FALSE);
  dex_future_disown (dex_scheduler_spawn (NULL, STACK_SIZE, run_fiber, run, NULL));
  g_main_loop_run (run->loop);
  g_main_loop_unref (run->loop);

  status = run->error != NULL ? bw_ctl_get_status (run->error) : run->ctl.status;
  if (run->error != NULL)
    g_printerr ("batchworkctl: %s\n", run->error->message);
  g_clear_error (&run->error);
  bw_ctl_clear (&run->ctl);

  return status;
}

static void
init (void)
{
  bw_translations_init ();
  dex_init ();
  /* "batchworkctl list | head" ends quietly. */
  signal (SIGPIPE, SIG_DFL);
}

/* Returns: whether the first word is not a command, and has been dealt with */
static gboolean
handle_general (int argc, char **argv)
{
  if (argc < 2 || g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")
      || g_str_equal (argv[1], "help"))
    say_usage ();
  else if (g_str_equal (argv[1], "--version"))
    g_print ("batchworkctl %s\n", PACKAGE_VERSION);
  else if (g_str_equal (argv[1], "--complete")) /* for shells: data/completions */
    bw_ctl_complete (argc - 2, argv + 2);
  else
    return FALSE;

  return TRUE;
}

int
main (int argc, char **argv)
{
  Run run = { 0 };
  g_autoptr (GError) error = NULL;

  init ();
  if (handle_general (argc, argv))
    return argc < 2 ? BW_EXIT_USAGE : BW_EXIT_OK;

  run.command = bw_ctl_find_command (argv[1]);
  if (run.command == NULL)
    {
      g_printerr (_ ("batchworkctl: There is no command “%s”. “batchworkctl --help” lists them.\n"),
                  argv[1]);
      return BW_EXIT_USAGE;
    }
  if (!parse (&run, &argc, &argv, &error))
    {
      g_printerr ("batchworkctl: %s\n", error->message);
      return BW_EXIT_USAGE;
    }

  return run_command (&run);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "bw-admin.h"
#include "bw-demo.h"
#include "bw-error.h"
#include "bw-log.h"
#include "bw-options.h"
#include "bw-server.h"
#include "bw-store-command.h"
#include "bw-store-lock.h"
#include "bw-upkeep.h"

#define DEFAULT_CONFIG SYSCONFDIR "/batchwork/batchworkd.conf"

/* What the command line says; it goes before the configuration file. */
typedef struct
{
  char *config;
  char *listen;
  char *store;
  char *certificate;
  char *key;
  char *log_level;
  gboolean behind_proxy;
  gboolean demo;
  gboolean version;
} CommandLine;

static void
command_line_clear (CommandLine *self)
{
  g_free (self->config);
  g_free (self->listen);
  g_free (self->store);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->log_level);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CommandLine, command_line_clear)

static gboolean
parse_command_line (CommandLine *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &self->config, "The configuration file; " DEFAULT_CONFIG " by default", "FILE" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &self->listen, "Where to listen", "ADDRESS:PORT" },
    { "store", 's', 0, G_OPTION_ARG_STRING, &self->store, "Where jobs are kept", "sqlite:PATH" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &self->certificate, "The TLS certificate, in PEM", "FILE" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self->key, "Its key, in PEM", "FILE" },
    { "behind-proxy", 0, 0, G_OPTION_ARG_NONE, &self->behind_proxy, "A proxy in front does TLS", NULL },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &self->demo, "Fill an empty store with the demo office", NULL },
    { "log-level", 0, 0, G_OPTION_ARG_STRING, &self->log_level, "error, warning, info or debug", "LEVEL" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version and end", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Keeps jobs, hands them to workers and shows them to people.");
  g_option_context_set_description (
    context, "Commands, which need the server to be stopped; each has its own --help:\n"
             "  batchworkd init           make a store, its first business and owner\n"
             "  batchworkd add-business   add a business\n"
             "  batchworkd add-user       add a user\n"
             "  batchworkd add-worker     add a worker and print its token\n"
             "  batchworkd set-password   give a user another password\n"
             "  batchworkd store          copy an office into another store, or compare two\n");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc <= 1)
    return TRUE;
  bw_set_error (error, BW_ERROR_INVALID, "There is no command “%s”. --help lists them.", (*argv)[1]);
  return FALSE;
}

static void
take (char **place, char **value)
{
  if (*value == NULL)
    return;
  g_free (*place);
  *place = g_steal_pointer (value);
}

static gboolean
make_options (CommandLine *line, BwOptions *options, GError **error)
{
  const char *config = line->config;

  if (config == NULL && !line->demo && g_file_test (DEFAULT_CONFIG, G_FILE_TEST_EXISTS))
    config = DEFAULT_CONFIG;
  if (config != NULL && !bw_options_load (options, config, error))
    return FALSE;
  take (&options->listen, &line->listen);
  take (&options->store, &line->store);
  take (&options->certificate, &line->certificate);
  take (&options->key, &line->key);
  take (&options->log_level, &line->log_level);
  options->behind_proxy = options->behind_proxy || line->behind_proxy;
  options->demo = line->demo;
  return bw_options_check (options, error) && bw_log_init (options->log_level, error);
}

/* "worker.token" beside the store. */
static char *
get_token_path (const char *uri)
{
  g_autofree char *folder
    = g_path_get_dirname (g_str_has_prefix (uri, "sqlite:") ? uri + strlen ("sqlite:") : ".");

  return g_build_filename (folder, "worker.token", NULL);
}

static BwStore *
open_store (const BwOptions *options, GError **error)
{
  g_autofree char *token_path = get_token_path (options->store);
  BwStore *store = bw_store_open (options->store, error);

  if (store != NULL && options->demo && !bw_demo_prepare (store, token_path, error))
    g_clear_pointer (&store, bw_store_close);
  return store;
}

static void
block_signals (sigset_t *signals)
{
  sigemptyset (signals);
  sigaddset (signals, SIGTERM);
  sigaddset (signals, SIGINT);
  pthread_sigmask (SIG_BLOCK, signals, NULL);
  signal (SIGPIPE, SIG_IGN);
  /* A file at its largest is answered as a full disk. */
  signal (SIGXFSZ, SIG_IGN);
}

/* A second signal while the server stops ends it at once. */
static void
await_signal (const sigset_t *signals)
{
  int number;

  while (sigwait (signals, &number) != 0)
    continue;
  g_message ("Stopping on signal %d; a second one stops at once", number);
  pthread_sigmask (SIG_UNBLOCK, signals, NULL);
}

static gboolean
serve (BwOptions *options, BwStore *store, const sigset_t *signals, GError **error)
{
  BwServer *server = bw_server_start (options, store, error);
  BwUpkeepThread *upkeep;
  g_autofree char *url = NULL;

  if (server == NULL)
    return FALSE;
  upkeep = bw_upkeep_start (store);
  url = bw_server_get_url (server);
  g_print ("Listening on %s\n", url);
  fflush (stdout);
  sd_notify (FALSE, "READY=1");
  await_signal (signals);
  sd_notify (FALSE, "STOPPING=1");
  bw_server_stop (server);
  return bw_upkeep_stop (upkeep, error);
}

static gboolean
run (CommandLine *line, GError **error)
{
  g_autoptr (BwOptions) options = bw_options_new ();
  BwStore *store;
  sigset_t signals;
  gboolean served;
  int lock;

  if (!make_options (line, options, error))
    return FALSE;
  block_signals (&signals);
  lock = bw_store_lock (options->store, error);
  if (lock == -1)
    return FALSE;
  store = open_store (options, error);
  served = store != NULL && serve (options, store, &signals, error);
  g_clear_pointer (&store, bw_store_close);
  if (lock >= 0)
    close (lock);
  return served;
}

int
main (int argc, char **argv)
{
  g_auto (CommandLine) line = { 0 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (sodium_init () < 0)
    g_error ("libsodium does not start");
  if (argc > 1 && argv[1][0] != '-')
    {
      int status;

      if (g_str_equal (argv[1], "store"))
        return bw_store_command_run (argc - 1, argv + 1);
      status = bw_admin_run (argv[1], argc - 1, argv + 1);
      if (status >= 0)
        return status;
    }
  if (!parse_command_line (&line, &argc, &argv, &error))
    {
      g_printerr ("batchworkd: %s\n", error->message);
      return 2;
    }
  if (line.version)
    {
      g_print ("batchworkd %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (run (&line, &error))
    return 0;
  g_printerr ("batchworkd: %s\n", error->message);
  return 1;
}

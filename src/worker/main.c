/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "bw-translations.h"
#include "bw-worker.h"

/* Of sysexits.h: what was given is wrong; the server refuses this worker. */
#define EXIT_CONFIGURATION 78
#define EXIT_REFUSED 77

typedef struct
{
  char *config;
  char *server;
  char *key_file;
  char *jobs;
  char *name;
  char *ca_file;
  gboolean once;
  gboolean version;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->config);
  g_free (self->server);
  g_free (self->key_file);
  g_free (self->jobs);
  g_free (self->name);
  g_free (self->ca_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
      N_ ("Read the configuration from FILE"), N_ ("FILE") },
    { "server", 's', 0, G_OPTION_ARG_STRING, &options->server, N_ ("Work for the server at URL"),
      N_ ("URL") },
    { "key-file", 'k', 0, G_OPTION_ARG_FILENAME, &options->key_file,
      N_ ("Sign in with the token that FILE holds"), N_ ("FILE") },
    { "jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options->jobs,
      N_ ("Do the job types of the key files (*.job) in DIRECTORY"), N_ ("DIRECTORY") },
    { "name", 'n', 0, G_OPTION_ARG_STRING, &options->name,
      N_ ("Be called NAME in the jobs’ history"), N_ ("NAME") },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file,
      N_ ("Trust the certificate authorities in FILE (PEM) only"), N_ ("FILE") },
    { "once", 0, 0, G_OPTION_ARG_NONE, &options->once, N_ ("End when there is no work left"),
      NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version and end"),
      NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
                                _ ("Claims jobs from a Batchwork server and runs their commands."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  return g_option_context_parse (context, argc, argv, error);
}

static void
override (char **place, const char *value)
{
  if (value != NULL)
    g_set_str (place, value);
}

static gboolean
make_config (BwWorkerConfig *config, const Options *options, GError **error)
{
  if (options->config != NULL && !bw_worker_config_load (config, options->config, error))
    return FALSE;
  override (&config->server, options->server);
  override (&config->key_file, options->key_file);
  override (&config->jobs, options->jobs);
  override (&config->name, options->name);
  override (&config->ca_file, options->ca_file);
  config->once = options->once;
  return bw_worker_config_check (config, error);
}

static gboolean
handle_signal (gpointer user_data)
{
  bw_worker_stop (BW_WORKER (user_data));
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  GMainLoop *loop;
  int status;
} Run;

static DexFuture *
finish_run (DexFuture *future, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    {
      g_printerr ("batchwork-worker: %s\n", error->message);
      run->status = EXIT_REFUSED;
    }
  g_main_loop_quit (run->loop);
  return NULL;
}

static int
run_worker (BwWorker *worker)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { loop, EXIT_SUCCESS };

  g_unix_signal_add (SIGTERM, handle_signal, worker);
  g_unix_signal_add (SIGINT, handle_signal, worker);
  dex_future_disown (dex_future_finally (bw_worker_run (worker), finish_run, &run, NULL));
  g_main_loop_run (loop);
  return run.status;
}

int
main (int argc, char **argv)
{
  g_autoptr (BwWorkerConfig) config = NULL;
  g_autoptr (BwWorker) worker = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };

  bw_translations_init ();
  dex_init ();
  /* A command that does not read its input must not end the worker. */
  signal (SIGPIPE, SIG_IGN);

  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("batchwork-worker: %s\n", error->message);
      return EXIT_CONFIGURATION;
    }
  if (options.version)
    {
      g_print ("batchwork-worker %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }
  config = bw_worker_config_new ();
  if (make_config (config, &options, &error))
    worker = bw_worker_new (config, &error);
  if (worker == NULL)
    {
      g_printerr ("batchwork-worker: %s\n", error->message);
      return EXIT_CONFIGURATION;
    }
  return run_worker (worker);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include <glib/gstdio.h>

/**
 * bw_test_daemon_is_there:
 *
 * Returns: %TRUE if the environment names a batchworkd
 */
gboolean
bw_test_daemon_is_there (void)
{
  return g_getenv ("BATCHWORKD") != NULL;
}

static void
await_ready (BwTestDaemon *self)
{
  g_autoptr (GDataInputStream) output
    = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_autoptr (GError) error = NULL;

  /* The pipe stays open: the daemon may have more to say. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);
      const char *address;

      g_assert_no_error (error);
      if (line == NULL)
        g_error ("batchworkd ended before it was ready");
      address = strstr (line, "Listening on ");
      if (address == NULL)
        continue;
      g_free (self->url);
      self->url = g_strdup (address + strlen ("Listening on "));
      g_free (self->port);
      self->port = g_strdup (strrchr (self->url, ':') + 1);
      return;
    }
}

/* Between fork and exec: a test that aborts leaves no daemon behind. */
static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/**
 * bw_test_daemon_start:
 * @self: a daemon that does not run
 *
 * Starts it, at the same address as before, and waits until it answers.
 */
void
bw_test_daemon_start (BwTestDaemon *self)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%s", self->port);
  g_autofree char *store = g_strdup_printf ("sqlite:%s/office.db", self->directory);
  GSubprocessFlags flags = g_test_verbose () ? G_SUBPROCESS_FLAGS_NONE
                                             : G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (flags | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("BATCHWORKD"), "--demo",
                                               "--listen", listen, "--store", store, NULL);
  g_assert_no_error (error);
  await_ready (self);
}

/**
 * bw_test_daemon_new:
 *
 * Makes a store in a directory of its own and starts a server on it.
 *
 * Returns: (transfer full): the running daemon
 */
BwTestDaemon *
bw_test_daemon_new (void)
{
  BwTestDaemon *self = g_new0 (BwTestDaemon, 1);
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("batchwork-client-XXXXXX", &error);
  g_assert_no_error (error);
  self->port = g_strdup ("0");
  bw_test_daemon_start (self);
  return self;
}

/**
 * bw_test_daemon_kill:
 * @self: a daemon
 *
 * Ends it without giving it time for anything.
 */
void
bw_test_daemon_kill (BwTestDaemon *self)
{
  if (self->process == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

/**
 * bw_test_daemon_free:
 * @self: (transfer full): a daemon
 *
 * Ends it and removes its store.
 */
void
bw_test_daemon_free (BwTestDaemon *self)
{
  g_autoptr (GDir) directory = NULL;
  const char *name;

  bw_test_daemon_kill (self);
  directory = g_dir_open (self->directory, 0, NULL);
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->directory);
  g_free (self->directory);
  g_free (self->url);
  g_free (self->port);
  g_free (self);
}

/**
 * bw_test_daemon_get_worker_token:
 * @self: a daemon
 *
 * Returns: (transfer full): the token of the demo's workers
 */
char *
bw_test_daemon_get_worker_token (BwTestDaemon *self)
{
  g_autofree char *path = g_build_filename (self->directory, "worker.token", NULL);
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  g_file_get_contents (path, &token, NULL, &error);
  g_assert_no_error (error);
  return g_strstrip (token);
}

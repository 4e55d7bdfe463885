/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-worker-config.h"

#include <string.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-key-file.h"
#include "bw-time.h"

#define MAX_RUNNING 1000
#define MAX_TOKEN 200

static const char *const known_keys[] = {
  "server", "key-file",     "jobs",       "name",        "ca-file", "lease",
  "poll",   "stop-timeout", "kill-after", "max-running", NULL,
};

/**
 * bw_worker_config_new:
 *
 * Returns: (transfer full): the defaults, which data/batchwork-worker.conf explains
 */
BwWorkerConfig *
bw_worker_config_new (void)
{
  BwWorkerConfig *self = g_new0 (BwWorkerConfig, 1);

  self->name = g_strdup_printf ("%s-%d", g_get_host_name (), (int) getpid ());
  self->lease = 30 * BW_TIME_SECOND;
  self->poll = 20 * BW_TIME_SECOND;
  self->stop_timeout = 30 * BW_TIME_SECOND;
  self->kill_after = 10 * BW_TIME_SECOND;
  self->max_running = g_get_num_processors () * 4;
  return self;
}

/** bw_worker_config_free: @self: (transfer full) (nullable): a configuration */
void
bw_worker_config_free (BwWorkerConfig *self)
{
  if (self == NULL)
    return;
  g_free (self->server);
  g_free (self->key_file);
  g_free (self->jobs);
  g_free (self->name);
  g_free (self->ca_file);
  g_free (self);
}

static void
take (char **place, char *value)
{
  if (value == NULL)
    return;
  g_free (*place);
  *place = value;
}

/**
 * bw_worker_config_load:
 * @self: a configuration
 * @path: a configuration file
 * @error: (out) (optional): what is wrong with it, with file and line
 *
 * Takes over what the file says. Relative paths begin at its directory.
 *
 * Returns: whether the whole file was understood
 */
gboolean
bw_worker_config_load (BwWorkerConfig *self, const char *path, GError **error)
{
  g_autoptr (BwKeyFile) file = bw_key_file_load (path, "worker", known_keys, error);

  if (file == NULL)
    return FALSE;
  take (&self->server, bw_key_file_string (file, "server", NULL));
  take (&self->key_file, bw_key_file_path (file, "key-file"));
  take (&self->jobs, bw_key_file_path (file, "jobs"));
  take (&self->name, bw_key_file_string (file, "name", NULL));
  take (&self->ca_file, bw_key_file_path (file, "ca-file"));
  self->lease = bw_key_file_duration (file, "lease", BW_TIME_SECOND, BW_TIME_HOUR, self->lease);
  self->poll = bw_key_file_duration (file, "poll", 100, BW_TIME_MINUTE, self->poll);
  self->stop_timeout =
      bw_key_file_duration (file, "stop-timeout", 0, BW_TIME_DAY, self->stop_timeout);
  self->kill_after = bw_key_file_duration (file, "kill-after", 0, BW_TIME_HOUR, self->kill_after);
  self->max_running =
      (guint) bw_key_file_int (file, "max-running", 1, MAX_RUNNING, self->max_running);
  return bw_key_file_finish (file, error);
}

/**
 * bw_worker_config_check:
 * @self: a configuration
 * @error: (out) (optional): what is missing
 *
 * Returns: whether a worker can be started with it
 */
gboolean
bw_worker_config_check (const BwWorkerConfig *self, GError **error)
{
  if (self->server == NULL)
    bw_set_error (error, BW_ERROR_INVALID,
                  "No server is named. Give --server URL, or “server” in the configuration.");
  else if (self->key_file == NULL)
    bw_set_error (error, BW_ERROR_INVALID,
                  "There is no token. Give --key-file FILE, or “key-file” in the configuration.");
  else if (self->jobs == NULL)
    bw_set_error (error, BW_ERROR_INVALID,
                  "There are no job types. Give --jobs DIRECTORY, or “jobs” in the configuration.");
  else
    return TRUE;
  return FALSE;
}

/**
 * bw_worker_config_read_token:
 * @self: a configuration
 * @error: (out) (optional): why there is none
 *
 * Returns: (transfer full) (nullable): the worker's token, from its file
 */
char *
bw_worker_config_read_token (const BwWorkerConfig *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!g_file_get_contents (self->key_file, &text, NULL, &local_error))
    {
      bw_set_error (error, BW_ERROR_INVALID, "The worker's token can't be read: %s",
                    local_error->message);
      return NULL;
    }
  g_strstrip (text);
  if (text[0] != '\0' && strlen (text) <= MAX_TOKEN && strpbrk (text, " \t\r\n") == NULL
      && g_str_is_ascii (text))
    return g_steal_pointer (&text);
  bw_set_error (error, BW_ERROR_INVALID, "%s: It does not hold a token and nothing else.",
                self->key_file);
  return NULL;
}

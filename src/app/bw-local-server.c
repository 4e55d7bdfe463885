/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-local-server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-fiber.h"

#define READY "Listening on "

/* For how long a server of before may take to let go of the store, and how often to look: a lock on
 * a file tells nobody that it is free. In milliseconds. */
#define LOCK_PATIENCE 15000
#define LOCK_INTERVAL 50

/* How long to wait before a server that ended by itself is started again; doubled each time in a
 * row. In milliseconds. */
#define FIRST_RESTART 500
#define MAX_RESTART 60000

struct _BwLocalServer
{
  GObject parent_instance;

  char *folder;
  char *password;
  GSubprocess *process;
  guint port;               /* 0 until it has started */
};

G_DEFINE_FINAL_TYPE (BwLocalServer, bw_local_server, G_TYPE_OBJECT)

static char *
get_path (BwLocalServer *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

/* So that a crash of the application leaves no server behind. Runs between fork and exec. */
static void
child_setup_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocess *
spawn (BwLocalServer *self, const char *const *arguments, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *log = get_path (self, "server.log");

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);

  return g_subprocess_launcher_spawnv (launcher, arguments, error);
}

/* What a program that failed said last. */
static char *
read_last_words (BwLocalServer *self)
{
  g_autofree char *path = get_path (self, "server.log");
  g_autofree char *text = NULL;
  char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("?");

  g_strchomp (text);
  line = strrchr (text, '\n');

  return g_utf8_make_valid (line != NULL ? line + 1 : text, -1);
}

static void
set_start_error (BwLocalServer *self, GError **error)
{
  g_autofree char *words = read_last_words (self);

  bw_set_error (error, BW_ERROR_UNAVAILABLE, _("The server on this computer did not start. It said: %s"), words);
}

/* Whoever can read the store needs no password, so the password is kept beside it, as safe as it. */
static gboolean
load_password (BwLocalServer *self, GError **error)
{
  g_autofree char *path = get_path (self, "owner.password");
  g_autofree char *password = NULL;

  if (g_file_get_contents (path, &password, NULL, NULL))
    {
      g_set_str (&self->password, g_strchomp (password));
      return TRUE;
    }

  password = g_uuid_string_random ();
  if (!g_file_set_contents_full (path, password, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;

  g_set_str (&self->password, password);
  return TRUE;
}

/* In a file of another name first, so that a store that is there is whole. */
static gboolean
make_store (BwLocalServer *self, const char *path, GError **error)
{
  const char *real_name = g_get_real_name ();
  g_autofree char *draft = get_path (self, "jobs.db.new");
  g_autofree char *store = g_strconcat ("sqlite:", draft, NULL);
  g_autofree char *password_file = get_path (self, "owner.password");
  const char *arguments[] = {
    "batchworkd", "init", "--store", store, "--business", "office", "--business-name", _("This Computer"),
    "--owner", g_get_user_name (), "--owner-name",
    g_str_equal (real_name, "Unknown") ? g_get_user_name () : real_name, "--password-file", password_file, NULL,
  };
  g_autoptr (GSubprocess) process = NULL;

  g_unlink (draft);
  process = spawn (self, arguments, error);
  if (process == NULL)
    return FALSE;
  if (!dex_await (dex_subprocess_wait_check (process), NULL))
    {
      set_start_error (self, error);
      return FALSE;
    }
  if (g_rename (draft, path) != 0)
    {
      bw_set_error (error, BW_ERROR_INTERNAL, _("%s could not be renamed: %s."), draft, g_strerror (errno));
      return FALSE;
    }

  return TRUE;
}

/* A server of before may still be stopping. */
static gboolean
await_lock (BwLocalServer *self, const char *store_path, GError **error)
{
  g_autofree char *path = g_strconcat (store_path, ".lock", NULL);
  gint64 until = g_get_monotonic_time () + LOCK_PATIENCE * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      g_autofd int fd = open (path, O_RDWR | O_CLOEXEC);

      if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      if (g_get_monotonic_time () > until)
        break;
      dex_await (dex_timeout_new_msec (LOCK_INTERVAL), NULL);
    }

  bw_set_error (error, BW_ERROR_CONFLICT, _("Another program works with the jobs of this computer, in %s. End it first."),
                self->folder);
  return FALSE;
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  if (error != NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_string (promise, line != NULL ? line : g_strdup (""));
}

/* The line in which a server that is ready says where it listens; a server that fails says nothing. */
static char *
await_address (BwLocalServer *self, GSubprocess *process, GError **error)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  DexPromise *promise = dex_promise_new ();
  g_autofree char *line = NULL;

  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_cb, dex_ref (promise));
  line = dex_await_string (DEX_FUTURE (promise), error);
  if (line == NULL)
    return NULL;
  if (!g_str_has_prefix (line, READY))
    {
      dex_await (dex_subprocess_wait_check (process), NULL);
      set_start_error (self, error);
      return NULL;
    }

  return g_strdup (line + strlen (READY));
}

static char *
await_process (BwLocalServer *self, guint port, GError **error)
{
  g_autofree char *path = get_path (self, "jobs.db");
  g_autofree char *store = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", port);
  const char *arguments[] = { "batchworkd", "--listen", listen, "--store", store, NULL };
  g_autoptr (GSubprocess) process = spawn (self, arguments, error);
  char *address;

  if (process == NULL)
    return NULL;

  address = await_address (self, process, error);
  if (address != NULL)
    g_set_object (&self->process, process);

  return address;
}

static void watch (BwLocalServer *self);

/* The port of before is a convenience: the address stays the same. Somebody else may have it. */
static char *
await_server (BwLocalServer *self, guint port, GError **error)
{
  g_autofree char *path = get_path (self, "jobs.db");
  char *address = NULL;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      bw_set_error (error, BW_ERROR_INTERNAL, _("The folder %s could not be made: %s."), self->folder,
                    g_strerror (errno));
      return NULL;
    }
  if (!load_password (self, error) || (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_store (self, path, error))
      || !await_lock (self, path, error))
    return NULL;

  if (port != 0)
    address = await_process (self, port, NULL);
  if (address == NULL)
    address = await_process (self, 0, error);
  if (address != NULL)
    {
      g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);

      self->port = uri != NULL ? (guint) g_uri_get_port (uri) : 0;
      watch (self);
    }

  return address;
}

/* A start, with the port of before */
typedef struct
{
  BwLocalServer *server;
  guint port;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_object_unref (start->server);
  g_free (start);
}

static DexFuture *
start_fiber (gpointer data)
{
  Start *start = data;
  GError *error = NULL;
  char *address = await_server (start->server, start->port, &error);

  return address != NULL ? dex_future_new_take_string (address) : dex_future_new_for_error (error);
}

/* Watching does not keep a server that nobody needs. */
typedef struct
{
  GWeakRef server;
  GSubprocess *process;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watching = data;

  g_weak_ref_clear (&watching->server);
  g_object_unref (watching->process);
  g_free (watching);
}

static DexFuture *
watch_fiber (gpointer data)
{
  Watch *watching = data;
  guint wait = FIRST_RESTART;

  dex_await (dex_subprocess_wait_check (watching->process), NULL);
  for (;; wait = MIN (2 * wait, MAX_RESTART))
    {
      g_autoptr (BwLocalServer) self = NULL;
      g_autofree char *address = NULL;
      g_autoptr (GError) error = NULL;

      dex_await (dex_timeout_new_msec ((int) wait), NULL);
      self = g_weak_ref_get (&watching->server);
      if (self == NULL || self->process != watching->process)
        return dex_future_new_true ();

      /* On the same port only: the connection knows no other. */
      address = await_process (self, self->port, &error);
      if (address == NULL)
        {
          g_message ("%s", error->message);
          continue;
        }
      watch (self);
      return dex_future_new_true ();
    }
}

static void
watch (BwLocalServer *self)
{
  Watch *watching = g_new0 (Watch, 1);

  g_weak_ref_init (&watching->server, self);
  watching->process = g_object_ref (self->process);
  dex_future_disown (bw_fiber_spawn (watch_fiber, watching, watch_free));
}

static void
bw_local_server_finalize (GObject *object)
{
  BwLocalServer *self = BW_LOCAL_SERVER (object);

  if (self->process != NULL)
    g_subprocess_send_signal (self->process, SIGTERM);
  g_clear_object (&self->process);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->password, g_free);

  G_OBJECT_CLASS (bw_local_server_parent_class)->finalize (object);
}

static void
bw_local_server_class_init (BwLocalServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_local_server_finalize;
}

static void
bw_local_server_init (BwLocalServer *self)
{
  self->folder = g_build_filename (g_get_user_data_dir (), "batchwork", NULL);
}

/**
 * bw_local_server_new:
 *
 * Returns: (transfer full): a server that does not run yet
 */
BwLocalServer *
bw_local_server_new (void)
{
  return g_object_new (BW_TYPE_LOCAL_SERVER, NULL);
}

/**
 * bw_local_server_start:
 * @self: a server
 * @port: the port to listen on if it is free; 0 for any
 *
 * Makes the store, if there is none yet, and starts the server. Once for each object.
 *
 * Returns: (transfer full): a future of its address, or rejected with a sentence that says why it
 *   did not start
 */
DexFuture *
bw_local_server_start (BwLocalServer *self, guint port)
{
  Start *start;

  dex_return_error_if_fail (BW_IS_LOCAL_SERVER (self));
  dex_return_error_if_fail (self->process == NULL);

  start = g_new0 (Start, 1);
  start->server = g_object_ref (self);
  start->port = port;

  return bw_fiber_spawn (start_fiber, start, start_free);
}

/**
 * bw_local_server_get_port:
 * @self: a server
 *
 * Returns: the port that it listens on; 0 until it has started
 */
guint
bw_local_server_get_port (BwLocalServer *self)
{
  g_return_val_if_fail (BW_IS_LOCAL_SERVER (self), 0);

  return self->port;
}

/**
 * bw_local_server_get_user:
 * @self: a server
 *
 * Returns: (transfer none): the name of the user who owns it
 */
const char *
bw_local_server_get_user (BwLocalServer *self)
{
  g_return_val_if_fail (BW_IS_LOCAL_SERVER (self), NULL);

  return g_get_user_name ();
}

/**
 * bw_local_server_get_password:
 * @self: a server that has started
 *
 * Returns: (transfer none): the owner's password
 */
const char *
bw_local_server_get_password (BwLocalServer *self)
{
  g_return_val_if_fail (BW_IS_LOCAL_SERVER (self), NULL);

  return self->password;
}

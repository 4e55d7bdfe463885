/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-runner.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bw-duration.h"
#include "bw-error.h"
#include "bw-guard-protocol.h"
#include "bw-line-reader.h"
#include "bw-programs.h"

#define CHUNK (64 * 1024)

/* How much of the log's last line goes into an error: bytes. */
#define MAX_LAST_LINE 1000

struct _BwRunner
{
  GObject parent_instance;

  BwHold *hold;
  BwCommandOutput *output;
  GStrv command;
  GStrv environment;
  GBytes *input;
  gint64 time_limit; /* milliseconds */
  gint64 kill_after; /* milliseconds */

  GSubprocess *guard;
  int control; /* a socket to the guard, or -1 */
  guint control_source;
  DexPromise *ended;
  gboolean started;
  int start_errno;
  gboolean has_status;
  int status; /* as from waitpid() */

  gboolean over;
  BwHalt halts;
  BwStop stop;
  gint64 time_left;  /* milliseconds that it may still run */
  gint64 runs_since; /* monotonic, microseconds; 0 while halted */
  guint time_limit_source;
  guint kill_source;
};

G_DEFINE_FINAL_TYPE (BwRunner, bw_runner, G_TYPE_OBJECT)

static void
send_signal (BwRunner *self, int signal_number)
{
  const BwGuardMessage message = { BW_GUARD_SIGNAL, signal_number };

  /* When it fails the guard is gone, and everything with it. */
  if (self->control >= 0
      && send (self->control, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    g_debug ("No guard to send signal %d to: %s", signal_number, g_strerror (errno));
}

static void
exceed_time_limit (gpointer user_data)
{
  BwRunner *self = user_data;

  self->time_limit_source = 0;
  bw_runner_stop (self, BW_STOP_TIME_LIMIT);
}

static void
run_clock (BwRunner *self)
{
  if (self->runs_since != 0)
    return;
  self->runs_since = g_get_monotonic_time ();
  self->time_limit_source =
      g_timeout_add_once ((guint) CLAMP (self->time_left, 1, G_MAXINT), exceed_time_limit, self);
}

static void
halt_clock (BwRunner *self)
{
  if (self->runs_since != 0)
    self->time_left -= (g_get_monotonic_time () - self->runs_since) / 1000;
  self->runs_since = 0;
  g_clear_handle_id (&self->time_limit_source, g_source_remove);
}

static void
kill_command (gpointer user_data)
{
  BwRunner *self = user_data;
  g_autofree char *grace = bw_duration_to_string (self->kill_after);
  g_autofree char *line = g_strdup_printf (
      "The command had not ended %s after it was asked to, and was killed.", grace);

  self->kill_source = 0;
  bw_hold_add_log (self->hold, line);
  send_signal (self, SIGKILL);
}

static void
end_command (BwRunner *self)
{
  self->over = TRUE;
  halt_clock (self);
  g_clear_handle_id (&self->kill_source, g_source_remove);
  g_clear_handle_id (&self->control_source, g_source_remove);
  g_clear_fd (&self->control, NULL);
  if (dex_future_is_pending (DEX_FUTURE (self->ended)))
    dex_promise_resolve_boolean (self->ended, TRUE);
}

static gboolean
hear_guard (int fd, GIOCondition condition, gpointer user_data)
{
  BwRunner *self = user_data;
  BwGuardMessage message;
  ssize_t length = recv (fd, &message, sizeof message, MSG_DONTWAIT);

  /* A reset only says that the guard ended before it took our last signal; what it said comes next. */
  if (length < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
    return G_SOURCE_CONTINUE;
  if (length == sizeof message)
    {
      self->started |= message.kind == BW_GUARD_STARTED;
      if (message.kind == BW_GUARD_NOT_STARTED)
        self->start_errno = message.value;
      if (message.kind == BW_GUARD_ENDED)
        {
          self->has_status = TRUE;
          self->status = message.value;
        }
      if (message.kind == BW_GUARD_STARTED)
        return G_SOURCE_CONTINUE;
    }
  self->control_source = 0;
  end_command (self);
  return G_SOURCE_REMOVE;
}

static void
bw_runner_dispose (GObject *object)
{
  BwRunner *self = BW_RUNNER (object);

  /* Closing the socket makes the guard kill whatever is left. */
  g_clear_handle_id (&self->time_limit_source, g_source_remove);
  g_clear_handle_id (&self->kill_source, g_source_remove);
  g_clear_handle_id (&self->control_source, g_source_remove);
  g_clear_fd (&self->control, NULL);
  g_clear_object (&self->guard);
  dex_clear (&self->ended);
  G_OBJECT_CLASS (bw_runner_parent_class)->dispose (object);
}

static void
bw_runner_finalize (GObject *object)
{
  BwRunner *self = BW_RUNNER (object);

  g_object_unref (self->hold);
  g_strfreev (self->command);
  g_strfreev (self->environment);
  g_bytes_unref (self->input);
  G_OBJECT_CLASS (bw_runner_parent_class)->finalize (object);
}

static void
bw_runner_class_init (BwRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_runner_dispose;
  object_class->finalize = bw_runner_finalize;
}

static void
bw_runner_init (BwRunner *self)
{
  self->control = -1;
  self->ended = dex_promise_new ();
}

static GStrv
make_environment (const BwJobKind *kind, const BwClaim *claim)
{
  g_autofree char *job = g_strdup_printf ("%" G_GINT64_FORMAT, claim->job);
  g_autofree char *attempt = g_strdup_printf ("%d", claim->attempt);
  g_autofree char *directory = g_path_get_dirname (kind->path);
  GStrv environment = g_get_environ ();

  /* Under systemd, where the worker's token is. */
  environment = g_environ_unsetenv (environment, "CREDENTIALS_DIRECTORY");
  environment = g_environ_setenv (environment, "BATCHWORK_BUSINESS", claim->business, TRUE);
  environment = g_environ_setenv (environment, "BATCHWORK_JOB", job, TRUE);
  environment = g_environ_setenv (environment, "BATCHWORK_ATTEMPT", attempt, TRUE);
  environment = g_environ_setenv (environment, "BATCHWORK_JOB_TYPES", directory, TRUE);
  for (guint i = 0; kind->environment != NULL && kind->environment[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (kind->environment[i], "=", 2);

      environment = g_environ_setenv (environment, parts[0], parts[1], TRUE);
    }
  return environment;
}

static GBytes *
make_input (const BwClaim *claim)
{
  BwJsonWriter *writer = bw_json_writer_new ();
  g_autofree char *text = NULL;
  char *line;

  bw_claim_write (claim, writer, NULL);
  text = bw_json_writer_free_to_string (writer);
  line = g_strconcat (text, "\n", NULL);
  return g_bytes_new_take (line, strlen (line));
}

/**
 * bw_runner_new:
 * @kind: which command, and how
 * @claim: what it is given on its standard input
 * @output: takes what it says; must stay until it has ended
 * @hold: is told what the command itself can't tell
 * @kill_after: how long it may go on when it was asked to end, in milliseconds
 *
 * Returns: (transfer full): a runner for one command
 */
BwRunner *
bw_runner_new (const BwJobKind *kind,
               const BwClaim *claim,
               BwCommandOutput *output,
               BwHold *hold,
               gint64 kill_after)
{
  BwRunner *self = g_object_new (BW_TYPE_RUNNER, NULL);

  self->hold = g_object_ref (hold);
  self->output = output;
  self->command = g_strdupv (kind->command);
  self->environment = make_environment (kind, claim);
  self->input = make_input (claim);
  self->time_limit = kind->time_limit;
  self->time_left = kind->time_limit;
  self->kill_after = kill_after;
  return self;
}

static GStrv
make_guarded_command (BwRunner *self, int control)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *guard = bw_programs_find ("batchwork-guard");
  g_autofree char *number = g_strdup_printf ("%d", control);

  g_strv_builder_add_many (builder, guard, number, NULL);
  g_strv_builder_addv (builder, (const char **) self->command);
  return g_strv_builder_end (builder);
}

/* The fixed number that the guard's end of the socket has in the guard. */
#define GUARD_FD 3

static gboolean
start_guard (BwRunner *self, const char *directory, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_auto (GStrv) command = make_guarded_command (self, GUARD_FD);
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    {
      bw_set_error (error, BW_ERROR_INTERNAL, "No socket for the command's guard: %s",
                    g_strerror (errno));
      return FALSE;
    }
  launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                 | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_fd (launcher, pair[1], GUARD_FD);
  g_subprocess_launcher_set_environ (launcher, self->environment);
  g_subprocess_launcher_set_cwd (launcher, directory);
  self->guard = g_subprocess_launcher_spawnv (launcher, (const char *const *) command, error);
  if (self->guard == NULL)
    {
      g_clear_fd (&pair[0], NULL);
      return FALSE;
    }
  self->control = pair[0];
  self->control_source =
      g_unix_fd_add (self->control, G_IO_IN | G_IO_HUP | G_IO_ERR, hear_guard, self);
  return TRUE;
}

/* A pipe of the command and what takes its bytes. */
typedef struct
{
  BwRunner *runner;
  GInputStream *stream;
  void (*feed) (BwCommandOutput *output, const char *data, gsize length);
} Pipe;

static void
pipe_free (gpointer data)
{
  Pipe *self = data;

  g_object_unref (self->runner);
  g_object_unref (self->stream);
  g_free (self);
}

static DexFuture *
read_pipe (gpointer data)
{
  Pipe *self = data;

  for (;;)
    {
      g_autoptr (GBytes) bytes = NULL;
      gconstpointer start;
      gsize length;

      dex_await (bw_hold_wait_for_room (self->runner->hold), NULL);
      bytes = dex_await_boxed (
          dex_input_stream_read_bytes (self->stream, CHUNK, G_PRIORITY_DEFAULT), NULL);
      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        return dex_future_new_true ();
      start = g_bytes_get_data (bytes, &length);
      self->feed (self->runner->output, start, length);
    }
}

static DexFuture *
spawn_reader (BwRunner *self,
              GInputStream *stream,
              void (*feed) (BwCommandOutput *output, const char *data, gsize length))
{
  Pipe *pipe = g_new0 (Pipe, 1);

  pipe->runner = g_object_ref (self);
  pipe->stream = g_object_ref (stream);
  pipe->feed = feed;
  return dex_scheduler_spawn (NULL, 0, read_pipe, pipe, pipe_free);
}

/* A command that does not read its input, or not all of it, breaks the pipe: that is its right. */
static void
write_input (BwRunner *self)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_bytes (self->input);

  dex_future_disown (dex_output_stream_splice (g_subprocess_get_stdin_pipe (self->guard), input,
                                               G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE
                                                   | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                               G_PRIORITY_DEFAULT));
}

typedef struct
{
  BwRunner *runner;
  char *directory;
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_object_unref (self->runner);
  g_free (self->directory);
  g_free (self);
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  BwRunner *self = run->runner;
  g_autoptr (GError) error = NULL;

  if (self->stop != BW_STOP_NONE)
    return dex_future_new_true ();
  if (!start_guard (self, run->directory, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (self->halts == 0)
    run_clock (self);
  else
    send_signal (self, SIGSTOP);
  write_input (self);
  dex_await (dex_future_all (dex_ref (DEX_FUTURE (self->ended)),
                             spawn_reader (self, g_subprocess_get_stdout_pipe (self->guard),
                                           bw_command_output_feed),
                             spawn_reader (self, g_subprocess_get_stderr_pipe (self->guard),
                                           bw_command_output_feed_log),
                             NULL),
             NULL);
  bw_command_output_end (self->output);
  return dex_future_new_true ();
}

/**
 * bw_runner_run:
 * @self: a runner that was not run before
 * @directory: the working directory
 *
 * Runs the command.
 *
 * Returns: (transfer full): a future that resolves when the command and everything that it started
 *   have ended and all output was taken, and rejects when there is no guard to run it
 */
DexFuture *
bw_runner_run (BwRunner *self, const char *directory)
{
  Run *run = g_new0 (Run, 1);

  run->runner = g_object_ref (self);
  run->directory = g_strdup (directory);
  return dex_scheduler_spawn (NULL, 0, run_fiber, run, run_free);
}

/**
 * bw_runner_set_halt:
 * @self: a runner
 * @reason: why it is not to run
 * @halt: whether the reason holds
 *
 * Stops the command's processes, or lets them go on. Halted time does not count for the time limit.
 */
void
bw_runner_set_halt (BwRunner *self, BwHalt reason, gboolean halt)
{
  BwHalt before = self->halts;

  self->halts = halt ? before | reason : before & ~reason;
  if ((before != 0) == (self->halts != 0) || self->stop != BW_STOP_NONE || self->control < 0)
    return;
  if (self->halts != 0)
    {
      send_signal (self, SIGSTOP);
      halt_clock (self);
    }
  else
    {
      send_signal (self, SIGCONT);
      run_clock (self);
    }
}

/**
 * bw_runner_stop:
 * @self: a runner
 * @reason: why
 *
 * Asks the command to end (SIGTERM), and kills it when it has not after its grace. The first reason
 * stays; only a lost claim comes before every other. A command that has not begun does not begin;
 * one that has ended is left at that.
 */
void
bw_runner_stop (BwRunner *self, BwStop reason)
{
  if (self->over)
    return;
  if (reason == BW_STOP_LOST && self->stop != BW_STOP_LOST)
    {
      self->stop = reason;
      g_clear_handle_id (&self->kill_source, g_source_remove);
      send_signal (self, SIGKILL);
      return;
    }
  if (self->stop != BW_STOP_NONE)
    return;
  self->stop = reason;
  if (self->control < 0)
    return;
  halt_clock (self);
  send_signal (self, SIGTERM);
  send_signal (self, SIGCONT);
  self->kill_source =
      g_timeout_add_once ((guint) CLAMP (self->kill_after, 1, G_MAXINT), kill_command, self);
}

/** bw_runner_get_stop: @self: a runner. Returns: why it was made to end, if it was */
BwStop
bw_runner_get_stop (BwRunner *self)
{
  return self->stop;
}

static char *
describe_end (BwRunner *self)
{
  g_autofree char *limit = bw_duration_to_string (self->time_limit);

  if (self->start_errno != 0)
    return g_strdup_printf ("The command “%s” could not be started: %s", self->command[0],
                            g_strerror (self->start_errno));
  if (self->stop == BW_STOP_TIME_LIMIT)
    return g_strdup_printf ("The command took longer than its time limit of %s", limit);
  if (!self->has_status)
    return g_strdup ("The command was killed together with its guard");
  if (WIFSIGNALED (self->status))
    return g_strdup_printf ("The command was killed by signal %d (%s)", WTERMSIG (self->status),
                            g_strsignal (WTERMSIG (self->status)));
  if (WEXITSTATUS (self->status) != 0)
    return g_strdup_printf ("The command ended with exit status %d", WEXITSTATUS (self->status));
  return NULL;
}

/**
 * bw_runner_describe_failure:
 * @self: a runner whose command has ended
 *
 * Returns: (transfer full) (nullable): a sentence that says how the command failed, with the last
 *   line of its log; %NULL if it did not fail
 */
char *
bw_runner_describe_failure (BwRunner *self)
{
  g_autofree char *end = describe_end (self);
  const char *last_line = bw_command_output_get_last_line (self->output);
  g_autofree char *shown = NULL;

  if (end == NULL)
    return NULL;
  if (last_line == NULL || self->start_errno != 0)
    return g_strconcat (end, ".", NULL);
  shown = bw_line_to_text (last_line, strlen (last_line), 0, MAX_LAST_LINE);
  return g_strdup_printf ("%s. The last line of its log: %s", end, shown);
}

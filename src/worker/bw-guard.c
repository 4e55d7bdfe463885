/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * batchwork-guard CONTROL-FD PROGRAM ARGUMENT…
 *
 * Runs one command for a worker and answers for it: what the command starts ends with it, and all
 * of it ends with the worker, even one that was killed with SIGKILL.
 *
 *   batchwork-worker ──(socket)── batchwork-guard ── command ── whatever it starts
 *
 * The command leads a process group of its own, which a pause stops and a cancel ends. The guard is
 * the "child subreaper": processes that leave the group or lose their parent stay below it and are
 * found there. Should the guard itself be killed, the kernel kills the command (PR_SET_PDEATHSIG).
 *
 * It is a program of its own, without libraries, so that a command costs one small process more and
 * nothing has to be done between fork() and exec() in a worker that has threads.
 */

#include "bw-guard-protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_USAGE 64 /* EX_USAGE of sysexits.h */
#define STOP_PASSES 8

typedef struct
{
  pid_t pid;
  pid_t parent;
} Process;

typedef struct
{
  Process *processes;
  size_t length;
  size_t capacity;
} ProcessTable;

static pid_t
read_parent (const char *pid)
{
  char path[64];
  char stat[512];
  const char *after_name;
  ssize_t length;
  int parent = 0;
  int fd;

  snprintf (path, sizeof path, "/proc/%.20s/stat", pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  length = read (fd, stat, sizeof stat - 1);
  close (fd);
  if (length <= 0)
    return 0;
  stat[length] = '\0';

  /* "pid (name) state parent …", and the name may hold anything, parentheses included. */
  after_name = strrchr (stat, ')');
  if (after_name == NULL || sscanf (after_name, ") %*c %d", &parent) != 1)
    return 0;
  return parent;
}

static void
process_table_read (ProcessTable *self)
{
  DIR *directory = opendir ("/proc");
  struct dirent *entry;

  self->length = 0;
  if (directory == NULL)
    return;
  while ((entry = readdir (directory)) != NULL)
    {
      if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
        continue;
      if (self->length == self->capacity)
        {
          size_t capacity = self->capacity > 0 ? self->capacity * 2 : 256;
          Process *processes = realloc (self->processes, capacity * sizeof (Process));

          if (processes == NULL)
            break;
          self->processes = processes;
          self->capacity = capacity;
        }
      self->processes[self->length].pid = atoi (entry->d_name);
      self->processes[self->length].parent = read_parent (entry->d_name);
      self->length++;
    }
  closedir (directory);
}

/* Sends a signal to all that descends from a process, parents first. Returns how many there are. */
static int
signal_descendants (const ProcessTable *table, pid_t ancestor, int signal_number, int depth)
{
  int n = 0;

  if (depth > 64)
    return 0;
  for (size_t i = 0; i < table->length; i++)
    {
      if (table->processes[i].parent != ancestor)
        continue;
      kill (table->processes[i].pid, signal_number);
      n += 1 + signal_descendants (table, table->processes[i].pid, signal_number, depth + 1);
    }
  return n;
}

/*
 * Sends a signal to the command's process group and to all that left it. The command must not have
 * been waited for, so that its number still means its group.
 */
static void
signal_all (ProcessTable *table, pid_t command, int signal_number)
{
  int before = -1;

  kill (-command, signal_number);
  /* While it is being stopped or killed, something outside of the group may fork once more. */
  for (int pass = 0; pass < STOP_PASSES; pass++)
    {
      int n;

      process_table_read (table);
      n = signal_descendants (table, getpid (), signal_number, 0);
      if (n == before || (signal_number != SIGSTOP && signal_number != SIGKILL))
        return;
      before = n;
    }
}

/* Kills and waits for everything below the guard, until there is nothing. */
static void
kill_rest (ProcessTable *table)
{
  do
    {
      process_table_read (table);
      signal_descendants (table, getpid (), SIGKILL, 0);
    }
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR);
}

static void
say (int control, BwGuardKind kind, int value)
{
  const BwGuardMessage message = { kind, value };

  /* When this fails the worker is gone, and the loop will see that. */
  (void) !send (control, &message, sizeof message, MSG_NOSIGNAL);
}

static void
run_command (char **arguments, pid_t guard, int failure)
{
  sigset_t none;

  sigemptyset (&none);
  for (int i = 1; i < NSIG; i++)
    signal (i, SIG_DFL);
  sigprocmask (SIG_SETMASK, &none, NULL);
  setpgid (0, 0);
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid () == guard)
    execvp (arguments[0], arguments);

  (void) !write (failure, &errno, sizeof errno);
  _exit (127);
}

/* Starts the command. Returns its process id, or -1 with errno set. */
static pid_t
start_command (char **arguments)
{
  const pid_t guard = getpid ();
  int failure[2];
  int reason = 0;
  ssize_t length;
  pid_t command;

  if (pipe2 (failure, O_CLOEXEC) != 0)
    return -1;
  command = fork ();
  if (command == 0)
    run_command (arguments, guard, failure[1]);
  close (failure[1]);
  if (command < 0)
    {
      close (failure[0]);
      return -1;
    }

  /* Both sides do it: whoever comes first, nobody sees the command outside of its group. */
  setpgid (command, command);
  do
    length = read (failure[0], &reason, sizeof reason);
  while (length < 0 && errno == EINTR);
  close (failure[0]);
  if (length != sizeof reason)
    return command;

  waitpid (command, NULL, 0);
  errno = reason;
  return -1;
}

/* Lets go of the command's pipes, so that their other ends see when the command closes them. */
static void
drop_standard_streams (void)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  for (int fd = 0; null >= 0 && fd <= 2; fd++)
    dup2 (null, fd);
  if (null > 2)
    close (null);
}

/* Waits for what ended, but leaves the command itself to be waited for. Has the command ended? */
static bool
reap_others (pid_t command)
{
  siginfo_t info;

  for (;;)
    {
      info.si_pid = 0;
      if (waitid (P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
        break;
      if (info.si_pid == command)
        return true;
      waitpid (info.si_pid, NULL, 0);
    }
  return false;
}

/* Returns whether the worker is still there. */
static bool
obey (int control, ProcessTable *table, pid_t command)
{
  BwGuardMessage message;
  ssize_t length = recv (control, &message, sizeof message, MSG_DONTWAIT);

  if (length < 0)
    return errno == EAGAIN || errno == EINTR;
  if (length != sizeof message)
    return false;
  if (message.kind == BW_GUARD_SIGNAL && message.value > 0 && message.value < NSIG)
    signal_all (table, command, message.value);
  return true;
}

static int
watch_command (int control, int signals, pid_t command)
{
  ProcessTable table = { 0 };
  struct pollfd polled[] = { { control, POLLIN, 0 }, { signals, POLLIN, 0 } };
  siginfo_t info = { 0 };
  int status;

  for (;;)
    {
      struct signalfd_siginfo ignored;

      if (poll (polled, 2, -1) < 0)
        {
          if (errno == EINTR)
            continue;
          break;
        }
      if (polled[0].revents != 0 && !obey (control, &table, command))
        break;
      if (polled[1].revents != 0 && read (signals, &ignored, sizeof ignored) > 0
          && reap_others (command))
        break;
    }

  /* What it left behind goes before the command is waited for: see signal_all(). */
  signal_all (&table, command, SIGKILL);
  waitid (P_PID, (id_t) command, &info, WEXITED | WNOWAIT);
  while (waitpid (command, &status, 0) < 0 && errno == EINTR)
    ;
  kill_rest (&table);
  say (control, BW_GUARD_ENDED, status);
  free (table.processes);
  return 0;
}

/*
 * Makes the guard what it has to be before there is a command. Returns a descriptor that tells of
 * children that end, or -1.
 */
static int
become_guard (void)
{
  sigset_t watched;

  /* A session of its own: what a terminal sends to the worker (Ctrl+C) must not end the command. */
  setsid ();
  signal (SIGTERM, SIG_IGN);
  signal (SIGINT, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  sigemptyset (&watched);
  sigaddset (&watched, SIGCHLD);
  sigprocmask (SIG_BLOCK, &watched, NULL);
  if (prctl (PR_SET_CHILD_SUBREAPER, 1) != 0)
    return -1;
  return signalfd (-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
main (int argc, char **argv)
{
  int control = argc > 2 ? atoi (argv[1]) : -1;
  pid_t command = -1;
  int signals;

  if (control <= 2 || fcntl (control, F_SETFD, FD_CLOEXEC) != 0)
    {
      fputs ("Usage: batchwork-guard CONTROL-FD PROGRAM ARGUMENT…\n"
             "It is started by batchwork-worker, not by hand.\n",
             stderr);
      return EXIT_USAGE;
    }
  signals = become_guard ();
  if (signals >= 0)
    command = start_command (argv + 2);
  if (command < 0)
    {
      say (control, BW_GUARD_NOT_STARTED, errno);
      return EXIT_SUCCESS;
    }
  drop_standard_streams ();
  say (control, BW_GUARD_STARTED, command);
  return watch_command (control, signals, command);
}

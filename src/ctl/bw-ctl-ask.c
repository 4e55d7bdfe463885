/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-ask.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bw-ctl-command.h"

/* As the terminal was before a password was asked for. */
static struct termios shown;

/* Who ends the program at the prompt wants to see what they type next. Runs once, then the signal does
 * what it does. */
static void
restore_cb (int number)
{
  tcsetattr (STDIN_FILENO, TCSANOW, &shown);
  raise (number);
}

static char *
read_line (GError **error)
{
  char *line = NULL;
  size_t size = 0;
  ssize_t length = getline (&line, &size, stdin);
  char *result;

  if (length < 0)
    {
      free (line);
      g_set_error (error, BW_USAGE_ERROR, 0, _ ("The input ended before there was an answer."));
      return NULL;
    }

  result = g_strstrip (g_strndup (line, length));
  explicit_bzero (line, size);
  free (line);

  return result;
}

/**
 * bw_ctl_ask:
 * @yes: the user has said yes on the command line
 * @question: translated, ending in a question mark
 * @error: set if the answer is no, or there is nobody to ask
 *
 * Returns: whether the answer is yes
 */
gboolean
bw_ctl_ask (gboolean yes, const char *question, GError **error)
{
  g_autofree char *answer = NULL;

  if (yes)
    return TRUE;

  if (!isatty (STDIN_FILENO))
    {
      g_set_error (error, BW_USAGE_ERROR, 0, _ ("%s Say --yes to do it without a question."),
                   question);
      return FALSE;
    }

  /* Translators: what may be answered: y or n, as nl_langinfo's YESEXPR has it in your language */
  g_printerr ("%s %s ", question, _ ("[y/N]"));
  answer = read_line (error);
  if (answer != NULL && rpmatch (answer) == 1)
    return TRUE;

  if (answer != NULL)
    g_set_error (error, BW_USAGE_ERROR, 1, _ ("Nothing was done."));

  return FALSE;
}

/**
 * bw_ctl_ask_text:
 * @prompt: what is asked for, translated
 * @error: set if the input ends
 *
 * Returns: (transfer full) (nullable): what was typed
 */
char *
bw_ctl_ask_text (const char *prompt, GError **error)
{
  g_printerr ("%s ", prompt);

  return read_line (error);
}

/**
 * bw_ctl_ask_password:
 * @prompt: what is asked for, translated
 * @error: set if the input ends
 *
 * Returns: (transfer full) (nullable): what was typed, which a terminal does not show
 */
char *
bw_ctl_ask_password (const char *prompt, GError **error)
{
  const struct sigaction restore = { .sa_handler = restore_cb, .sa_flags = SA_RESETHAND };
  struct sigaction before;
  struct termios hidden;
  char *password;

  if (tcgetattr (STDIN_FILENO, &shown) != 0)
    return read_line (error);

  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  sigaction (SIGINT, &restore, &before);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
  password = bw_ctl_ask_text (prompt, error);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
  sigaction (SIGINT, &before, NULL);
  g_printerr ("\n");

  return password;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-password-prompt.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bw-error.h"

/* A line of standard input without what ends it. */
static char *
read_line (GError **error)
{
  GString *line = g_string_new (NULL);
  int c;

  while ((c = getchar ()) != EOF && c != '\n')
    g_string_append_c (line, (char) c);
  if (line->len > 0 || c == '\n')
    return g_string_free (line, FALSE);
  g_string_free (line, TRUE);
  bw_set_error (error, BW_ERROR_INVALID, "No password was given.");
  return NULL;
}

static char *
ask_hidden (const char *question, GError **error)
{
  struct termios shown;
  struct termios hidden;
  char *line;

  g_printerr ("%s", question);
  if (tcgetattr (STDIN_FILENO, &shown) != 0)
    return read_line (error);
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
  line = read_line (error);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
  g_printerr ("\n");
  return line;
}

/**
 * bw_password_ask:
 * @file: (nullable): where the password is, "-" for standard input; %NULL to ask on the terminal
 * @login: whose password, for the question
 * @error: set when none is given, or the two typed differ
 *
 * Returns: (transfer full) (nullable): a password
 */
char *
bw_password_ask (const char *file, const char *login, GError **error)
{
  g_autofree char *question = g_strdup_printf ("Password for “%s”: ", login);
  g_autofree char *password = NULL;
  g_autofree char *again = NULL;

  if (file != NULL && !g_str_equal (file, "-"))
    {
      if (!g_file_get_contents (file, &password, NULL, error))
        return NULL;
      password[strcspn (password, "\r\n")] = '\0';
      return g_steal_pointer (&password);
    }
  if (file != NULL || !isatty (STDIN_FILENO))
    return read_line (error);
  password = ask_hidden (question, error);
  again = password != NULL ? ask_hidden ("The same again: ", error) : NULL;
  if (again == NULL)
    return NULL;
  if (g_str_equal (password, again))
    return g_steal_pointer (&password);
  bw_set_error (error, BW_ERROR_INVALID, "The two passwords differ. Nothing was made.");
  return NULL;
}

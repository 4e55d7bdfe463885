/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "bw-ctl-command.h"
#include "bw-error.h"

/*
 * What is done to a store itself, and not through a server: the server's program does it, since the
 * client's side knows nothing of stores.
 */
#define SERVER "batchworkd"

static gboolean live;

/** bw_ctl_store_options: of "store" */
const GOptionEntry bw_ctl_store_options[] = {
  { "live", 0, 0, G_OPTION_ARG_NONE, &live,
    N_ ("Servers may be working on FROM: take what it holds at one moment"), NULL },
  { NULL },
};

/* Beside this program, which goes before one of another version on the path; or on the path. */
static char *
find_server (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *beside = g_build_filename (folder, SERVER, NULL);

  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_find_program_in_path (SERVER);
}

/**
 * bw_ctl_store:
 * @ctl: the run
 * @arguments: "copy" or "compare" and two stores
 * @error: set if the server's program is not there
 *
 * Hands over to batchworkd.
 *
 * Returns: %FALSE; there is no return when all is well
 */
gboolean
bw_ctl_store (BwCtl *ctl, char **arguments, GError **error)
{
  g_autofree char *server = find_server ();
  const char *words[] = { SERVER, "store", arguments[0], arguments[1], arguments[2], NULL, NULL };

  if (server == NULL)
    {
      bw_set_error (
          error, BW_ERROR_NOT_FOUND,
          _ ("The program batchworkd does this, and it isn’t installed here. Run the command on "
             "the server’s machine, or install the server’s package."));
      return FALSE;
    }
  if (live)
    words[5] = "--live";
  execv (server, (char **) words);
  bw_set_error (error, BW_ERROR_UNAVAILABLE, "%s: %s", server, g_strerror (errno));
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>

#include "bw-error.h"

#define MAX_OPEN 16

/**
 * bw_scratch_make:
 * @error: (out) (optional): why not
 *
 * Returns: (transfer full) (nullable): a new, empty directory that only this user may enter
 */
char *
bw_scratch_make (GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *directory = g_dir_make_tmp ("batchwork-XXXXXX", &local_error);

  if (directory == NULL)
    bw_set_error (error, errno == ENOSPC ? BW_ERROR_NO_SPACE : BW_ERROR_INTERNAL,
                  "No directory for the command to work in: %s", local_error->message);
  return directory;
}

static int
remove_entry (const char *path, const struct stat *status, int kind, struct FTW *place)
{
  if (remove (path) != 0)
    g_debug ("“%s” could not be removed: %s", path, g_strerror (errno));
  return 0;
}

/**
 * bw_scratch_remove:
 * @directory: a directory of bw_scratch_make()
 *
 * Removes it with all that is in it. Links are removed, not followed.
 */
void
bw_scratch_remove (const char *directory)
{
  if (nftw (directory, remove_entry, MAX_OPEN, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
    g_warning ("“%s” could not be removed: %s", directory, g_strerror (errno));
}

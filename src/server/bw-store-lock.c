/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bw-error.h"

/**
 * bw_store_lock:
 * @uri: a store, "sqlite:PATH"
 * @error: set when another process has it, or the folder is not there
 *
 * Takes a store that one process alone may write to, as long as this one lives or until the
 * descriptor is closed. The lock is on a file beside the store: one on the store's own file would
 * mix with SQLite's.
 *
 * Returns: a descriptor to close; -1 on error, and -2 for a store that needs no lock
 */
int
bw_store_lock (const char *uri, GError **error)
{
  g_autofree char *path = NULL;
  int fd;

  if (!g_str_has_prefix (uri, "sqlite:"))
    return -2;
  path = g_strconcat (uri + strlen ("sqlite:"), ".lock", NULL);
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      bw_set_error (error, BW_ERROR_INVALID, "“%s” can't be opened: %s. Is its folder there?", path,
                    g_strerror (errno));
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "The store %s is in use by another process. Stop that one first.", uri);
      close (fd);
      return -1;
    }
  return fd;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-shm-room.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/types.h>

#define PAGE 4096

static ssize_t (*write_at) (int fd, const void *data, size_t length, off64_t offset);

static ssize_t
write_with_room (int fd, const void *data, size_t length, off64_t offset)
{
  if (length == 1 && offset % PAGE == PAGE - 1)
    {
      int result = posix_fallocate (fd, offset - (PAGE - 1), PAGE);

      if (result == ENOSPC || result == EDQUOT)
        {
          errno = result;
          return -1;
        }
    }
  return write_at (fd, data, length, offset);
}

static gpointer
install (gpointer data)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find ("unix");

  write_at = (gpointer) vfs->xGetSystemCall (vfs, "pwrite64");
  if (write_at != NULL)
    vfs->xSetSystemCall (vfs, "pwrite64", (sqlite3_syscall_ptr) write_with_room);
  return NULL;
}

/**
 * bw_shm_room_install:
 *
 * SQLite's index of the write-ahead log is a file that is mapped into memory, and made longer by a
 * byte at the end of each new page (unixShmMap() in its os_unix.c). A file system may take such a
 * byte and still have no block for the page when the disk is full, as ext4 does: then the first
 * touch of it is a SIGBUS that ends the server. With this, the blocks are there before, or the
 * write fails, which SQLite reports as a full disk. To be called before the first connection; from
 * any thread.
 */
void
bw_shm_room_install (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, install, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-new-file.h"

#include "bw-config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-error.h"

struct _BwNewFile
{
  char *target;
  char *folder;
  char *part; /* its name until it is whole; NULL: it has none */
  char *path; /* by which it can be opened while it has no name */
  int fd;
};

/**
 * bw_new_file_set_error:
 * @folder: where something could not be written
 * @code: why, as errno says it
 * @error: (out) (optional): set to what to tell the user: what happened and what to do
 *
 * Says in words why writing failed.
 */
void
bw_new_file_set_error (const char *folder, int code, GError **error)
{
  g_autofree char *name = g_filename_display_name (folder);

  switch (code)
    {
    case ENOSPC:
    case EDQUOT:
      bw_set_error (error, BW_ERROR_NO_SPACE,
                    _ ("There is no room left in “%s”. Free some space, or choose another folder."),
                    name);
      break;
    case EFBIG:
      bw_set_error (error, BW_ERROR_NO_SPACE,
                    _ ("The file would be larger than “%s” can hold. Export fewer rows or columns, "
                       "or choose another folder."),
                    name);
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      bw_set_error (error, BW_ERROR_FORBIDDEN,
                    _ ("You have no permission to write in “%s”. Choose another folder."), name);
      break;
    case ENOENT:
    case ENOTDIR:
      bw_set_error (error, BW_ERROR_NOT_FOUND,
                    _ ("The folder “%s” is not there. Choose another folder."), name);
      break;
    default:
      bw_set_error (error, BW_ERROR_INTERNAL,
                    _ ("Writing in “%s” failed: %s. Choose another folder."), name,
                    g_strerror (code));
    }
}

/* What a link points to is replaced, not the link. */
static char *
resolve (GFile *file)
{
  const char *path = g_file_peek_path (file);
  char *real = path != NULL ? realpath (path, NULL) : NULL;
  char *copy = g_strdup (real != NULL ? real : path);

  free (real);
  return copy;
}

static int
open_named (BwNewFile *self)
{
  int fd = -1;

  for (int i = 0; fd < 0 && i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf (".batchwork-%08x.part", g_random_int ());

      g_free (self->part);
      self->part = g_build_filename (self->folder, name, NULL);
      fd = g_open (self->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (fd < 0 && errno != EEXIST)
        break;
    }
  if (fd < 0)
    g_clear_pointer (&self->part, g_free);
  return fd;
}

/**
 * bw_new_file_open:
 * @target: the file to make or to replace, on a file system of this computer
 * @error: (out) (optional): why not, in words for the user
 *
 * Makes a file in the folder of @target. It has no name there until it is whole, where the file
 * system can do that (O_TMPFILE), so that even a crash leaves nothing; elsewhere a hidden one.
 *
 * Returns: (transfer full) (nullable): the file
 */
BwNewFile *
bw_new_file_open (GFile *target, GError **error)
{
  g_autoptr (BwNewFile) self = g_new0 (BwNewFile, 1);

  self->fd = -1;
  self->target = resolve (target);
  if (self->target == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (target);

      bw_set_error (
          error, BW_ERROR_INVALID,
          _ ("“%s” is not in a folder of this computer. Save the file in a folder of your "
             "own, and move it there afterwards."),
          name);
      return NULL;
    }
  self->folder = g_path_get_dirname (self->target);
  self->fd = open (self->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (self->fd < 0)
    self->fd = open_named (self);
  if (self->fd < 0)
    {
      bw_new_file_set_error (self->folder, errno, error);
      return NULL;
    }
  self->path = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  return g_steal_pointer (&self);
}

/**
 * bw_new_file_get_fd:
 * @self: a file in the making
 *
 * Returns: where to write it
 */
int
bw_new_file_get_fd (BwNewFile *self)
{
  return self->fd;
}

/**
 * bw_new_file_get_path:
 * @self: a file in the making
 *
 * Returns: (transfer none): a path by which it can be opened, for who can't write to what is open
 */
const char *
bw_new_file_get_path (BwNewFile *self)
{
  return self->path;
}

/**
 * bw_new_file_get_folder:
 * @self: a file in the making
 *
 * Returns: (transfer none): the folder that it will be in
 */
const char *
bw_new_file_get_folder (BwNewFile *self)
{
  return self->folder;
}

static gboolean
give_name (BwNewFile *self)
{
  int result = -1;

  for (int i = 0; result != 0 && i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf (".batchwork-%08x.part", g_random_int ());
      g_autofree char *part = g_build_filename (self->folder, name, NULL);

      result = linkat (AT_FDCWD, self->path, AT_FDCWD, part, AT_SYMLINK_FOLLOW);
      if (result == 0)
        self->part = g_steal_pointer (&part);
      else if (errno != EEXIST)
        break;
    }
  return result == 0;
}

/* That the file has its name is safe only when the folder is, too. */
static void
sync_folder (BwNewFile *self)
{
  int fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/**
 * bw_new_file_commit:
 * @self: a file that is whole
 * @error: (out) (optional): why not, in words for the user
 *
 * Puts the file in the place of its target, which keeps its permissions. What was there is replaced
 * at once: whoever looks sees the old file or the new one.
 *
 * Returns: whether it is there, and safe
 */
gboolean
bw_new_file_commit (BwNewFile *self, GError **error)
{
  struct stat old;

  /* Some file systems have neither; what matters is that the data are there. */
  if (stat (self->target, &old) == 0 && S_ISREG (old.st_mode))
    fchmod (self->fd, old.st_mode & 07777);
  if (fsync (self->fd) != 0 || (self->part == NULL && !give_name (self))
      || g_rename (self->part, self->target) != 0)
    {
      bw_new_file_set_error (self->folder, errno, error);
      return FALSE;
    }
  g_clear_pointer (&self->part, g_free);
  sync_folder (self);
  return TRUE;
}

/**
 * bw_new_file_free:
 * @self: (nullable) (transfer full): a file
 *
 * Closes it. One that is not in its place is removed.
 */
void
bw_new_file_free (BwNewFile *self)
{
  if (self == NULL)
    return;
  if (self->part != NULL)
    g_unlink (self->part);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->target);
  g_free (self->folder);
  g_free (self->part);
  g_free (self->path);
  g_free (self);
}

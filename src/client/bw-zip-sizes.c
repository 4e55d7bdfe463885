/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-zip-sizes.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The layout of a ZIP file, from APPNOTE.TXT 6.3.10 of PKWARE, 4.3.12 and 4.3.16. */
#define END_SIGNATURE 0x06054b50
#define END_SIZE 22
#define END_DIRECTORY_SIZE 12
#define END_DIRECTORY_START 16
#define ENTRY_SIGNATURE 0x02014b50
#define ENTRY_SIZE 46
#define ENTRY_LENGTH 24
#define ENTRY_NAME_LENGTH 28
#define ENTRY_EXTRA_LENGTH 30
#define ENTRY_COMMENT_LENGTH 32
#define MAX_DIRECTORY (16 * 1024 * 1024)

static guint32
read_u16 (const guchar *p)
{
  return p[0] | (guint32) p[1] << 8;
}

static guint32
read_u32 (const guchar *p)
{
  return read_u16 (p) | read_u16 (p + 2) << 16;
}

static guchar *
read_directory (int fd, gsize *size)
{
  guchar end[END_SIZE];
  g_autofree guchar *directory = NULL;
  struct stat status;

  if (fstat (fd, &status) != 0 || status.st_size < END_SIZE
      || pread (fd, end, sizeof end, status.st_size - END_SIZE) != END_SIZE
      || read_u32 (end) != END_SIGNATURE)
    return NULL;
  *size = read_u32 (end + END_DIRECTORY_SIZE);
  if (*size > MAX_DIRECTORY)
    return NULL;
  directory = g_malloc (*size + 1);
  if (pread (fd, directory, *size, read_u32 (end + END_DIRECTORY_START)) != (gssize) *size)
    return NULL;
  return g_steal_pointer (&directory);
}

/**
 * bw_zip_has:
 * @fd: a ZIP file without a comment at its end, smaller than 4 GiB
 * @name: a file in it
 * @least: how long that must be
 *
 * Looks into the directory at the end of the file.
 *
 * Returns: whether the file is in it, and holds @least bytes or more
 */
gboolean
bw_zip_has (int fd, const char *name, guint64 least)
{
  gsize size = 0;
  g_autofree guchar *directory = read_directory (fd, &size);
  gsize at = 0;

  while (directory != NULL && at + ENTRY_SIZE <= size
         && read_u32 (directory + at) == ENTRY_SIGNATURE)
    {
      const guchar *entry = directory + at;
      gsize name_length = read_u16 (entry + ENTRY_NAME_LENGTH);

      if (at + ENTRY_SIZE + name_length <= size && strlen (name) == name_length
          && memcmp (entry + ENTRY_SIZE, name, name_length) == 0)
        return read_u32 (entry + ENTRY_LENGTH) >= least;
      at += ENTRY_SIZE + name_length + read_u16 (entry + ENTRY_EXTRA_LENGTH)
            + read_u16 (entry + ENTRY_COMMENT_LENGTH);
    }
  return FALSE;
}

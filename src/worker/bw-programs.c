/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-programs.h"

#include "bw-config.h"

/**
 * bw_programs_find:
 * @name: one of the project's own helper programs
 *
 * Returns: (transfer full): where it is: beside the program that runs, as in the build directory,
 * or else where it is installed
 */
char *
bw_programs_find (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *beside = NULL;

  if (directory != NULL)
    beside = g_build_filename (directory, name, NULL);
  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_build_filename (BW_LIBEXECDIR, name, NULL);
}

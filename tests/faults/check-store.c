/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets a store check itself: check-store ADDRESS. Its server must have stopped. */
#include <glib.h>

#include "bw-store.h"

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BwStore *store = argc == 2 ? bw_store_open (argv[1], &error) : NULL;
  gboolean good = store != NULL && bw_store_check (store, &error);

  g_clear_pointer (&store, bw_store_close);
  if (good)
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "Usage: check-store ADDRESS");
  return 1;
}

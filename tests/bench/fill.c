/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Fills a business that has no jobs yet with those of an office's last 90 days, as the tests of the
 * store do. The server must not be running.
 *
 *   bench-fill sqlite:FILE BUSINESS N
 */

#include <stdlib.h>

#include "fill.h"

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BwStore *store;
  gint64 business = 0;

  if (argc != 4)
    g_error ("Usage: bench-fill sqlite:FILE BUSINESS N");
  store = bw_store_open (argv[1], &error);
  if (store == NULL || !bw_store_find_business (store, argv[2], &business, &error))
    g_error ("%s", error->message);
  if (business == 0)
    g_error ("There is no business “%s” in %s", argv[2], argv[1]);
  if (!bw_fill_store (store, business, g_ascii_strtoll (argv[3], NULL, 10), 1, &error))
    g_error ("%s", error->message);
  bw_store_close (store);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <libdex.h>

#include "bw-application.h"
#include "bw-translations.h"

int
main (int argc, char *argv[])
{
  g_autoptr (BwApplication) application = NULL;
  int status;

  bw_translations_init ();
  dex_init ();

  application = bw_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);

  return status != 0 ? status : bw_application_get_status (application);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <libdex.h>
#include <locale.h>

#include "bw-application.h"

int
main (int argc, char *argv[])
{
  g_autoptr (BwApplication) application = NULL;
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  dex_init ();

  application = bw_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);

  return status != 0 ? status : bw_application_get_status (application);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-translations.h"

#include "bw-config.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>

/**
 * bw_translations_init:
 *
 * Has the program speak the user's language. Call it first in main(), before threads begin.
 *
 * The catalogues are where they were installed, or in the folder that `BATCHWORK_LOCALE_PATH` names:
 * that lets programs find them which run where they were built.
 */
void
bw_translations_init (void)
{
  const char *path = g_getenv ("BATCHWORK_LOCALE_PATH");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, path != NULL ? path : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

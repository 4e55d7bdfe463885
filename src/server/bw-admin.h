/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: an exit status; -1 if @name is no command. */
int bw_admin_run (const char *name, int argc, char **argv);

G_END_DECLS

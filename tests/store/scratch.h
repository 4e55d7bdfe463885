/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Databases that last as long as a test. They are files in the test's folder; or databases of the
 * PostgreSQL server whose address BATCHWORK_TEST_POSTGRESQL gives (tests/with-postgresql).
 */
gboolean scratch_is_postgresql (void);
char *scratch_make (const char *folder, const char *name);
char *scratch_make_like (const char *folder, const char *name, const char *uri);
void scratch_remove (const char *uri);
void scratch_save (const char *uri, const char *path);
char *scratch_load (const char *folder, const char *name, const char *path);
char *scratch_read_schema (const char *uri);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A file in the making, that takes the place of another when it is whole. All functions block.
 */
typedef struct _BwNewFile BwNewFile;

BwNewFile  *bw_new_file_open     (GFile *target, GError **error);
int         bw_new_file_get_fd   (BwNewFile *self);
const char *bw_new_file_get_path (BwNewFile *self);
const char *bw_new_file_get_folder (BwNewFile *self);
gboolean    bw_new_file_commit   (BwNewFile *self, GError **error);
void        bw_new_file_free     (BwNewFile *self);
void        bw_new_file_set_error (const char *folder, int code, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwNewFile, bw_new_file_free)

G_END_DECLS

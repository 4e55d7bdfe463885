/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Reads one group of a key file strictly: every line is understood, every key is known and given
 * once, every value is in its bounds. The first thing that is wrong is kept, with file and line, and
 * everything after it reads as its fallback; so a reader of a whole file tests for an error once, at
 * its end.
 */
typedef struct _BwKeyFile BwKeyFile;

BwKeyFile *bw_key_file_load     (const char *path, const char *group, const char *const *keys, GError **error);
void       bw_key_file_free     (BwKeyFile *self);
gboolean   bw_key_file_finish   (BwKeyFile *self, GError **error);
void       bw_key_file_fail     (BwKeyFile *self, const char *key, const char *format, ...) G_GNUC_PRINTF (3, 4);

gboolean   bw_key_file_has      (BwKeyFile *self, const char *key);
char      *bw_key_file_string   (BwKeyFile *self, const char *key, const char *fallback);
char      *bw_key_file_path     (BwKeyFile *self, const char *key);
GStrv      bw_key_file_strv     (BwKeyFile *self, const char *key);
gint64     bw_key_file_int      (BwKeyFile *self, const char *key, gint64 min, gint64 max, gint64 fallback);
gint64     bw_key_file_duration (BwKeyFile *self, const char *key, gint64 min, gint64 max, gint64 fallback);
gboolean   bw_key_file_boolean  (BwKeyFile *self, const char *key, gboolean fallback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwKeyFile, bw_key_file_free)

G_END_DECLS

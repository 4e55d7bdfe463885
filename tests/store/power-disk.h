/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What would be on a disk if the power went: beside the real files, it keeps what was synced of each
 * and of the names in their folder apart from what was only written. Until the power goes it lets
 * everything through. For SQLite as its documents want it (https://sqlite.org/atomiccommit.html): any
 * of what was not synced may be there or not, in any order, and what was being written may be rubbish;
 * bytes beside it are not touched (SQLITE_IOCAP_POWERSAFE_OVERWRITE). Safe to use from any thread.
 */
typedef struct _PowerDisk PowerDisk;
typedef struct _PowerFile PowerFile;

typedef enum
{
  POWER_KEEPS_SYNCED,       /* nothing but what was synced */
  POWER_KEEPS_SOME,         /* each sector of the rest: written, as before, or rubbish */
  POWER_KEEPS_ALL,          /* the rest too */
} PowerLoss;
#define N_POWER_LOSSES 3

PowerDisk *power_disk_new           (const char *folder);
void       power_disk_free          (PowerDisk *self);
void       power_disk_cut_after     (PowerDisk *self, guint n_operations);
void       power_disk_ignore_syncs  (PowerDisk *self);
gboolean   power_disk_is_cut        (PowerDisk *self);
guint      power_disk_get_operations (PowerDisk *self);
void       power_disk_restore       (PowerDisk *self, PowerLoss loss, GRand *chance);

/* For the VFS; FALSE when there is no power any more. */
gboolean   power_disk_open          (PowerDisk *self, const char *path, PowerFile **file);
gboolean   power_disk_unlink        (PowerDisk *self, const char *path);
void       power_disk_sync_folder   (PowerDisk *self);
gboolean   power_file_write         (PowerFile *self, gconstpointer data, gsize length, guint64 offset);
gboolean   power_file_resize        (PowerFile *self, guint64 size);
gboolean   power_file_sync          (PowerFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PowerDisk, power_disk_free)

G_END_DECLS

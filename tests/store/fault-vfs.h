/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "power-disk.h"

G_BEGIN_DECLS

/*
 * A disk that fails when it is told to: an SQLite VFS that passes everything on to the system's, and
 * counts. It becomes the default one, so that stores use it unawares.
 */
typedef enum
{
  FAULT_FULL,               /* writes find no space */
  FAULT_WRITE,              /* writes fail */
  FAULT_SYNC,               /* syncs fail */
} FaultKind;

void     fault_vfs_install     (void);
void     fault_vfs_fail_after  (FaultKind kind, int n_good);
void     fault_vfs_heal        (void);
gboolean fault_vfs_has_failed  (void);
void     fault_vfs_slow_syncs  (guint milliseconds);
int      fault_vfs_get_syncs   (void);
gboolean fault_vfs_is_log_dirty (void);
void     fault_vfs_set_disk    (PowerDisk *disk);

G_END_DECLS

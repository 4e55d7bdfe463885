/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"

#include <sqlite3.h>
#include <string.h>

typedef struct
{
  sqlite3_file base;
  gboolean is_log;
  PowerFile *power; /* NULL: it is on no disk that can lose its power */
  sqlite3_file real[]; /* as long as the system's VFS wants it */
} FaultFile;

static sqlite3_vfs *real_vfs;
static gint is_failing;
static gint has_failed;
static gint kind;
static gint n_good;
static gint sync_delay;
static gint n_syncs;
static gint is_log_dirty;
static PowerDisk *disk;
static int (*real_open_folder) (const char *, int *);

static sqlite3_file *
get_real (sqlite3_file *file)
{
  return ((FaultFile *) file)->real;
}

/* Whether this operation fails: after so many good ones, all do until the disk is healed. */
static gboolean
fails (gboolean is_sync)
{
  if (!g_atomic_int_get (&is_failing) || is_sync != (g_atomic_int_get (&kind) == FAULT_SYNC))
    return FALSE;
  if (g_atomic_int_add (&n_good, -1) > 0)
    return FALSE;
  g_atomic_int_set (&has_failed, TRUE);
  return TRUE;
}

static int
fault_close (sqlite3_file *file)
{
  return get_real (file)->pMethods->xClose (get_real (file));
}

static int
fault_read (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  return get_real (file)->pMethods->xRead (get_real (file), data, length, offset);
}

static int
fault_write (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  PowerFile *power = ((FaultFile *) file)->power;

  if (fails (FALSE))
    return g_atomic_int_get (&kind) == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  if (power != NULL && !power_file_write (power, data, (gsize) length, (guint64) offset))
    return SQLITE_IOERR_WRITE;
  if (((FaultFile *) file)->is_log)
    g_atomic_int_set (&is_log_dirty, TRUE);
  return get_real (file)->pMethods->xWrite (get_real (file), data, length, offset);
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  PowerFile *power = ((FaultFile *) file)->power;

  if (power != NULL && !power_file_resize (power, (guint64) size))
    return SQLITE_IOERR_TRUNCATE;
  return get_real (file)->pMethods->xTruncate (get_real (file), size);
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  PowerFile *power = ((FaultFile *) file)->power;
  int result;

  if (fails (TRUE))
    return SQLITE_IOERR_FSYNC;
  if (power != NULL && !power_file_sync (power))
    return SQLITE_IOERR_FSYNC;
  if (g_atomic_int_get (&sync_delay) > 0)
    g_usleep (1000 * (gulong) g_atomic_int_get (&sync_delay));
  result = get_real (file)->pMethods->xSync (get_real (file), flags);
  if (((FaultFile *) file)->is_log)
    {
      g_atomic_int_inc (&n_syncs);
      g_atomic_int_set (&is_log_dirty, FALSE);
    }
  return result;
}

static int
fault_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return get_real (file)->pMethods->xFileSize (get_real (file), size);
}

static int
fault_lock (sqlite3_file *file, int level)
{
  return get_real (file)->pMethods->xLock (get_real (file), level);
}

static int
fault_unlock (sqlite3_file *file, int level)
{
  return get_real (file)->pMethods->xUnlock (get_real (file), level);
}

static int
fault_check_lock (sqlite3_file *file, int *result)
{
  return get_real (file)->pMethods->xCheckReservedLock (get_real (file), result);
}

/* A hint at the size that is to come makes a file that is mapped into memory longer at once. */
static int
fault_control (sqlite3_file *file, int operation, void *argument)
{
  PowerFile *power = ((FaultFile *) file)->power;
  sqlite3_int64 before = 0;
  sqlite3_int64 after = 0;
  int result;

  if (power == NULL || operation != SQLITE_FCNTL_SIZE_HINT)
    return get_real (file)->pMethods->xFileControl (get_real (file), operation, argument);
  fault_size (file, &before);
  result = get_real (file)->pMethods->xFileControl (get_real (file), operation, argument);
  fault_size (file, &after);
  if (after > before && !power_file_resize (power, (guint64) after))
    return SQLITE_IOERR_TRUNCATE;
  return result;
}

static int
fault_sector_size (sqlite3_file *file)
{
  return get_real (file)->pMethods->xSectorSize (get_real (file));
}

static int
fault_characteristics (sqlite3_file *file)
{
  return get_real (file)->pMethods->xDeviceCharacteristics (get_real (file));
}

static int
fault_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
  return get_real (file)->pMethods->xShmMap (get_real (file), page, size, extend, memory);
}

static int
fault_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return get_real (file)->pMethods->xShmLock (get_real (file), offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  get_real (file)->pMethods->xShmBarrier (get_real (file));
}

static int
fault_shm_unmap (sqlite3_file *file, int remove)
{
  return get_real (file)->pMethods->xShmUnmap (get_real (file), remove);
}

static int
fault_fetch (sqlite3_file *file, sqlite3_int64 offset, int length, void **memory)
{
  return get_real (file)->pMethods->xFetch (get_real (file), offset, length, memory);
}

static int
fault_unfetch (sqlite3_file *file, sqlite3_int64 offset, void *memory)
{
  return get_real (file)->pMethods->xUnfetch (get_real (file), offset, memory);
}

static const sqlite3_io_methods methods = {
  .iVersion = 3,
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_lock,
  .xFileControl = fault_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_characteristics,
  .xShmMap = fault_shm_map,
  .xShmLock = fault_shm_lock,
  .xShmBarrier = fault_shm_barrier,
  .xShmUnmap = fault_shm_unmap,
  .xFetch = fault_fetch,
  .xUnfetch = fault_unfetch,
};

static int
fault_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *self = (FaultFile *) file;
  int result;

  self->base.pMethods = NULL;
  self->power = NULL;
  if (disk != NULL && !power_disk_open (disk, name, &self->power))
    return SQLITE_CANTOPEN;
  result = real_vfs->xOpen (real_vfs, name, self->real, flags, out_flags);
  self->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  self->base.pMethods = self->real->pMethods != NULL ? &methods : NULL;
  return result;
}

static int
fault_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  if (disk != NULL && !power_disk_unlink (disk, name))
    return SQLITE_IOERR_DELETE;
  return real_vfs->xDelete (real_vfs, name, sync_folder);
}

/* SQLite opens a folder to sync it, and for nothing else. */
static int
fault_open_folder (const char *name, int *fd)
{
  if (disk != NULL)
    power_disk_sync_folder (disk);
  return real_open_folder (name, fd);
}

/* Makes it the default VFS of this process. */
void
fault_vfs_install (void)
{
  static sqlite3_vfs vfs;

  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.zName = "fault";
  vfs.pNext = NULL;
  vfs.szOsFile = (int) sizeof (FaultFile) + real_vfs->szOsFile;
  vfs.xOpen = fault_open;
  vfs.xDelete = fault_delete;
  real_open_folder = (gpointer) real_vfs->xGetSystemCall (real_vfs, "openDirectory");
  real_vfs->xSetSystemCall (real_vfs, "openDirectory", (sqlite3_syscall_ptr) fault_open_folder);
  g_assert_cmpint (sqlite3_vfs_register (&vfs, TRUE), ==, SQLITE_OK);
}

/* Lets some more operations succeed and then none. */
void
fault_vfs_fail_after (FaultKind new_kind, int n)
{
  g_atomic_int_set (&kind, new_kind);
  g_atomic_int_set (&n_good, n);
  g_atomic_int_set (&has_failed, FALSE);
  g_atomic_int_set (&is_failing, TRUE);
}

void
fault_vfs_heal (void)
{
  g_atomic_int_set (&is_failing, FALSE);
}

gboolean
fault_vfs_has_failed (void)
{
  return g_atomic_int_get (&has_failed);
}

void
fault_vfs_slow_syncs (guint milliseconds)
{
  g_atomic_int_set (&sync_delay, (int) milliseconds);
}

/* How often a write-ahead log was synced. */
int
fault_vfs_get_syncs (void)
{
  return g_atomic_int_get (&n_syncs);
}

/* Whether something was written to a write-ahead log and not synced. */
gboolean
fault_vfs_is_log_dirty (void)
{
  return g_atomic_int_get (&is_log_dirty);
}

/* Files that are opened from now on are on this disk; %NULL for none. */
void
fault_vfs_set_disk (PowerDisk *new_disk)
{
  disk = new_disk;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power-disk.h"

#include <glib/gstdio.h>
#include <string.h>

#define SECTOR 512

/* A write, or with data of NULL a change of the size. */
typedef struct
{
  guint64 at;
  GBytes *data;
} Operation;

/* A name given to a file, or with a file of NULL taken away. */
typedef struct
{
  char *name;
  PowerFile *file;
} Naming;

struct _PowerFile
{
  PowerDisk *disk;
  GByteArray *synced;
  GArray *unsynced; /* of Operation */
};

struct _PowerDisk
{
  GMutex lock;
  char *folder;
  GPtrArray *files;   /* of PowerFile: all that there ever were */
  GHashTable *names;  /* char * → PowerFile, as programs see them */
  GHashTable *synced; /* likewise, as the disk has them for certain */
  GArray *unsynced;   /* of Naming */
  guint n_operations;
  guint cut_at;
  gboolean is_cut;
  gboolean ignores_syncs;
};

static void
operation_clear (gpointer data)
{
  g_clear_pointer (&((Operation *) data)->data, g_bytes_unref);
}

static void
naming_clear (gpointer data)
{
  g_free (((Naming *) data)->name);
}

static void
power_file_free (gpointer data)
{
  PowerFile *self = data;

  g_byte_array_unref (self->synced);
  g_array_unref (self->unsynced);
  g_free (self);
}

static PowerFile *
add_file (PowerDisk *self)
{
  PowerFile *file = g_new0 (PowerFile, 1);

  file->disk = self;
  file->synced = g_byte_array_new ();
  file->unsynced = g_array_new (FALSE, FALSE, sizeof (Operation));
  g_array_set_clear_func (file->unsynced, operation_clear);
  g_ptr_array_add (self->files, file);
  return file;
}

static void
set_size (GByteArray *content, gsize size)
{
  guint before = content->len;

  g_byte_array_set_size (content, (guint) size);
  if (content->len > before)
    memset (content->data + before, 0, content->len - before);
}

static void
put (GByteArray *content, gsize at, gconstpointer data, gsize length)
{
  if (content->len < at + length)
    set_size (content, at + length);
  memcpy (content->data + at, data, length);
}

static void
apply (GByteArray *content, const Operation *operation)
{
  gsize length;
  gconstpointer data;

  if (operation->data == NULL)
    {
      set_size (content, operation->at);
      return;
    }
  data = g_bytes_get_data (operation->data, &length);
  put (content, operation->at, data, length);
}

static void
apply_torn (GByteArray *content, const Operation *operation, GRand *chance)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (operation->data, &length);
  gsize end;

  for (gsize at = 0; at < length; at = end)
    {
      guint8 rubbish[SECTOR];

      end = MIN (length, at + SECTOR - (operation->at + at) % SECTOR);
      switch (g_rand_int_range (chance, 0, 5))
        {
        case 0:
        case 1:
          put (content, operation->at + at, data + at, end - at);
          break;
        case 2:
          for (gsize i = 0; i < end - at; i++)
            rubbish[i] = (guint8) g_rand_int (chance);
          put (content, operation->at + at, rubbish, end - at);
          break;
        default:
          break;
        }
    }
}

static GByteArray *
make_content (PowerFile *self, PowerLoss loss, GRand *chance)
{
  GByteArray *content = g_byte_array_new ();

  g_byte_array_append (content, self->synced->data, self->synced->len);
  for (guint i = 0; i < self->unsynced->len && loss != POWER_KEEPS_SYNCED; i++)
    {
      const Operation *operation = &g_array_index (self->unsynced, Operation, i);
      int fate = loss == POWER_KEEPS_ALL ? 0 : g_rand_int_range (chance, 0, 3);

      if (fate == 0)
        apply (content, operation);
      else if (fate == 1 && operation->data != NULL)
        apply_torn (content, operation, chance);
    }
  return content;
}

static void
apply_naming (GHashTable *names, const Naming *naming)
{
  if (naming->file != NULL)
    g_hash_table_insert (names, g_strdup (naming->name), naming->file);
  else
    g_hash_table_remove (names, naming->name);
}

static GHashTable *
copy_names (GHashTable *names)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name, file;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, &file))
    g_hash_table_insert (copy, g_strdup (name), file);
  return copy;
}

/* Names change in the order in which they were changed, as file systems keep a journal of them. */
static GHashTable *
make_names (PowerDisk *self, PowerLoss loss, GRand *chance)
{
  GHashTable *names = copy_names (self->synced);
  guint n = loss == POWER_KEEPS_SYNCED ? 0 : self->unsynced->len;

  if (loss == POWER_KEEPS_SOME)
    n = (guint) g_rand_int_range (chance, 0, (gint32) n + 1);
  for (guint i = 0; i < n; i++)
    apply_naming (names, &g_array_index (self->unsynced, Naming, i));
  return names;
}

static void
rename_later (PowerDisk *self, const char *path, PowerFile *file)
{
  Naming naming = { g_path_get_basename (path), file };

  apply_naming (self->names, &naming);
  g_array_append_val (self->unsynced, naming);
}

/* Whether there is power for an operation. The one in which it goes has begun. */
static gboolean
count_operation (PowerDisk *self, gboolean *is_begun)
{
  *is_begun = !self->is_cut;
  if (self->is_cut)
    return FALSE;
  self->n_operations++;
  self->is_cut = self->n_operations == self->cut_at;
  return !self->is_cut;
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* A disk with what is in a folder, all of it synced. Only files of that folder are kept apart. */
PowerDisk *
power_disk_new (const char *folder)
{
  PowerDisk *self = g_new0 (PowerDisk, 1);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_mutex_init (&self->lock);
  self->folder = g_strdup (folder);
  self->files = g_ptr_array_new_with_free_func (power_file_free);
  self->synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->unsynced = g_array_new (FALSE, FALSE, sizeof (Naming));
  g_array_set_clear_func (self->unsynced, naming_clear);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = NULL;
      g_autoptr (GError) error = NULL;
      PowerFile *file = add_file (self);
      gsize length;

      g_file_get_contents (path, &content, &length, &error);
      g_assert_no_error (error);
      g_byte_array_append (file->synced, (const guint8 *) content, (guint) length);
      g_hash_table_insert (self->synced, g_strdup (name), file);
    }
  self->names = copy_names (self->synced);
  return self;
}

void
power_disk_free (PowerDisk *self)
{
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->synced);
  g_array_unref (self->unsynced);
  g_ptr_array_unref (self->files);
  g_free (self->folder);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* The power goes during the operation with this number, counted from 1; 0: never. */
void
power_disk_cut_after (PowerDisk *self, guint n_operations)
{
  self->cut_at = n_operations;
}

/* A disk that lies: it says that things are synced, and goes on as before. */
void
power_disk_ignore_syncs (PowerDisk *self)
{
  self->ignores_syncs = TRUE;
}

gboolean
power_disk_is_cut (PowerDisk *self)
{
  gboolean is_cut;

  g_mutex_lock (&self->lock);
  is_cut = self->is_cut;
  g_mutex_unlock (&self->lock);
  return is_cut;
}

guint
power_disk_get_operations (PowerDisk *self)
{
  return self->n_operations;
}

/* Makes the folder what is found in it when the power is back. No file of it may be open. */
void
power_disk_restore (PowerDisk *self, PowerLoss loss, GRand *chance)
{
  g_autoptr (GHashTable) names = make_names (self, loss, chance);
  GHashTableIter iter;
  gpointer name, file;

  remove_files (self->folder);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, &file))
    {
      g_autoptr (GByteArray) content = make_content (file, loss, chance);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autoptr (GError) error = NULL;

      /* Not g_file_set_contents(), which syncs. */
      g_file_set_contents_full (path, (const char *) content->data, content->len,
                                G_FILE_SET_CONTENTS_NONE, 0600, &error);
      g_assert_no_error (error);
    }
}

/* Files elsewhere than in the folder get no PowerFile. */
gboolean
power_disk_open (PowerDisk *self, const char *path, PowerFile **file)
{
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  gboolean has_power = TRUE;
  gboolean is_begun;

  *file = NULL;
  if (g_strcmp0 (folder, self->folder) != 0)
    return TRUE;
  g_mutex_lock (&self->lock);
  *file = g_hash_table_lookup (self->names, name);
  if (*file == NULL)
    {
      has_power = count_operation (self, &is_begun);
      *file = add_file (self);
      if (is_begun)
        rename_later (self, path, *file);
    }
  g_mutex_unlock (&self->lock);
  return has_power;
}

gboolean
power_disk_unlink (PowerDisk *self, const char *path)
{
  gboolean has_power;
  gboolean is_begun;

  g_mutex_lock (&self->lock);
  has_power = count_operation (self, &is_begun);
  if (is_begun)
    rename_later (self, path, NULL);
  g_mutex_unlock (&self->lock);
  return has_power;
}

void
power_disk_sync_folder (PowerDisk *self)
{
  g_mutex_lock (&self->lock);
  if (!self->is_cut && !self->ignores_syncs)
    {
      for (guint i = 0; i < self->unsynced->len; i++)
        apply_naming (self->synced, &g_array_index (self->unsynced, Naming, i));
      g_array_set_size (self->unsynced, 0);
    }
  g_mutex_unlock (&self->lock);
}

static gboolean
operate (PowerFile *self, guint64 at, gconstpointer data, gsize length)
{
  gboolean has_power;
  gboolean is_begun;

  g_mutex_lock (&self->disk->lock);
  has_power = count_operation (self->disk, &is_begun);
  if (is_begun)
    {
      Operation operation = { at, data != NULL ? g_bytes_new (data, length) : NULL };

      g_array_append_val (self->unsynced, operation);
    }
  g_mutex_unlock (&self->disk->lock);
  return has_power;
}

gboolean
power_file_write (PowerFile *self, gconstpointer data, gsize length, guint64 offset)
{
  return operate (self, offset, data, length);
}

gboolean
power_file_resize (PowerFile *self, guint64 size)
{
  return operate (self, size, NULL, 0);
}

gboolean
power_file_sync (PowerFile *self)
{
  gboolean has_power;
  gboolean is_begun;

  g_mutex_lock (&self->disk->lock);
  has_power = count_operation (self->disk, &is_begun);
  if (has_power && !self->disk->ignores_syncs)
    {
      for (guint i = 0; i < self->unsynced->len; i++)
        apply (self->synced, &g_array_index (self->unsynced, Operation, i));
      g_array_set_size (self->unsynced, 0);
    }
  g_mutex_unlock (&self->disk->lock);
  return has_power;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-settings.h"

#include <string.h>

#include "bw-reference.h"
#include "bw-submission.h"

static void
reference_url_free (gpointer data)
{
  BwReferenceUrl *self = data;

  g_free (self->kind);
  g_free (self->url);
  g_free (self);
}

/**
 * bw_settings_new:
 *
 * Returns: (transfer full): settings without references, to be filled in by their maker
 */
BwSettings *
bw_settings_new (void)
{
  BwSettings *self = g_new0 (BwSettings, 1);

  self->references = g_ptr_array_new_with_free_func (reference_url_free);
  return self;
}

/**
 * bw_settings_copy:
 * @self: settings
 *
 * Returns: (transfer full): a copy
 */
BwSettings *
bw_settings_copy (const BwSettings *self)
{
  BwSettings *copy = bw_settings_new ();

  copy->name = g_strdup (self->name);
  copy->retention_days = self->retention_days;
  for (guint i = 0; i < self->references->len; i++)
    {
      const BwReferenceUrl *reference = g_ptr_array_index (self->references, i);

      bw_settings_add_reference (copy, reference->kind, reference->url);
    }
  return copy;
}

/**
 * bw_settings_free:
 * @self: (transfer full) (nullable): settings
 *
 * Frees them.
 */
void
bw_settings_free (BwSettings *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_ptr_array_unref (self->references);
  g_free (self);
}

/**
 * bw_settings_add_reference:
 * @self: settings
 * @kind: a kind of reference that has no address yet
 * @url: where its references open, see bw_reference_expand()
 *
 * Adds where references of a kind lead.
 */
void
bw_settings_add_reference (BwSettings *self, const char *kind, const char *url)
{
  BwReferenceUrl *reference = g_new0 (BwReferenceUrl, 1);

  reference->kind = g_strdup (kind);
  reference->url = g_strdup (url);
  g_ptr_array_add (self->references, reference);
}

static int
compare_kinds (gconstpointer a, gconstpointer b)
{
  const BwReferenceUrl *const *first = a;
  const BwReferenceUrl *const *second = b;

  return g_strcmp0 ((*first)->kind, (*second)->kind);
}

/* Whether an address comes out that a browser may be given. */
static gboolean
is_url_template (const char *kind, const char *url)
{
  g_autoptr (BwReference) sample = bw_reference_new (kind, "1", NULL);

  bw_reference_expand (sample, url);
  return sample->url != NULL;
}

static void
read_reference (BwSettings *self, BwJsonReader *reader, const char *kind)
{
  g_autofree char *url = bw_json_reader_dup_line (reader, kind, BW_MAX_URL_TEMPLATE);

  if (url == NULL)
    return;
  if (kind[0] == '\0' || strlen (kind) > BW_MAX_TYPE)
    bw_json_reader_fail (reader, kind, "must be named by 1 to %d characters", BW_MAX_TYPE);
  else if (!is_url_template (kind, url))
    bw_json_reader_fail (reader, kind,
                         "must be a web address, with {id} where the reference's id goes");
  else
    bw_settings_add_reference (self, kind, url);
}

static void
read_references (BwSettings *self, BwJsonReader *reader)
{
  JsonNode *node = bw_json_reader_node (reader, "references");
  g_autoptr (GList) kinds = NULL;

  if (!bw_json_reader_enter_object (reader, "references"))
    return;
  kinds = json_object_get_members (json_node_get_object (node));
  if (g_list_length (kinds) > BW_MAX_REFERENCE_KINDS)
    bw_json_reader_fail (reader, NULL, "can have %d kinds at most", BW_MAX_REFERENCE_KINDS);
  for (GList *link = kinds; link != NULL; link = link->next)
    read_reference (self, reader, link->data);
  bw_json_reader_leave (reader);
  g_ptr_array_sort (self->references, compare_kinds);
}

/**
 * bw_settings_read:
 * @reader: a reader at an object as bw_settings_write() writes it
 *
 * Reads settings, of which any may be absent: then the name is %NULL, and the days are 0. What is
 * wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): the settings
 */
BwSettings *
bw_settings_read (BwJsonReader *reader)
{
  BwSettings *self = bw_settings_new ();

  self->name = bw_json_reader_dup_line (reader, "name", BW_MAX_NAME);
  if (self->name != NULL && self->name[0] == '\0')
    bw_json_reader_fail (reader, "name", "must not be empty");
  self->retention_days =
      (int) bw_json_reader_int (reader, "retention_days", 1, BW_MAX_RETENTION_DAYS, 0);
  read_references (self, reader);
  return self;
}

/**
 * bw_settings_write:
 * @self: settings
 * @writer: a writer, in an array or at the top
 *
 * Writes {name, retention_days, references: {kind: url}}.
 */
void
bw_settings_write (const BwSettings *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_int (writer, "retention_days", self->retention_days);
  bw_json_writer_begin_object (writer, "references");
  for (guint i = 0; i < self->references->len; i++)
    {
      const BwReferenceUrl *reference = g_ptr_array_index (self->references, i);

      bw_json_writer_string (writer, reference->kind, reference->url);
    }
  bw_json_writer_end_object (writer);
  bw_json_writer_end_object (writer);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-reference.h"

#include <string.h>

#define MAX_KIND 64
#define MAX_ID 200
#define MAX_LABEL 500
#define MAX_URL 4000

/**
 * bw_reference_new:
 * @kind: what kind of record it is
 * @id: the record's id in the system that keeps it
 * @label: (nullable): what people call it
 *
 * Makes a reference without an address.
 *
 * Returns: (transfer full): the reference
 */
BwReference *
bw_reference_new (const char *kind, const char *id, const char *label)
{
  BwReference *self = g_new0 (BwReference, 1);

  self->kind = g_strdup (kind);
  self->id = g_strdup (id);
  self->label = g_strdup (label);
  return self;
}

/**
 * bw_reference_copy:
 * @self: (nullable): a reference
 *
 * Returns: (transfer full) (nullable): a copy, address included
 */
BwReference *
bw_reference_copy (const BwReference *self)
{
  BwReference *copy;

  if (self == NULL)
    return NULL;
  copy = bw_reference_new (self->kind, self->id, self->label);
  copy->url = g_strdup (self->url);
  return copy;
}

/**
 * bw_reference_free:
 * @self: (transfer full) (nullable): a reference
 *
 * Frees a reference.
 */
void
bw_reference_free (BwReference *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->id);
  g_free (self->label);
  g_free (self->url);
  g_free (self);
}

/* Only what a desktop opens in a browser or mail program: never a file or a program's own scheme.
 */
static gboolean
may_be_opened (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *scheme;

  if (uri == NULL)
    return FALSE;
  scheme = g_uri_get_scheme (uri);
  if (g_str_equal (scheme, "mailto"))
    return g_uri_get_path (uri)[0] != '\0';
  return (g_str_equal (scheme, "https") || g_str_equal (scheme, "http"))
         && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0';
}

static gboolean
take_placeholder (const char **at, const char *placeholder, const char *value, GString *url)
{
  if (!g_str_has_prefix (*at, placeholder))
    return FALSE;
  g_string_append_uri_escaped (url, value, NULL, FALSE);
  *at += strlen (placeholder);
  return TRUE;
}

/**
 * bw_reference_expand:
 * @self: a reference
 * @url_template: (nullable): the business's template for the reference's kind, such as
 *   "https://books.example/relations/{id}"; %NULL where it has none
 *
 * Sets the address to the template with "{id}" and "{label}" (the id where there is no label)
 * replaced by their percent-encoded values, or to %NULL if that does not make an address with
 * scheme http, https or mailto.
 */
void
bw_reference_expand (BwReference *self, const char *url_template)
{
  g_autoptr (GString) url = g_string_new (NULL);
  const char *at = url_template;

  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->url, g_free);
  if (url_template == NULL)
    return;
  while (*at != '\0')
    if (!take_placeholder (&at, "{id}", self->id, url)
        && !take_placeholder (&at, "{label}", self->label != NULL ? self->label : self->id, url))
      g_string_append_c (url, *at++);
  if (strpbrk (url->str, "{}") == NULL && may_be_opened (url->str))
    self->url = g_strdup (url->str);
}

/**
 * bw_reference_read:
 * @reader: a reader at an object {kind, id, label, url}; kind and id are needed
 *
 * Reads a reference. Unknown members are ignored.
 *
 * Returns: (transfer full) (nullable): the reference, or %NULL if anything was wrong
 */
BwReference *
bw_reference_read (BwJsonReader *reader)
{
  g_autoptr (BwReference) self = g_new0 (BwReference, 1);

  self->kind = bw_json_reader_dup_line (reader, "kind", MAX_KIND);
  if (self->kind == NULL)
    bw_json_reader_fail (reader, "kind", "is missing");
  self->id = bw_json_reader_dup_line (reader, "id", MAX_ID);
  if (self->id == NULL)
    bw_json_reader_fail (reader, "id", "is missing");
  self->label = bw_json_reader_dup_line (reader, "label", MAX_LABEL);
  self->url = bw_json_reader_dup_string (reader, "url", MAX_URL);
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

/**
 * bw_reference_write:
 * @self: (nullable): a reference; %NULL is written as null
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a reference as {kind, id, label, url}, the last two only where there are such.
 */
void
bw_reference_write (const BwReference *self, BwJsonWriter *writer, const char *member)
{
  if (self == NULL)
    {
      bw_json_writer_null (writer, member);
      return;
    }
  bw_json_writer_begin_object (writer, member);
  bw_json_writer_string (writer, "kind", self->kind);
  bw_json_writer_string (writer, "id", self->id);
  if (self->label != NULL)
    bw_json_writer_string (writer, "label", self->label);
  if (self->url != NULL)
    bw_json_writer_string (writer, "url", self->url);
  bw_json_writer_end_object (writer);
}

/**
 * bw_references_read:
 * @reader: a reader at an object
 * @member: (nullable): the member that is an array of references
 * @max: how many it may have
 *
 * Reads references, as bw_reference_read() does.
 *
 * Returns: (transfer full) (element-type BwReference): the references; none where the member is
 *   absent or anything was wrong
 */
GPtrArray *
bw_references_read (BwJsonReader *reader, const char *member, gsize max)
{
  g_autoptr (GPtrArray) references =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_reference_free);
  gsize length;

  if (!bw_json_reader_enter_array (reader, member, max, &length))
    return g_steal_pointer (&references);
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      BwReference *reference = bw_reference_read (reader);

      if (reference != NULL)
        g_ptr_array_add (references, reference);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
  return g_steal_pointer (&references);
}

/**
 * bw_references_write:
 * @references: (nullable) (element-type BwReference): references; %NULL is written as none
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes an array of references.
 */
void
bw_references_write (GPtrArray *references, BwJsonWriter *writer, const char *member)
{
  bw_json_writer_begin_array (writer, member);
  for (guint i = 0; references != NULL && i < references->len; i++)
    bw_reference_write (g_ptr_array_index (references, i), writer, NULL);
  bw_json_writer_end_array (writer);
}

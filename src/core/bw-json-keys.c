/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-keys.h"

#include <stdlib.h>
#include <string.h>

#include "bw-json-tape.h"

/*
 * Up to so many names each new one is compared with those before it; an object with more is sorted
 * when it ends. A hash set would do as well on usual input, but needs a keyed hash to stand up to
 * names chosen to collide; sorting takes n log n comparisons whatever the names are.
 */
#define MAX_COMPARED 32

static guint64
get_bit (const char *text, gsize length)
{
  guint mixed = (guint) length;

  if (length > 0)
    mixed += (guint) (guchar) text[0] * 5 + (guint) (guchar) text[length - 1] * 11
             + (guint) (guchar) text[length / 2] * 23;
  return G_GUINT64_CONSTANT (1) << (mixed & 63);
}

static gboolean
same (const BwJsonKey *a, const BwJsonKey *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

/* By text, then by place, so that of two equal names the later one is the second. */
static int
compare (const void *first, const void *second)
{
  const BwJsonKey *a = first;
  const BwJsonKey *b = second;
  int order;

  if (a->length != b->length)
    return a->length < b->length ? -1 : 1;
  order = memcmp (a->text, b->text, a->length);
  if (order != 0)
    return order;
  return a->at < b->at ? -1 : 1;
}

/**
 * bw_json_keys_clear:
 * @self: the names, zeroed before their first use
 *
 * Frees what is held.
 */
void
bw_json_keys_clear (BwJsonKeys *self)
{
  g_clear_pointer (&self->keys, g_free);
  g_clear_pointer (&self->unescaped, g_string_chunk_free);
}

/**
 * bw_json_keys_begin:
 * @self: the names
 *
 * Begins an object inside the present one. At most %BW_JSON_MAX_DEPTH may be open.
 */
void
bw_json_keys_begin (BwJsonKeys *self)
{
  self->scopes[self->depth].first = self->n_keys;
  self->scopes[self->depth].seen = 0;
  self->depth++;
}

/**
 * bw_json_keys_end:
 * @self: the names
 *
 * Ends the present object and forgets its names.
 *
 * Returns: (nullable): a name that came twice in it, valid until the next call; %NULL if none did
 */
const BwJsonKey *
bw_json_keys_end (BwJsonKeys *self)
{
  guint first = self->scopes[--self->depth].first;
  guint n_keys = self->n_keys - first;
  BwJsonKey *keys;

  self->n_keys = first;
  if (n_keys <= MAX_COMPARED)
    return NULL;
  keys = self->keys + first;
  qsort (keys, n_keys, sizeof *keys, compare);
  for (guint i = 1; i < n_keys; i++)
    if (same (keys + i - 1, keys + i))
      return keys + i;
  return NULL;
}

/**
 * bw_json_keys_add:
 * @self: the names
 * @at: a name in the JSON text, without its quotes
 * @length: its length there in bytes
 * @escaped: whether it has escapes
 *
 * Adds a name to the present object.
 *
 * Returns: (nullable): the name, valid until the next call, if it is found at once that it came
 *   before; others bw_json_keys_end() finds
 */
const BwJsonKey *
bw_json_keys_add (BwJsonKeys *self, const char *at, gsize length, gboolean escaped)
{
  BwJsonKeyScope *scope = self->scopes + self->depth - 1;
  BwJsonKey *key;
  guint64 bit;

  if (self->n_keys == self->size)
    {
      self->size = MAX (64, 2 * self->size);
      self->keys = g_renew (BwJsonKey, self->keys, self->size);
    }
  key = self->keys + self->n_keys;
  *key = (BwJsonKey) { .text = at, .at = at, .length = length };
  if (escaped)
    {
      g_autofree char *text = g_malloc (length);

      if (self->unescaped == NULL)
        self->unescaped = g_string_chunk_new (1024);
      key->length = bw_json_unescape (at, length, text);
      key->text = g_string_chunk_insert_len (self->unescaped, text, (gssize) key->length);
    }

  bit = get_bit (key->text, key->length);
  if ((scope->seen & bit) != 0 && self->n_keys - scope->first < MAX_COMPARED)
    for (guint i = scope->first; i < self->n_keys; i++)
      if (same (self->keys + i, key))
        return key;
  scope->seen |= bit;
  self->n_keys++;
  return NULL;
}

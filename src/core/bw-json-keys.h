/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-json-check.h"

G_BEGIN_DECLS

/*
 * The names of the objects that are open at one place of a JSON text, to find one that comes twice
 * in the same object. Private to bw-json-check.c.
 */
typedef struct
{
  const char *text;         /* with escapes resolved */
  const char *at;           /* where it stands in the JSON text */
  gsize length;
} BwJsonKey;

typedef struct
{
  guint first;              /* where the object's names begin */
  guint64 seen;             /* a bit for each name: one that is not set proves a name new */
} BwJsonKeyScope;

typedef struct
{
  BwJsonKey *keys;
  guint n_keys;
  guint size;
  guint depth;
  BwJsonKeyScope scopes[BW_JSON_MAX_DEPTH];
  GStringChunk *unescaped;  /* nullable: made with the first name that has escapes */
} BwJsonKeys;

void             bw_json_keys_clear (BwJsonKeys *self);
void             bw_json_keys_begin (BwJsonKeys *self);
const BwJsonKey *bw_json_keys_end   (BwJsonKeys *self);
const BwJsonKey *bw_json_keys_add   (BwJsonKeys *self, const char *at, gsize length, gboolean escaped);

G_END_DECLS

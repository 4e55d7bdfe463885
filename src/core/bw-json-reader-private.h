/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-check.h"
#include "bw-json-reader.h"
#include "bw-json-tape.h"

G_BEGIN_DECLS

/* Each nesting can be entered once as a member or element and once more as itself. */
#define BW_JSON_READER_MAX_LEVELS (2 * BW_JSON_MAX_DEPTH + 2)

typedef struct
{
  guint32 token;
  guint32 name;             /* of the member by which it was entered, or BW_JSON_NOT_FOUND */
  gsize index;              /* of the element by which it was entered, or G_MAXSIZE */
  guint32 hint;             /* in an object, where to look first; in an array, the last element got */
  gsize hint_index;
} BwJsonReaderLevel;

struct _BwJsonReader
{
  BwJsonTape tape;
  char *owned_text;         /* nullable */
  GStringChunk *strings;    /* nullable */
  GPtrArray *nodes;         /* nullable */
  GError *error;            /* nullable: the first thing that was wrong */
  BwJsonReaderLevel levels[BW_JSON_READER_MAX_LEVELS];
  guint depth;              /* of the present level in levels */
};

static inline const BwJsonToken *
bw_json_reader_get_token (BwJsonReader *self, guint32 token)
{
  return self->tape.tokens + token;
}

void     bw_json_reader_fail_element (BwJsonReader *self, gsize index, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean bw_json_reader_find         (BwJsonReader *self, const char *member, guint32 *value);
gboolean bw_json_reader_find_kind    (BwJsonReader *self, const char *member, BwJsonKind kind, const char *what, guint32 *value);
gboolean bw_json_reader_find_element (BwJsonReader *self, gsize index, guint32 *value);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What bw_json_scan() finds in a JSON text: a flat array of tokens in the order of the text, each
 * a container followed by its contents, members as a name token and a value token. No memory of
 * its own for any value, so that 10,000 submissions read in a fraction of the time that a tree
 * takes. Private to core: everybody else uses BwJsonReader.
 */
typedef enum
{
  BW_JSON_NULL,
  BW_JSON_FALSE,
  BW_JSON_TRUE,
  BW_JSON_NUMBER,
  BW_JSON_STRING,
  BW_JSON_ARRAY,
  BW_JSON_OBJECT,
} BwJsonKind;

typedef struct
{
  guint32 start;            /* offset of the first byte; in strings, of the one after the quote */
  guint32 length;           /* in bytes; of strings, what is between the quotes */
  guint32 next;             /* index of the token after this one and all that it contains */
  guint32 count;            /* elements of an array, members of an object */
  guint8 kind;              /* BwJsonKind */
  guint8 escaped;           /* whether a string has backslashes */
} BwJsonToken;

typedef struct
{
  const char *text;
  BwJsonToken *tokens;
  guint32 n_tokens;
  guint32 size;
} BwJsonTape;

#define BW_JSON_NOT_FOUND G_MAXUINT32

gboolean bw_json_scan            (const char *text, gsize length, BwJsonTape *tape, GError **error);
gsize    bw_json_unescape        (const char *text, gsize length, char *to);

void     bw_json_tape_clear      (BwJsonTape *self);
guint32  bw_json_tape_add        (BwJsonTape *self, BwJsonKind kind, const char *start);
gboolean bw_json_tape_equals     (const BwJsonTape *self, guint32 token, const char *text, gsize length);
guint32  bw_json_tape_find       (const BwJsonTape *self, guint32 object, const char *name, guint32 hint);
char    *bw_json_tape_dup_string (const BwJsonTape *self, guint32 token);
char    *bw_json_tape_dup_compact (const BwJsonTape *self, guint32 token, gsize *length);

G_END_DECLS

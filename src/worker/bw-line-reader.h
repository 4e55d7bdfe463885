/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BwLineFunc:
 * @line: a line without its end, terminated by a zero, as raw bytes
 * @length: how many bytes it has
 * @cut: how many more bytes there were, past the bound
 */
typedef void (*BwLineFunc) (const char *line, gsize length, gsize cut, gpointer user_data);

/* Parts a stream of bytes into lines, in bounded memory. */
typedef struct
{
  GString *pending;
  gsize max;
  gsize cut;
  BwLineFunc func;
  gpointer user_data;
} BwLineReader;

void  bw_line_reader_init   (BwLineReader *self, gsize max, BwLineFunc func, gpointer user_data);
void  bw_line_reader_clear  (BwLineReader *self);
void  bw_line_reader_feed   (BwLineReader *self, const char *data, gsize length);
void  bw_line_reader_finish (BwLineReader *self);

char *bw_line_to_text       (const char *line, gsize length, gsize cut, gsize max);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-time.h"

G_BEGIN_DECLS

/*
 * Writes JSON text straight into a buffer. json-glib can only generate from a tree, which costs a
 * hash table an object: too much for pages of hundreds of jobs, and unbounded for exports.
 *
 * Every function takes the member's name, or NULL inside an array and at the top.
 */
typedef struct _BwJsonWriter BwJsonWriter;

BwJsonWriter *bw_json_writer_new          (void);
void          bw_json_writer_free         (BwJsonWriter *self);
void          bw_json_writer_begin_object (BwJsonWriter *self, const char *member);
void          bw_json_writer_end_object   (BwJsonWriter *self);
void          bw_json_writer_begin_array  (BwJsonWriter *self, const char *member);
void          bw_json_writer_end_array    (BwJsonWriter *self);
void          bw_json_writer_string       (BwJsonWriter *self, const char *member, const char *value);
void          bw_json_writer_int          (BwJsonWriter *self, const char *member, gint64 value);
void          bw_json_writer_double       (BwJsonWriter *self, const char *member, double value);
void          bw_json_writer_boolean      (BwJsonWriter *self, const char *member, gboolean value);
void          bw_json_writer_null         (BwJsonWriter *self, const char *member);
void          bw_json_writer_time         (BwJsonWriter *self, const char *member, BwTime value);
void          bw_json_writer_raw          (BwJsonWriter *self, const char *member, const char *json);
void          bw_json_writer_strv         (BwJsonWriter *self, const char *member, const char *const *values);
gsize         bw_json_writer_get_length   (BwJsonWriter *self);
GBytes       *bw_json_writer_free_to_bytes (BwJsonWriter *self);
char         *bw_json_writer_free_to_string (BwJsonWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJsonWriter, bw_json_writer_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bw-error.h"
#include "bw-time.h"

G_BEGIN_DECLS

/*
 * Reads the members of a JSON object with their types checked. The first thing that is wrong is
 * kept, with the path of the field at fault ("items[3].label"), and everything after it reads as
 * absent; so a reader of a whole structure tests for an error once, at its end. A member that is
 * null reads as absent too.
 *
 * A reader begins at the root, whatever it is. Where a function takes a member, %NULL stands for
 * the present value itself: bw_json_reader_enter_array (reader, NULL, …) enters an array that is
 * the root.
 *
 * bw_json_reader_new_for_text() is several times as fast as bw_json_parse() and
 * bw_json_reader_new(), and checks as much.
 */
typedef struct _BwJsonReader BwJsonReader;

JsonNode     *bw_json_parse             (const char *text, gsize length, GError **error);

BwJsonReader *bw_json_reader_new        (JsonNode *root);
BwJsonReader *bw_json_reader_new_for_text (const char *text, gsize length, GError **error);
void          bw_json_reader_free       (BwJsonReader *self);
gboolean      bw_json_reader_finish     (BwJsonReader *self, GError **error);
gboolean      bw_json_reader_is_valid   (BwJsonReader *self);
void          bw_json_reader_fail       (BwJsonReader *self, const char *member, const char *format, ...) G_GNUC_PRINTF (3, 4);
void          bw_json_reader_fail_code  (BwJsonReader *self, BwErrorCode code, const char *member, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Moving about: each enter that returns TRUE is paired with a leave. */
gboolean      bw_json_reader_enter_object (BwJsonReader *self, const char *member);
gboolean      bw_json_reader_enter_array  (BwJsonReader *self, const char *member, gsize max_length, gsize *length);
gboolean      bw_json_reader_enter_element (BwJsonReader *self, gsize index);
void          bw_json_reader_leave      (BwJsonReader *self);
void          bw_json_reader_only       (BwJsonReader *self, const char *const *members);

gboolean      bw_json_reader_is_array   (BwJsonReader *self);
gboolean      bw_json_reader_has        (BwJsonReader *self, const char *member);
const char   *bw_json_reader_string     (BwJsonReader *self, const char *member, gsize max_length);
const char   *bw_json_reader_need_string (BwJsonReader *self, const char *member, gsize max_length);
char         *bw_json_reader_dup_string (BwJsonReader *self, const char *member, gsize max_length);
char         *bw_json_reader_dup_line   (BwJsonReader *self, const char *member, gsize max_length);
gint64        bw_json_reader_int        (BwJsonReader *self, const char *member, gint64 min, gint64 max, gint64 fallback);
gint64        bw_json_reader_need_int   (BwJsonReader *self, const char *member, gint64 min, gint64 max);
double        bw_json_reader_double     (BwJsonReader *self, const char *member, double min, double max, double fallback);
gboolean      bw_json_reader_boolean    (BwJsonReader *self, const char *member, gboolean fallback);
BwTime        bw_json_reader_time       (BwJsonReader *self, const char *member);
GStrv         bw_json_reader_strv       (BwJsonReader *self, const char *member, gsize max_strings, gsize max_length);
char         *bw_json_reader_raw        (BwJsonReader *self, const char *member);
char         *bw_json_reader_raw_object (BwJsonReader *self, const char *member, gsize max_bytes);
JsonNode     *bw_json_reader_node       (BwJsonReader *self, const char *member);
const char   *bw_json_reader_element_string (BwJsonReader *self, gsize index, gsize max_length);
gint64        bw_json_reader_element_int (BwJsonReader *self, gsize index, gint64 min, gint64 max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwJsonReader, bw_json_reader_free)

G_END_DECLS

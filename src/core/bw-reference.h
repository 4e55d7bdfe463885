/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

/**
 * BwReference:
 * @kind: what kind of record it is, such as "relation" or "invoice"
 * @id: the record's id in the system that keeps it
 * @label: what people call it, or %NULL where the id must do
 * @url: where it opens, made by the business's template for @kind; %NULL where there is none
 *
 * A link from a job or an item to a record elsewhere.
 */
typedef struct
{
  char *kind;
  char *id;
  char *label;
  char *url;
} BwReference;

BwReference *bw_reference_new      (const char *kind, const char *id, const char *label);
BwReference *bw_reference_copy     (const BwReference *self);
void         bw_reference_free     (BwReference *self);
void         bw_reference_expand   (BwReference *self, const char *url_template);
BwReference *bw_reference_read     (BwJsonReader *reader);
void         bw_reference_write    (const BwReference *self, BwJsonWriter *writer, const char *member);
GPtrArray   *bw_references_read    (BwJsonReader *reader, const char *member, gsize max);
void         bw_references_write   (GPtrArray *references, BwJsonWriter *writer, const char *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwReference, bw_reference_free)

G_END_DECLS

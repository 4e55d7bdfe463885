/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

#define BW_MAX_RETENTION_DAYS 36500
#define BW_MAX_REFERENCE_KINDS 200
#define BW_MAX_URL_TEMPLATE 2000

/** Where references of one kind lead. */
typedef struct
{
  char *kind;               /* "invoice" */
  char *url;                /* "https://office.example/invoices/{id}", see bw_reference_expand() */
} BwReferenceUrl;

/** What a business has set. */
typedef struct
{
  char *name;
  int retention_days;       /* for how long finished jobs are kept */
  GPtrArray *references;    /* of BwReferenceUrl, by kind */
} BwSettings;

BwSettings *bw_settings_new   (void);
BwSettings *bw_settings_copy  (const BwSettings *self);
void        bw_settings_free  (BwSettings *self);
void        bw_settings_add_reference (BwSettings *self, const char *kind, const char *url);
BwSettings *bw_settings_read  (BwJsonReader *reader);
void        bw_settings_write (const BwSettings *self, BwJsonWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSettings, bw_settings_free)

G_END_DECLS

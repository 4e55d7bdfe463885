/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-filter.h"

G_BEGIN_DECLS

/** What can be done with many jobs at once. The values are stored: never renumber. */
typedef enum
{
  BW_BULK_RETRY_FAILED = 0,
  BW_BULK_RETRY_ALL = 1,
  BW_BULK_CANCEL = 2,
  BW_BULK_DELETE = 3,
} BwBulkAction;
#define BW_N_BULK_ACTIONS 4

#define BW_BULK_MAX_IDS 10000

/** An action on many jobs as it is asked for: either on those named, or on all that match. */
typedef struct
{
  BwBulkAction action;
  GArray *ids;              /* of gint64, nullable */
  BwFilter *filter;         /* nullable; its order doesn't matter */
} BwBulkRequest;

const char    *bw_bulk_action_to_string   (BwBulkAction action);
gboolean       bw_bulk_action_from_string (const char *string, BwBulkAction *action);
const char    *bw_bulk_action_get_type_name (BwBulkAction action);
const char    *bw_bulk_get_type_title     (const char *type);

BwBulkRequest *bw_bulk_request_new        (BwBulkAction action);
void           bw_bulk_request_free       (BwBulkRequest *self);
BwBulkRequest *bw_bulk_request_read       (BwJsonReader *reader);
void           bw_bulk_request_write      (const BwBulkRequest *self, BwJsonWriter *writer, const char *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBulkRequest, bw_bulk_request_free)

G_END_DECLS

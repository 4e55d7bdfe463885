/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job.h"

G_BEGIN_DECLS

/**
 * BwEventKind:
 * @BW_EVENT_JOB: a job was added or changed; "job" is as it now is
 * @BW_EVENT_DELETED: a job is gone (deleted, retained no longer, or visible no longer)
 * @BW_EVENT_PAUSES: the pauses of the business changed; conditions may have changed with them
 * @BW_EVENT_RIGHTS: what the reader may see or do changed: ask for everything anew
 * @BW_EVENT_RESET: changes after the revision asked for are no longer known: ask for everything anew
 */
typedef enum
{
  BW_EVENT_JOB,
  BW_EVENT_DELETED,
  BW_EVENT_PAUSES,
  BW_EVENT_RIGHTS,
  BW_EVENT_RESET,
} BwEventKind;

/** The news of one change. Counted by reference, immutable. */
typedef struct
{
  BwEventKind kind;
  gint64 revision;
  gint64 job_id;            /* for JOB and DELETED */
  BwJob *job;               /* for JOB */
} BwEvent;

const char *bw_event_kind_to_string   (BwEventKind kind);
gboolean    bw_event_kind_from_string (const char *string, BwEventKind *kind);
BwEvent    *bw_event_new    (BwEventKind kind, gint64 revision);
BwEvent    *bw_event_ref    (BwEvent *self);
void        bw_event_unref  (BwEvent *self);
char       *bw_event_to_data (const BwEvent *self);
BwEvent    *bw_event_parse  (const char *kind, const char *data, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEvent, bw_event_unref)

G_END_DECLS

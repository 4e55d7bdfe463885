/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-item.h"

G_BEGIN_DECLS

#define BW_SUBMISSION_MAX_JOBS 10000
#define BW_SUBMISSION_MAX_ITEMS 100000
#define BW_MAX_NAME 500
#define BW_MAX_LABEL 500
#define BW_MAX_TYPE 64
#define BW_MAX_KEY 200
#define BW_MAX_REFERENCES 20
#define BW_MAX_MESSAGE 4000
#define BW_MAX_PARAMETERS (256 * 1024)

/** One job as a program hands it in. */
typedef struct
{
  char *type;
  char *name;               /* nullable: the type's name */
  char *entity;             /* nullable: "items" */
  char *parameters;         /* JSON text of an object, nullable */
  GPtrArray *items;         /* of BwItem (label, reference, parameters) */
  GPtrArray *references;    /* of BwReference */
  char *idempotency_key;    /* nullable */
  int priority;
  BwTime run_at;            /* BW_TIME_NONE: at once */
  gboolean automated;
  int max_attempts;         /* 0: the type's */
} BwSubmission;

BwSubmission *bw_submission_new   (const char *type);
void          bw_submission_free  (BwSubmission *self);
BwSubmission *bw_submission_read  (BwJsonReader *reader);
GPtrArray    *bw_submissions_parse (const char *text, gsize length, GError **error);
void          bw_submission_write (const BwSubmission *self, BwJsonWriter *writer, const char *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSubmission, bw_submission_free)

G_END_DECLS

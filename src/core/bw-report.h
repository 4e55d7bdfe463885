/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-item.h"

G_BEGIN_DECLS

#define BW_REPORTS_MAX 1000
#define BW_REPORT_MAX_ITEMS 10000
#define BW_REPORT_MAX_LINES 10000
#define BW_MAX_LOG_LINE 8192

/** What a report tells the worker to do next. */
typedef enum
{
  BW_DIRECTIVE_CONTINUE,
  BW_DIRECTIVE_PAUSE,
  BW_DIRECTIVE_CANCEL,
} BwDirective;

/** What became of one item. */
typedef struct
{
  gint64 item;
  BwItemState state;        /* never pending */
  char *message;            /* nullable */
} BwItemResult;

/** What a worker says of one claim. An empty report renews the lease. */
typedef struct
{
  gint64 claim;
  GPtrArray *items;         /* of BwItemResult */
  GStrv log;                /* lines, nullable */
  double progress;          /* below 0: not said */
  char *message;            /* nullable: not said */
  gboolean finish;
  char *error;              /* with finish, nullable: why the job itself failed */
  gboolean released;        /* with finish: the worker stops and hands the job back, unfinished */
} BwReport;

/** What the server says of one report. */
typedef struct
{
  gint64 claim;
  guint status;             /* 200 or 409 */
  BwDirective directive;
} BwReportResult;

/** What a worker asks for. */
typedef struct
{
  char *worker;
  GStrv businesses;         /* NULL: all that the token reaches */
  GStrv types;              /* NULL: all */
  int max;
  gint64 lease;             /* milliseconds */
  gint64 wait;              /* milliseconds */
} BwClaimRequest;

/** A worker's hold on a job. */
typedef struct
{
  gint64 claim;             /* the fencing number */
  char *business;
  gint64 job;
  char *type;
  char *name;
  char *parameters;         /* JSON text, nullable */
  int attempt;
  BwTime lease_until;
  GPtrArray *items;         /* of BwItem: only those still pending */
} BwClaim;

const char     *bw_directive_to_string   (BwDirective directive);
gboolean        bw_directive_from_string (const char *string, BwDirective *directive);

BwItemResult   *bw_item_result_new   (gint64 item, BwItemState state, const char *message);
void            bw_item_result_free  (BwItemResult *self);
BwReport       *bw_report_new        (gint64 claim);
void            bw_report_free       (BwReport *self);
GPtrArray      *bw_reports_parse     (const char *text, gsize length, GError **error);
void            bw_report_write      (const BwReport *self, BwJsonWriter *writer, const char *member);
BwReportResult *bw_report_result_new (gint64 claim, guint status, BwDirective directive);
void            bw_report_results_write (GPtrArray *results, BwJsonWriter *writer, const char *member);
GPtrArray      *bw_report_results_read (BwJsonReader *reader, const char *member);

BwClaimRequest *bw_claim_request_parse (const char *text, gsize length, GError **error);
void            bw_claim_request_write (const BwClaimRequest *self, BwJsonWriter *writer);
void            bw_claim_request_free  (BwClaimRequest *self);
BwClaim        *bw_claim_new         (void);
void            bw_claim_free        (BwClaim *self);
void            bw_claim_write       (const BwClaim *self, BwJsonWriter *writer, const char *member);
BwClaim        *bw_claim_read        (BwJsonReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwReport, bw_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwClaimRequest, bw_claim_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwClaim, bw_claim_free)

G_END_DECLS

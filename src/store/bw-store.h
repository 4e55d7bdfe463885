/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-bulk.h"
#include "bw-event.h"
#include "bw-filter.h"
#include "bw-item.h"
#include "bw-job.h"
#include "bw-member.h"
#include "bw-pause.h"
#include "bw-report.h"
#include "bw-rights.h"
#include "bw-role-info.h"
#include "bw-settings.h"
#include "bw-submission.h"
#include "bw-summary.h"
#include "bw-token-info.h"

G_BEGIN_DECLS

/*
 * The store: what is kept. All functions are synchronous and may be called from any thread but a
 * main loop's; a write returns when it is durable. Every function that reads or changes jobs takes a
 * BwViewer, and what that viewer may not see does not exist for it (BW_ERROR_NOT_FOUND).
 */
typedef struct _BwStore BwStore;

/** Who asks, in which business, with which rights. */
typedef struct
{
  gint64 business;
  gint64 user;
  const char *user_name;
  BwPermissions permissions;
} BwViewer;

gboolean bw_viewer_may_see (const BwViewer *self, gint64 owner, gboolean automated);

/*
 * Told after each commit, on the writer's thread, and of other nodes' commits on another; must be quick
 * and must not call the store.
 */
typedef struct
{
  void (*changed)        (gint64 business, gint64 revision, gpointer user_data);
  void (*work_ready)     (gint64 business, gpointer user_data);
  void (*rights_changed) (gpointer user_data);
} BwStoreListener;

BwStore *bw_store_open         (const char *uri, GError **error);
void     bw_store_close        (BwStore *self);
gboolean bw_store_check_schema (BwStore *self, GError **error);
void     bw_store_set_listener (BwStore *self, const BwStoreListener *listener, gpointer user_data);
guint64  bw_store_get_rights_serial (BwStore *self);

/** What the writer did since the store was opened. */
typedef struct
{
  gint64 commits;
  gint64 failed;            /* commits that could not be made, as on a full disk */
  gint64 writes;            /* in the commits that were made */
  gint64 microseconds;      /* that those took, from the first write's beginning to the disk */
} BwCommits;

void     bw_store_get_commits  (BwStore *self, BwCommits *commits);

/* Businesses, users, sessions: bw-store-accounts.c */
typedef struct
{
  gint64 user;
  BwAccountKind kind;
  BwTime expires_at;        /* BW_TIME_NONE: never */
  BwMe *me;
  GArray *business_ids;     /* of gint64, in the order of me->businesses */
} BwSession;

void     bw_session_free (BwSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSession, bw_session_free)

gint64   bw_store_add_business   (BwStore *self, const char *slug, const char *name, GError **error);
gint64   bw_store_add_account    (BwStore *self, BwAccountKind kind, const char *login, const char *name, const char *password_hash, GError **error);
gboolean bw_store_set_membership (BwStore *self, gint64 business, gint64 account, BwRole role, BwPermissions added, GError **error);
gboolean bw_store_remove_membership (BwStore *self, gint64 business, gint64 account, GError **error);
gboolean bw_store_set_reference_url (BwStore *self, gint64 business, const char *kind, const char *url_template, GError **error);
gboolean bw_store_set_retention  (BwStore *self, gint64 business, int days, GError **error);
gboolean bw_store_find_account   (BwStore *self, const char *login, gint64 *account, char **password_hash, GError **error);
gboolean bw_store_find_business  (BwStore *self, const char *slug, gint64 *business, GError **error);
GPtrArray *bw_store_list_businesses (BwStore *self, GError **error); /* of BwSuggestion */
gboolean bw_store_is_empty       (BwStore *self, gboolean *is_empty, GError **error);
gboolean bw_store_add_session    (BwStore *self, GBytes *token_hash, gint64 account, BwTime expires_at, GError **error);
gboolean bw_store_sign_in        (BwStore *self, GBytes *token_hash, gint64 account, const char *password_hash, BwTime expires_at, GError **error);
BwSession *bw_store_find_session (BwStore *self, GBytes *token_hash, GError **error);
gboolean bw_store_remove_session (BwStore *self, GBytes *token_hash, GError **error);
gboolean bw_store_change_password (BwStore *self, gint64 account, const char *old_hash, const char *new_hash, GBytes *keep_session, GError **error);

/* Administration, by the rules of bw-actor.c: bw-store-members.c, bw-store-roles.c, bw-store-tokens.c,
 * bw-store-settings.c. A viewer who is nobody (bw_viewer_server) looks after the server itself. */
typedef struct
{
  const char *login;
  const char *name;         /* NULL for an account that is there */
  const char *password_hash; /* likewise */
  const char *role;         /* a role's id */
  BwPermissions added;
} BwNewMember;

typedef struct
{
  const char *role;         /* NULL: as it is */
  gboolean set_added;
  BwPermissions added;
  const char *name;         /* NULL: as it is */
  const char *password_hash; /* NULL: as it is */
} BwMemberEdit;

BwViewer   bw_viewer_server       (gint64 business);
GPtrArray *bw_store_list_members  (BwStore *self, const BwViewer *viewer, GError **error); /* of BwMember */
BwMember  *bw_store_add_member    (BwStore *self, const BwViewer *viewer, const BwNewMember *member, GError **error);
BwMember  *bw_store_edit_member   (BwStore *self, const BwViewer *viewer, gint64 account, const BwMemberEdit *edit, GError **error);
gboolean   bw_store_remove_member (BwStore *self, const BwViewer *viewer, gint64 account, GError **error);

GPtrArray  *bw_store_list_roles   (BwStore *self, const BwViewer *viewer, GError **error); /* of BwRoleInfo */
BwRoleInfo *bw_store_add_role     (BwStore *self, const BwViewer *viewer, const char *name, BwPermissions permissions, GError **error);
BwRoleInfo *bw_store_edit_role    (BwStore *self, const BwViewer *viewer, const char *role, const char *name, const BwPermissions *permissions, GError **error);
gboolean    bw_store_remove_role  (BwStore *self, const BwViewer *viewer, const char *role, GError **error);

typedef struct
{
  const char *name;
  BwAccountKind kind;       /* an application or a worker */
  const char *role;
  BwPermissions added;
  GBytes *token_hash;
} BwNewToken;

GPtrArray   *bw_store_list_tokens  (BwStore *self, const BwViewer *viewer, GError **error); /* of BwTokenInfo */
BwTokenInfo *bw_store_add_token    (BwStore *self, const BwViewer *viewer, const BwNewToken *token, GError **error);
BwTokenInfo *bw_store_renew_token  (BwStore *self, const BwViewer *viewer, gint64 account, GBytes *token_hash, GError **error);
gboolean     bw_store_remove_token (BwStore *self, const BwViewer *viewer, gint64 account, GError **error);

BwSettings *bw_store_get_settings  (BwStore *self, const BwViewer *viewer, GError **error);
BwSettings *bw_store_edit_settings (BwStore *self, const BwViewer *viewer, const BwSettings *changes, gboolean set_references, GError **error);

/* When somebody was last here: bw-store-seen.c */
typedef struct
{
  gint64 account;
  gint64 business;          /* 0: in all that the account belongs to */
  BwTime at;
} BwSeen;

gboolean   bw_store_note_seen     (BwStore *self, const BwSeen *seen, gsize n_seen, GError **error);

/* Job types: bw-store-types.c */
typedef struct
{
  char *type;
  char *name;
  gint64 stalled_after;     /* milliseconds; 24 h at most */
  int max_attempts;
  gboolean makes_result;
} BwJobType;

void       bw_job_type_free     (BwJobType *self);
gboolean   bw_store_set_type    (BwStore *self, gint64 business, const BwJobType *type, GError **error);

/* Handing in: bw-store-submit.c */
typedef struct
{
  gint64 id;
  gboolean existed;         /* an earlier submission with this idempotency key made it */
} BwSubmitted;

GArray    *bw_store_submit      (BwStore *self, const BwViewer *viewer, GPtrArray *submissions, GError **error);

/* Working: bw-store-claim.c, bw-store-report.c, bw-store-result.c */
GPtrArray *bw_store_claim       (BwStore *self, gint64 account, const BwClaimRequest *request, const gint64 *businesses, gsize n_businesses, GError **error);
GPtrArray *bw_store_report      (BwStore *self, gint64 account, GPtrArray *reports, GError **error);
/* All chunks of a result but the last are this long. */
#define BW_RESULT_CHUNK (256 * 1024)

gint64     bw_store_result_begin  (BwStore *self, gint64 account, gint64 claim, GError **error);
gboolean   bw_store_result_append (BwStore *self, gint64 claim, gint64 upload, guint chunk, GBytes *data, GError **error);
gboolean   bw_store_result_finish (BwStore *self, gint64 claim, gint64 upload, const char *name, gint64 size, GError **error);

/* Acting: bw-store-actions.c, bw-store-pauses.c */
gboolean   bw_store_retry       (BwStore *self, const BwViewer *viewer, gint64 job, gboolean all_items, GError **error);
gboolean   bw_store_retry_items (BwStore *self, const BwViewer *viewer, gint64 job, const gint64 *items, gsize n_items, GError **error);
gboolean   bw_store_cancel      (BwStore *self, const BwViewer *viewer, gint64 job, GError **error);
gboolean   bw_store_delete      (BwStore *self, const BwViewer *viewer, gint64 job, GError **error);
gint64     bw_store_clear       (BwStore *self, const BwViewer *viewer, GError **error);

typedef struct
{
  const char *name;         /* NULL: as it is */
  const char *parameters;   /* JSON text, NULL: as it is */
  gboolean set_priority;
  int priority;
  gboolean set_run_at;
  BwTime run_at;
} BwJobEdit;

gint64     bw_store_copy        (BwStore *self, const BwViewer *viewer, gint64 job, const BwJobEdit *changes, gboolean only_failed, GError **error);
gboolean   bw_store_edit        (BwStore *self, const BwViewer *viewer, gint64 job, const BwJobEdit *edit, GError **error);
gboolean   bw_store_pause       (BwStore *self, const BwViewer *viewer, const gint64 *users, gsize n_users, const char *const *types, gboolean all, const char *reason, GError **error);
gint64     bw_store_resume      (BwStore *self, const BwViewer *viewer, gint64 pause, GError **error); /* 0: all; returns how many, -1 on error */
GPtrArray *bw_store_list_pauses (BwStore *self, const BwViewer *viewer, GError **error);

/* Acting on many jobs: bw-store-bulk.c asks for it, bw-store-bulk-run.c does it */
typedef struct
{
  gint64 job;               /* the job that does it */
  gint64 total;             /* how many jobs it acts upon */
} BwBulkJob;

gboolean   bw_store_bulk        (BwStore *self, const BwViewer *viewer, const BwBulkRequest *request, BwBulkJob *bulk, GError **error);

/** A bulk job that this server runs. Zeroed but for the claim when it begins. */
typedef struct
{
  gint64 claim;
  gint64 after;             /* its items up to this one are done */
} BwBulkRun;

gboolean   bw_store_claim_bulk  (BwStore *self, const char *server, gint64 lease, gint64 *claim, GError **error);
gboolean   bw_store_run_bulk    (BwStore *self, BwBulkRun *run, gboolean *is_over, GError **error);
gboolean   bw_store_release_bulk (BwStore *self, const BwBulkRun *run, GError **error);

/* Reading: bw-store-list.c, bw-store-summary.c, bw-store-items.c, bw-store-log.c, … */
typedef struct
{
  GPtrArray *jobs;          /* of BwJob */
  gint64 total;
  gboolean total_is_exact;
  char *next;               /* cursor of the next page, NULL at the end */
  gint64 revision;          /* the list is at least as new as this */
} BwPage;

void       bw_page_free         (BwPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPage, bw_page_free)

BwPage    *bw_store_list        (BwStore *self, const BwViewer *viewer, const BwFilter *filter, guint limit, const char *after, gint64 offset, GError **error);
gboolean   bw_store_summary     (BwStore *self, const BwViewer *viewer, const BwFilter *filter, BwSummary *summary, GError **error);
BwJob     *bw_store_get_job     (BwStore *self, const BwViewer *viewer, gint64 job, char **parameters, GError **error);

typedef struct
{
  GPtrArray *items;         /* of BwItem */
  BwItemCounts counts;      /* of the whole job, whatever the filter */
  gint64 total;             /* that match */
  gint64 next;              /* pass as after; 0 at the end */
} BwItemPage;

void       bw_item_page_free    (BwItemPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwItemPage, bw_item_page_free)

typedef struct
{
  guint states;             /* 1 << BwItemState; 0: all */
  const char *relation;     /* id or part of the label; NULL: all */
  const char *q;            /* part of label or message; NULL: all */
} BwItemFilter;

BwItemPage *bw_store_list_items (BwStore *self, const BwViewer *viewer, gint64 job, const BwItemFilter *filter, guint limit, gint64 after, gint64 offset, GError **error);

gboolean   bw_store_get_log_size (BwStore *self, const BwViewer *viewer, gint64 job, gint64 *size, GError **error);
GBytes    *bw_store_read_log     (BwStore *self, const BwViewer *viewer, gint64 job, gint64 offset, gsize length, GError **error);
gboolean   bw_store_get_result   (BwStore *self, const BwViewer *viewer, gint64 job, char **name, gint64 *size, GError **error);
GBytes    *bw_store_read_result  (BwStore *self, const BwViewer *viewer, gint64 job, gint64 offset, gsize length, GError **error);

typedef enum { BW_OUTCOME_RUNNING = 0, BW_OUTCOME_FINISHED, BW_OUTCOME_FAILED, BW_OUTCOME_LAPSED, BW_OUTCOME_CANCELLED, BW_OUTCOME_RELEASED } BwOutcome;

typedef struct
{
  int attempt;
  char *worker;
  BwTime started_at;
  BwTime ended_at;          /* BW_TIME_NONE while it runs */
  BwOutcome outcome;
  char *error;              /* nullable */
} BwAttempt;

typedef struct
{
  gint64 id;
  BwTime at;
  char *actor;
  char *action;             /* "submit", "retry", "cancel", "edit", "delete", "pause", … */
  gint64 job;               /* 0: none */
  char *detail;             /* nullable, one line of English for the record */
} BwAction;

typedef struct
{
  GPtrArray *attempts;      /* of BwAttempt, oldest first */
  GPtrArray *actions;       /* of BwAction, oldest first */
} BwHistory;

void       bw_history_free      (BwHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwHistory, bw_history_free)
const char *bw_outcome_to_string (BwOutcome outcome);

BwHistory *bw_store_get_history (BwStore *self, const BwViewer *viewer, gint64 job, GError **error);

/* Changes, for event streams: bw-store-changes.c */
typedef struct
{
  BwEvent *event;
  gint64 owner;
  gboolean automated;
} BwChange;

GPtrArray *bw_store_get_changes (BwStore *self, gint64 business, gint64 since, guint limit, gint64 *revision, GError **error);

/* Exports: bw-store-export.c */
GPtrArray *bw_store_list_ids    (BwStore *self, const BwViewer *viewer, const gint64 *ids, gsize n_ids, GError **error); /* of BwJob */
gboolean   bw_store_note_export (BwStore *self, const BwViewer *viewer, gint64 job, const char *detail, GError **error);

/* Suggestions: bw-store-suggest.c */
typedef struct
{
  gint64 id;                /* user id, or 0 */
  char *key;                /* type, login or relation id */
  char *label;
} BwSuggestion;

GPtrArray *bw_store_suggest_types     (BwStore *self, const BwViewer *viewer, GError **error); /* of BwJobType */
GPtrArray *bw_store_suggest_users     (BwStore *self, const BwViewer *viewer, const char *q, guint limit, GError **error);
GPtrArray *bw_store_suggest_relations (BwStore *self, const BwViewer *viewer, const char *q, guint limit, GError **error);

/* Upkeep: bw-store-upkeep.c. Lapsed leases, due jobs, stalled jobs, retention. */
typedef struct
{
  gint64 lapsed;
  gint64 due;
  gint64 stalled;
  gint64 removed;
  BwTime next;              /* when there is something to do again; BW_TIME_NONE: not known */
} BwUpkeep;

gboolean   bw_store_tend        (BwStore *self, BwUpkeep *upkeep, GError **error);
gboolean   bw_store_check       (BwStore *self, GError **error); /* integrity, and counters against jobs */

G_END_DECLS

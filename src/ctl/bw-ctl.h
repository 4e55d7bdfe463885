/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bw-business.h"

G_BEGIN_DECLS

/** What batchworkctl exits with. */
typedef enum
{
  BW_EXIT_OK = 0,
  BW_EXIT_FAILED = 1,
  BW_EXIT_USAGE = 2,
  BW_EXIT_NOT_FOUND = 3,
  BW_EXIT_REFUSED = 4,      /* not signed in, or no right */
  BW_EXIT_CONFLICT = 5,     /* not possible in the present state */
  BW_EXIT_UNREACHABLE = 6,  /* trying again later may help */
  BW_EXIT_JOB_FAILED = 10,  /* "wait": the job is done, and failed */
  BW_EXIT_JOB_CANCELLED = 11,
} BwExitStatus;

/**
 * BwCtl:
 * @server: the server's address, from the command line, the environment or the last sign-in
 * @user: who signed in there with "login"; %NULL with a token from elsewhere
 * @business_id: the business that the user named; %NULL: the only one, or the one of the last time
 * @token_file: a file with a token to use in place of the one of "login"; nullable
 * @json: answers are to be JSON, as the server gives it
 * @connection: made by bw_ctl_connect()
 * @business: made by bw_ctl_connect(): the one that commands are about
 * @status: what to exit with if the command succeeds
 *
 * One run of the program. Its commands run in a fiber.
 */
typedef struct
{
  char *server;
  char *user;
  char *business_id;
  char *token_file;
  gboolean json;
  BwConnection *connection;
  BwBusiness *business;
  BwExitStatus status;
} BwCtl;

void         bw_ctl_clear      (BwCtl *self);
gboolean     bw_ctl_connect    (BwCtl *self, GError **error);
gboolean     bw_ctl_need_business (BwCtl *self, GError **error);
char        *bw_ctl_make_path  (BwCtl *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
JsonNode    *bw_ctl_request    (BwCtl *self, const char *method, const char *path, GBytes *body, GError **error);
gboolean     bw_ctl_print_request (BwCtl *self, const char *method, const char *path, GBytes *body, GError **error);
void         bw_ctl_print_json (JsonNode *node);
gboolean     bw_ctl_read_id    (const char *text, gint64 *id, GError **error);
BwExitStatus bw_ctl_get_status (const GError *error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwCtl, bw_ctl_clear)

G_END_DECLS

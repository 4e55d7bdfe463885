/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A batchworkd of the test's own, with the demo office in a new store. */
typedef struct
{
  char *directory;
  char *url;
  char *port;
  GSubprocess *process;
} BwTestDaemon;

gboolean      bw_test_daemon_is_there (void);
BwTestDaemon *bw_test_daemon_new      (void);
void          bw_test_daemon_free     (BwTestDaemon *self);
void          bw_test_daemon_start    (BwTestDaemon *self);
void          bw_test_daemon_kill     (BwTestDaemon *self);
char         *bw_test_daemon_get_worker_token (BwTestDaemon *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTestDaemon, bw_test_daemon_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How a worker runs: what the configuration file and the command line say. Times are milliseconds. */
typedef struct
{
  char *server;
  char *key_file;           /* holds the token */
  char *jobs;               /* directory of *.job */
  char *name;
  char *ca_file;            /* PEM; NULL: the system's authorities */
  gint64 lease;
  gint64 poll;              /* how long one claim waits for work */
  gint64 stop_timeout;      /* how long commands may go on when the worker is to stop */
  gint64 kill_after;        /* between SIGTERM and SIGKILL */
  guint max_running;
  gboolean once;            /* end when there is nothing left to do */
} BwWorkerConfig;

BwWorkerConfig *bw_worker_config_new   (void);
void            bw_worker_config_free  (BwWorkerConfig *self);
gboolean        bw_worker_config_load  (BwWorkerConfig *self, const char *path, GError **error);
gboolean        bw_worker_config_check (const BwWorkerConfig *self, GError **error);
char           *bw_worker_config_read_token (const BwWorkerConfig *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwWorkerConfig, bw_worker_config_free)

G_END_DECLS

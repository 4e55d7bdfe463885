/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BwOptions:
 *
 * How a server runs: what the configuration file and the command line say. Sizes are bytes.
 */
typedef struct
{
  char *listen;             /* ADDRESS:PORT */
  char *store;              /* sqlite:PATH */
  char *certificate;        /* PEM file; NULL: plain HTTP */
  char *key;                /* PEM file */
  char *log_level;          /* error, warning, info or debug */
  gboolean behind_proxy;
  gboolean demo;
  gint64 threads;           /* that run handlers */
  gint64 http_threads;      /* that move bytes */
  gint64 connections;
  gint64 connections_per_address; /* 0: no bound */
  gint64 idle_timeout;      /* seconds without a byte */
  gint64 header_timeout;    /* seconds for a request's header to arrive */
  gint64 body_timeout;      /* seconds for a request's body to arrive, beside its size's share */
  gint64 stop_timeout;      /* seconds to finish answers when stopping */
  gint64 max_header;
  gint64 max_body;
  gint64 max_result;
  gint64 max_streams;
  gint64 session_days;
  char *mail_server;        /* smtp://HOST:PORT or smtps://…; NULL: no mail is sent */
  char *mail_user;          /* nullable */
  char *mail_password_file; /* nullable */
  char *mail_from;          /* the sender's address */
  char *mail_ca;            /* PEM file of authorities to trust; NULL: the system's */
  gint64 password_hashes;   /* at the same time; 64 MiB each */
} BwOptions;

BwOptions *bw_options_new       (void);
void       bw_options_free      (BwOptions *self);
gboolean   bw_options_load      (BwOptions *self, const char *path, GError **error);
gboolean   bw_options_check     (BwOptions *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwOptions, bw_options_free)

G_END_DECLS

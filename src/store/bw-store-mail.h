/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-mail-wish.h"
#include "bw-store.h"

G_BEGIN_DECLS

/** A mail that is to be sent: a job that ended, to a user who wants to know. */
typedef struct
{
  BwViewer viewer;          /* the user, with the rights of now */
  char *business_name;
  char *user_name;          /* what viewer.user_name points to */
  char *address;
  char *language;
  BwJob *job;
  GPtrArray *failures;      /* of BwItem: the first of those that failed */
  BwTime finished_at;       /* the end that it tells of */
  gint64 tries;             /* this one included */
  BwTime queued_at;
} BwMail;

void bw_mail_free (BwMail *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwMail, bw_mail_free)

/* What a user wants: bw-store-mail-wishes.c */
BwMailWish *bw_store_get_mail_wish (BwStore *self, const BwViewer *viewer, GError **error);
gboolean    bw_store_set_mail_wish (BwStore *self, const BwViewer *viewer, const BwMailWish *wish, GError **error);

/* The mail on its way, for the one thread that sends it: bw-store-mail.c */
gboolean    bw_store_queue_mail    (BwStore *self, GError **error);
GPtrArray  *bw_store_take_mail     (BwStore *self, guint limit, gint64 lease_ms, GError **error); /* of BwMail */
gboolean    bw_store_end_mail      (BwStore *self, const BwMail *mail, GError **error);
gboolean    bw_store_delay_mail    (BwStore *self, const BwMail *mail, gint64 delay_ms, GError **error);
BwTime      bw_store_next_mail     (BwStore *self, GError **error);

G_END_DECLS

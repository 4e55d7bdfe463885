/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client-test.h"
#include "fake-office.h"

G_BEGIN_DECLS

/* A list model of the jobs of a fake office. */
typedef struct
{
  BwFakeOffice *office;
  BwConnection *connection;
  BwBusiness *business;
  BwJobList *list;
  BwTestShadow *shadow;
  GHashTable *revisions;    /* gint64 → gint64: the newest of each job that was seen */
} Fixture;

void     connect_to (Fixture *fixture, guint n_jobs);
gboolean is_settled (BwPagedList *list);
void     check_rows (Fixture *fixture);
void     begin_list (Fixture *fixture, const BwFilter *filter);
void     begin (Fixture *fixture, guint n_jobs, const BwFilter *filter);
void     end (Fixture *fixture);
guint    get_n_items (Fixture *fixture);
BwJob *get_job (Fixture *fixture, guint position);
gboolean agrees_between (Fixture *fixture, guint first, guint last);
gboolean agrees (Fixture *fixture);
void     hold (Fixture *fixture, guint first, guint n);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-views.h"

#include <glib/gi18n.h>

#include "bw-audit-view.h"
#include "bw-batches-view.h"
#include "bw-insights-view.h"
#include "bw-jobs-view.h"
#include "bw-people-view.h"
#include "bw-queues-view.h"
#include "bw-report-view.h"
#include "bw-workers-view.h"

#define VIEW (BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED)

/* Groups: what is at work, how it went, who may do what. */
static const BwView views[] = {
  { "jobs", N_ ("Jobs"), "bw-jobs-symbolic", 0, VIEW, bw_jobs_view_get_type },
  { "batches", N_ ("Batches"), "bw-batches-symbolic", 0, VIEW, bw_batches_view_get_type },
  { "queues", N_ ("Queues"), "bw-queues-symbolic", 0, VIEW, bw_queues_view_get_type },
  { "workers", N_ ("Workers"), "bw-workers-symbolic", 0, BW_PERMISSION_VIEW_ALL,
    bw_workers_view_get_type },
  { "insights", N_ ("Insights"), "bw-insights-symbolic", 1, VIEW, bw_insights_view_get_type },
  { "report", N_ ("Report"), "bw-report-symbolic", 1, VIEW, bw_report_view_get_type },
  { "audit", N_ ("Audit Log"), "bw-audit-symbolic", 2, BW_PERMISSION_VIEW_AUDIT,
    bw_audit_view_get_type },
  { "people", N_ ("People"), "bw-people-symbolic", 2, BW_PERMISSION_MANAGE, bw_people_view_get_type },
};

/**
 * bw_views_get:
 * @n: (out): how many there are
 *
 * Returns: (transfer none) (array length=n): the views of a business, in the order of the sidebar.
 *   The first is shown where nothing else is asked for.
 */
const BwView *
bw_views_get (guint *n)
{
  *n = G_N_ELEMENTS (views);

  return views;
}

/**
 * bw_views_find:
 * @name: a view's name
 *
 * Returns: (transfer none) (nullable): the view
 */
const BwView *
bw_views_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    if (g_strcmp0 (views[i].name, name) == 0)
      return &views[i];

  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-metrics.h"

#include <string.h>

/* Upper bounds of the histogram in microseconds. */
static const gint64 bounds[] = { 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 5000000 };
#define N_BUCKETS (G_N_ELEMENTS (bounds) + 1)

/* Statuses that are counted apart; others go by their class's first. */
static const guint statuses[] = { 200, 201, 204, 206, 400, 401, 403, 404, 405, 408, 409,
                                  413, 415, 416, 429, 431, 500, 503, 507 };
#define N_STATUSES G_N_ELEMENTS (statuses)

typedef struct
{
  guint64 status[N_STATUSES];
  guint64 bucket[N_BUCKETS];
  guint64 total_us;
} Series;

struct _BwMetrics
{
  GMutex lock;
  Series *series;           /* by route; the last for requests that have none */
};

/** bw_metrics_new: Returns: (transfer full): counters at 0, for use from any thread */
BwMetrics *
bw_metrics_new (void)
{
  BwMetrics *self = g_new0 (BwMetrics, 1);

  g_mutex_init (&self->lock);
  self->series = g_new0 (Series, bw_router_count () + 1);
  return self;
}

/** bw_metrics_free: @self: (nullable) (transfer full): counters */
void
bw_metrics_free (BwMetrics *self)
{
  if (self == NULL)
    return;
  g_mutex_clear (&self->lock);
  g_free (self->series);
  g_free (self);
}

static guint
find_status (guint status)
{
  guint fallback = 0;

  for (guint i = 0; i < N_STATUSES; i++)
    {
      if (statuses[i] == status)
        return i;
      if (statuses[i] == status / 100 * 100)
        fallback = i;
    }
  return fallback;
}

/**
 * bw_metrics_request:
 * @self: counters
 * @route: (nullable): the request's route
 * @status: the answer's status
 * @microseconds: from the whole request's arrival to the answer
 *
 * Counts one request.
 */
void
bw_metrics_request (BwMetrics *self, const BwRoute *route, guint status, gint64 microseconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Series *series = &self->series[route != NULL ? bw_router_get_index (route) : bw_router_count ()];
  guint bucket = 0;

  while (bucket < G_N_ELEMENTS (bounds) && microseconds > bounds[bucket])
    bucket++;
  series->status[find_status (status)]++;
  series->bucket[bucket]++;
  series->total_us += microseconds;
}

static void
write_durations (GString *text, const char *labels, const Series *series)
{
  guint64 count = 0;

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      count += series->bucket[i];
      g_string_append_printf (text, "batchwork_request_seconds_bucket{%s,le=\"%g\"} %" G_GUINT64_FORMAT "\n",
                              labels, bounds[i] / 1e6, count);
    }
  count += series->bucket[N_BUCKETS - 1];
  g_string_append_printf (text, "batchwork_request_seconds_bucket{%s,le=\"+Inf\"} %" G_GUINT64_FORMAT "\n",
                          labels, count);
  g_string_append_printf (text, "batchwork_request_seconds_sum{%s} %.6f\n", labels, series->total_us / 1e6);
  g_string_append_printf (text, "batchwork_request_seconds_count{%s} %" G_GUINT64_FORMAT "\n", labels, count);
}

/**
 * bw_metrics_write:
 * @self: counters
 * @text: gets them, in Prometheus' text format 0.0.4
 */
void
bw_metrics_write (BwMetrics *self, GString *text)
{
  g_autofree Series *series = NULL;
  guint n = bw_router_count () + 1;

  g_mutex_lock (&self->lock);
  series = g_memdup2 (self->series, n * sizeof *series);
  g_mutex_unlock (&self->lock);

  g_string_append (text, "# HELP batchwork_requests_total Requests answered.\n"
                         "# TYPE batchwork_requests_total counter\n");
  for (guint i = 0; i < n; i++)
    {
      const BwRoute *route = i < n - 1 ? bw_router_get (i) : NULL;

      for (guint j = 0; j < N_STATUSES; j++)
        if (series[i].status[j] > 0)
          g_string_append_printf (text,
                                  "batchwork_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"} %" G_GUINT64_FORMAT "\n",
                                  route != NULL ? bw_method_to_string (route->method) : "",
                                  route != NULL ? route->path : "", statuses[j], series[i].status[j]);
    }
  g_string_append (text, "# HELP batchwork_request_seconds From a request's arrival to its answer.\n"
                         "# TYPE batchwork_request_seconds histogram\n");
  for (guint i = 0; i < n - 1; i++)
    {
      const BwRoute *route = bw_router_get (i);
      g_autofree char *labels = g_strdup_printf ("method=\"%s\",route=\"%s\"",
                                                 bw_method_to_string (route->method), route->path);

      if (memcmp (series[i].bucket, (const guint64[N_BUCKETS]){ 0 }, sizeof series[i].bucket) != 0)
        write_durations (text, labels, &series[i]);
    }
}

/**
 * bw_metrics_write_gauge:
 * @text: gets the figure
 * @name: its name
 * @help: one sentence on what it is
 * @value: its value
 */
void
bw_metrics_write_gauge (GString *text, const char *name, const char *help, gint64 value)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s gauge\n%s %" G_GINT64_FORMAT "\n", name, help,
                          name, name, value);
}

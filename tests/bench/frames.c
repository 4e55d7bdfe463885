/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frames.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct _BwFrames
{
  GdkFrameClock *clock;
  gulong before_handler;
  gulong after_handler;
  gint64 begun;             /* microseconds */
  double cpu;               /* seconds used when it began */
  gint64 before;            /* when the frame under way, or the last one, began */
  gint64 cpu_before;        /* processor time of the main thread then */
  GArray *intervals;        /* of double: milliseconds from the beginning of one frame to the next */
  GArray *work;             /* of double: milliseconds from before-paint to after-paint */
  GArray *main_thread;      /* of double: milliseconds of processor time of the main thread for each frame */
};

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

/* In microseconds. What it leaves out is what other programs did meanwhile. */
static gint64
get_thread_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
before_paint_cb (BwFrames *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 cpu_now = get_thread_time ();
  double interval = (double) (now - self->before) / 1000;
  double main_thread = (double) (cpu_now - self->cpu_before) / 1000;

  if (self->before != 0)
    {
      g_array_append_val (self->intervals, interval);
      g_array_append_val (self->main_thread, main_thread);
    }
  self->before = now;
  self->cpu_before = cpu_now;
}

static void
after_paint_cb (BwFrames *self)
{
  double work = (double) (g_get_monotonic_time () - self->before) / 1000;

  if (self->before != 0)
    g_array_append_val (self->work, work);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return (one > other) - (one < other);
}

static guint
count_over (GArray *sorted, double limit)
{
  guint n = 0;

  while (n < sorted->len && g_array_index (sorted, double, sorted->len - 1 - n) > limit)
    n++;
  return n;
}

static void
add_number (JsonBuilder *result, const char *name, double value)
{
  json_builder_set_member_name (result, name);
  json_builder_add_double_value (result, value);
}

/* The nearest-rank percentiles of @values, milliseconds. */
static void
add_values (JsonBuilder *result, const char *name, GArray *values)
{
  json_builder_set_member_name (result, name);
  json_builder_begin_object (result);
  g_array_sort (values, compare);
  for (guint i = 0; values->len > 0 && i < 4; i++)
    {
      static const struct { const char *name; guint percent; } ranks[] = {
        { "median", 50 }, { "p95", 95 }, { "p99", 99 }, { "longest", 100 },
      };

      add_number (result, ranks[i].name,
                  g_array_index (values, double, (values->len * ranks[i].percent + 99) / 100 - 1));
    }
  add_number (result, "over_17", count_over (values, 1000.0 / 60));
  add_number (result, "over_25", count_over (values, 25));
  add_number (result, "over_50", count_over (values, 50));
  json_builder_end_object (result);
}

/* Begins to record the frames of the window that @widget is in, which from now on come one after the other. */
BwFrames *
bw_frames_begin (GtkWidget *widget)
{
  BwFrames *self = g_new0 (BwFrames, 1);

  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  self->intervals = g_array_new (FALSE, FALSE, sizeof (double));
  self->work = g_array_new (FALSE, FALSE, sizeof (double));
  self->main_thread = g_array_new (FALSE, FALSE, sizeof (double));
  self->before_handler = g_signal_connect_swapped (self->clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  self->after_handler = g_signal_connect_swapped (self->clock, "after-paint", G_CALLBACK (after_paint_cb), self);
  self->begun = g_get_monotonic_time ();
  self->cpu = get_cpu ();
  gdk_frame_clock_begin_updating (self->clock);
  return self;
}

/* Adds what was recorded to @result as a member, and frees it. */
void
bw_frames_end (BwFrames *self, const char *name, JsonBuilder *result)
{
  double seconds = (double) (g_get_monotonic_time () - self->begun) / G_USEC_PER_SEC;

  gdk_frame_clock_end_updating (self->clock);
  g_signal_handler_disconnect (self->clock, self->before_handler);
  g_signal_handler_disconnect (self->clock, self->after_handler);

  json_builder_set_member_name (result, name);
  json_builder_begin_object (result);
  add_number (result, "seconds", seconds);
  add_number (result, "cpu_percent", 100 * (get_cpu () - self->cpu) / seconds);
  add_number (result, "frames", self->work->len);
  add_values (result, "work", self->work);
  add_values (result, "interval", self->intervals);
  add_values (result, "main_thread", self->main_thread);
  json_builder_end_object (result);

  g_array_unref (self->main_thread);
  g_array_unref (self->intervals);
  g_array_unref (self->work);
  g_object_unref (self->clock);
  g_free (self);
}

/* Adds the resident memory of this process in MiB: in all, and its proportional share. */
void
bw_frames_add_memory (JsonBuilder *result, const char *name)
{
  g_autofree char *rollup = NULL;
  const char *rss;
  const char *pss;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &rollup, NULL, NULL))
    g_error ("There is no /proc/self/smaps_rollup");
  rss = strstr (rollup, "\nRss:");
  pss = strstr (rollup, "\nPss:");
  json_builder_set_member_name (result, name);
  json_builder_begin_object (result);
  add_number (result, "rss", g_ascii_strtod (rss + strlen ("\nRss:"), NULL) / 1024);
  add_number (result, "pss", g_ascii_strtod (pss + strlen ("\nPss:"), NULL) / 1024);
  json_builder_end_object (result);
}

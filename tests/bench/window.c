/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The application's real windows, timed: it signs in to a server, shows what MODE says, and scrolls.
 *
 *   bench-window quiet URL USER PASSWORD-FILE BUSINESS       the list: first rows, scrolling, jumps, memory
 *   bench-window busy  URL USER PASSWORD-FILE BUSINESS       the list while something else makes events
 *   bench-window job   URL USER PASSWORD-FILE BUSINESS JOB   the window of a job: items and log
 *
 * Prints one line of JSON: times in milliseconds, memory in MiB.
 */

#include <libdex.h>
#include <locale.h>
#include <stdlib.h>

#include "bw-application.h"
#include "bw-items-page.h"
#include "bw-job-list.h"
#include "bw-job-table.h"
#include "bw-job-window.h"
#include "bw-log-lines.h"
#include "bw-log-page.h"
#include "bw-window.h"

#include "frames.h"
#include "scroll.h"

#define SMOOTH_ROWS 2000
#define SMOOTH_SECONDS 10
#define BUSY_SECONDS 10
/* Places evenly spread over the list, each looked at until its rows are there. */
#define N_PLACES 200

typedef struct
{
  BwApplication *application;
  const char *mode;
  const char *business;
  gint64 job;
  gint64 started;           /* microseconds: this process, then the window of a job */
  gint64 signed_in;
  JsonBuilder *result;
  guint n_events;
} Bench;

static void
await (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (future, &error))
    g_error ("%s", error->message);
}

/* Lets the window go on by itself. */
static void
let_pass (int milliseconds)
{
  dex_await (dex_timeout_new_msec (milliseconds), NULL);
}

static void
add_milliseconds (Bench *bench, const char *name, gint64 from, gint64 to)
{
  json_builder_set_member_name (bench->result, name);
  json_builder_add_double_value (bench->result, (double) (to - from) / 1000);
}

/* Until a widget is on screen: what is shown follows from answers of the server. */
static GtkWidget *
await_widget (GtkWidget *root, GType type)
{
  GtkWidget *widget;

  while ((widget = bw_scroll_find (root, type)) == NULL)
    let_pass (1);
  return widget;
}

static gint64
await_rows (GtkWidget *view)
{
  g_autoptr (GError) error = NULL;
  gint64 at = dex_await_int64 (dex_future_first (bw_scroll_settled (view), dex_timeout_new_seconds (60), NULL), &error);

  if (error != NULL)
    g_error ("The rows on screen were not loaded within a minute");
  return at;
}

static void
rest (Bench *bench, GtkWidget *view, const char *name)
{
  BwFrames *frames = bw_frames_begin (view);

  let_pass (BUSY_SECONDS * 1000);
  bw_frames_end (frames, name, bench->result);
}

static void
scroll_smoothly (Bench *bench, GtkWidget *view, const char *name)
{
  BwFrames *frames = bw_frames_begin (view);

  await (bw_scroll_by_rows (view, SMOOTH_ROWS, SMOOTH_SECONDS));
  bw_frames_end (frames, name, bench->result);
}

static void
jump (Bench *bench, GtkWidget *view, const char *name, double fraction)
{
  gint64 begun = g_get_monotonic_time ();

  bw_scroll_to (view, fraction);
  add_milliseconds (bench, name, begun, await_rows (view));
}

static void
visit_places (Bench *bench, GtkWidget *view, const char *name)
{
  BwFrames *frames = bw_frames_begin (view);

  for (guint i = 0; i < N_PLACES; i++)
    {
      bw_scroll_to (view, (double) i / (N_PLACES - 1));
      await_rows (view);
    }
  bw_frames_end (frames, name, bench->result);
}

static void
event_cb (Bench *bench)
{
  bench->n_events++;
}

static BwJobList *
get_list (GtkWidget *view)
{
  GtkSelectionModel *model = gtk_column_view_get_model (GTK_COLUMN_VIEW (view));

  return BW_JOB_LIST (gtk_single_selection_get_model (GTK_SINGLE_SELECTION (model)));
}

static void
run_quiet (Bench *bench, GtkWidget *view)
{
  scroll_smoothly (bench, view, "smooth");
  bw_frames_add_memory (bench->result, "memory_smooth");
  jump (bench, view, "middle_ms", 0.5);
  jump (bench, view, "end_ms", 1);
  visit_places (bench, view, "places");
  bw_frames_add_memory (bench->result, "memory_places");
}

static void
run_busy (Bench *bench, GtkWidget *view)
{
  BwEventStream *stream = bw_business_get_event_stream (bw_job_list_get_business (get_list (view)));
  gint64 begun = g_get_monotonic_time ();

  g_signal_connect_swapped (stream, "event", G_CALLBACK (event_cb), bench);
  rest (bench, view, "top");
  scroll_smoothly (bench, view, "smooth");
  json_builder_set_member_name (bench->result, "events_a_second");
  json_builder_add_double_value (bench->result, bench->n_events * (double) G_USEC_PER_SEC
                                                  / (double) (g_get_monotonic_time () - begun));
  bw_frames_add_memory (bench->result, "memory_busy");
}

static void
run_items (Bench *bench, GtkWidget *window)
{
  GtkWidget *view = await_widget (await_widget (window, BW_TYPE_ITEMS_PAGE), GTK_TYPE_COLUMN_VIEW);

  add_milliseconds (bench, "items_first_ms", bench->started, await_rows (view));
  json_builder_set_member_name (bench->result, "items");
  json_builder_add_int_value (bench->result, bw_scroll_get_n_rows (view));
  scroll_smoothly (bench, view, "items_smooth");
  jump (bench, view, "items_middle_ms", 0.5);
  jump (bench, view, "items_end_ms", 1);
  visit_places (bench, view, "items_places");
  bw_frames_add_memory (bench->result, "memory_items");
}

static void
await_whole_log (Bench *bench, GtkWidget *view, gint64 begun)
{
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (view));
  BwLogLines *lines = BW_LOG_LINES (gtk_no_selection_get_model (GTK_NO_SELECTION (model)));

  while (bw_log_lines_get_loading (lines))
    let_pass (5);
  add_milliseconds (bench, "log_whole_ms", begun, g_get_monotonic_time ());
  json_builder_set_member_name (bench->result, "log_bytes");
  json_builder_add_int_value (bench->result, bw_log_lines_get_size (lines));
  json_builder_set_member_name (bench->result, "log_lines");
  json_builder_add_int_value (bench->result, bw_scroll_get_n_rows (view));
}

static void
run_log (Bench *bench, GtkWidget *window)
{
  AdwViewStack *stack = ADW_VIEW_STACK (await_widget (window, ADW_TYPE_VIEW_STACK));
  BwFrames *frames = bw_frames_begin (window);
  gint64 begun = g_get_monotonic_time ();
  GtkWidget *view;

  adw_view_stack_set_visible_child_name (stack, "log");
  view = await_widget (await_widget (window, BW_TYPE_LOG_PAGE), GTK_TYPE_LIST_VIEW);
  add_milliseconds (bench, "log_first_ms", begun, await_rows (view));
  await_whole_log (bench, view, begun);
  bw_frames_end (frames, "log_loading", bench->result);
  bw_scroll_to (view, 0);
  await_rows (view);
  scroll_smoothly (bench, view, "log_smooth");
  jump (bench, view, "log_middle_ms", 0.5);
  jump (bench, view, "log_end_ms", 1);
  bw_frames_add_memory (bench->result, "memory_log");
}

static void
run_job (Bench *bench)
{
  BwConnection *connection = bw_session_get_connection (bw_application_get_session (bench->application));
  g_autoptr (BwBusiness) business = bw_business_new (connection, bench->business);
  GtkWidget *window;

  bw_frames_add_memory (bench->result, "memory_before");
  bench->started = g_get_monotonic_time ();
  bw_application_open_job (bench->application, business, bench->job);
  window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (bench->application)));
  g_assert (BW_IS_JOB_WINDOW (window));
  run_items (bench, window);
  run_log (bench, window);
}

static void
run_list (Bench *bench, GtkWidget *window)
{
  GtkWidget *view = await_widget (await_widget (window, BW_TYPE_JOB_TABLE), GTK_TYPE_COLUMN_VIEW);
  gint64 shown = await_rows (view);

  add_milliseconds (bench, "first_rows_ms", bench->signed_in, shown);
  add_milliseconds (bench, "start_ms", bench->started, shown);
  bw_frames_add_memory (bench->result, "memory_first");
  json_builder_set_member_name (bench->result, "jobs");
  json_builder_add_int_value (bench->result, bw_scroll_get_n_rows (view));
  if (g_str_equal (bench->mode, "quiet"))
    run_quiet (bench, view);
  else if (g_str_equal (bench->mode, "busy"))
    run_busy (bench, view);
  else
    run_job (bench);
}

static void
print_result (Bench *bench)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_end_object (bench->result);
  root = json_builder_get_root (bench->result);
  text = json_to_string (root, FALSE);
  g_print ("%s\n", text);
}

static DexFuture *
bench_fiber (gpointer data)
{
  Bench *bench = data;
  GtkWidget *window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (bench->application)));

  json_builder_begin_object (bench->result);
  json_builder_set_member_name (bench->result, "renderer");
  json_builder_add_string_value (bench->result, G_OBJECT_TYPE_NAME (gtk_native_get_renderer (GTK_NATIVE (window))));
  json_builder_set_member_name (bench->result, "display");
  json_builder_add_string_value (bench->result, G_OBJECT_TYPE_NAME (gtk_widget_get_display (window)));
  run_list (bench, window);
  print_result (bench);
  exit (0);
}

static void
connection_cb (Bench *bench, GParamSpec *pspec, BwSession *session)
{
  if (bw_session_get_connection (session) != NULL)
    bench->signed_in = g_get_monotonic_time ();
}

static void
window_mapped_cb (Bench *bench, GtkWidget *window)
{
  g_signal_handlers_disconnect_by_func (window, window_mapped_cb, bench);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, bench_fiber, bench, NULL));
}

static void
window_added_cb (Bench *bench, GtkWindow *window)
{
  if (!BW_IS_WINDOW (window))
    return;
  g_signal_connect_swapped (bw_application_get_session (bench->application), "notify::connection",
                            G_CALLBACK (connection_cb), bench);
  g_signal_connect_swapped (window, "map", G_CALLBACK (window_mapped_cb), bench);
}

int
main (int argc, char **argv)
{
  Bench bench = { .started = g_get_monotonic_time () };
  char *arguments[] = { argv[0], (char *) "--server", NULL, (char *) "--user", NULL, (char *) "--password-file", NULL,
                        (char *) "--business", NULL, (char *) "--width", (char *) "1280", (char *) "--height",
                        (char *) "900", NULL };

  if (argc < 6)
    g_error ("Usage: bench-window quiet|busy|job URL USER PASSWORD-FILE BUSINESS [JOB]");
  for (int i = 2; i < 6; i++)
    arguments[2 * (i - 1)] = argv[i];
  bench.mode = argv[1];
  bench.business = argv[5];
  bench.job = argc > 6 ? g_ascii_strtoll (argv[6], NULL, 10) : 0;
  bench.result = json_builder_new ();
  setlocale (LC_ALL, "");
  dex_init ();

  bench.application = bw_application_new ();
  g_signal_connect_swapped (bench.application, "window-added", G_CALLBACK (window_added_cb), &bench);
  return g_application_run (G_APPLICATION (bench.application), G_N_ELEMENTS (arguments) - 1, arguments);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scroll.h"

typedef struct
{
  GtkAdjustment *adjustment;
  double left;              /* pixels */
  double speed;             /* pixels a second */
  gint64 last;              /* microseconds, on the frame clock */
  DexPromise *done;
} Glide;

typedef struct
{
  GtkWidget *view;
  GdkFrameClock *clock;
  gulong handler;
  DexPromise *done;
} Watch;

/* Finds the first widget of a type that is on screen, depth first. */
GtkWidget *
bw_scroll_find (GtkWidget *root, GType type)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = bw_scroll_find (child, type);
  return found;
}

static GtkAdjustment *
get_adjustment (GtkWidget *view)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
}

guint
bw_scroll_get_n_rows (GtkWidget *view)
{
  GtkSelectionModel *model = GTK_IS_COLUMN_VIEW (view) ? gtk_column_view_get_model (GTK_COLUMN_VIEW (view))
                                                       : gtk_list_view_get_model (GTK_LIST_VIEW (view));

  return model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
}

static void
glide_free (gpointer data)
{
  Glide *glide = data;

  dex_promise_resolve_boolean (glide->done, TRUE);
  dex_unref (glide->done);
  g_free (glide);
}

/* As much further as the time says, like a list that was flung: rows may come and go meanwhile. */
static gboolean
glide_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Glide *glide = data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double step = glide->speed * (double) (now - glide->last) / G_USEC_PER_SEC;

  if (glide->last != 0)
    {
      gtk_adjustment_set_value (glide->adjustment, gtk_adjustment_get_value (glide->adjustment) + step);
      glide->left -= step;
    }
  glide->last = now;
  return glide->left > 0;
}

/* Scrolls down at an even speed, by a step each frame. */
DexFuture *
bw_scroll_by_rows (GtkWidget *view, double n_rows, double seconds)
{
  Glide *glide = g_new0 (Glide, 1);
  DexFuture *done = DEX_FUTURE (dex_promise_new ());

  glide->adjustment = get_adjustment (view);
  glide->left = n_rows * gtk_adjustment_get_upper (glide->adjustment) / bw_scroll_get_n_rows (view);
  glide->speed = glide->left / seconds;
  glide->done = dex_ref (DEX_PROMISE (done));
  gtk_widget_add_tick_callback (view, glide_cb, glide, glide_free);
  return done;
}

/* Jumps to a part of the whole, as by the scrollbar: 0 is the top and 1 the end. */
void
bw_scroll_to (GtkWidget *view, double fraction)
{
  GtkAdjustment *adjustment = get_adjustment (view);
  double room = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  gtk_adjustment_set_value (adjustment, fraction * room);
}

static gboolean
has_words (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) != '\0';
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_words (child))
      return TRUE;
  return FALSE;
}

/* Whether every row on screen has words in it, which a row that is not loaded has not. */
gboolean
bw_scroll_shows_rows (GtkWidget *view)
{
  GtkWidget *rows = GTK_IS_COLUMN_VIEW (view) ? gtk_widget_get_last_child (view) : view;
  guint n_shown = 0;

  if (!gtk_widget_get_mapped (rows))
    return FALSE;
  for (GtkWidget *row = gtk_widget_get_first_child (rows); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      graphene_rect_t bounds;

      if (!gtk_widget_get_mapped (row) || !gtk_widget_compute_bounds (row, rows, &bounds) || bounds.size.height < 1
          || bounds.origin.y + bounds.size.height <= 0 || bounds.origin.y >= (float) gtk_widget_get_height (rows))
        continue;
      if (!has_words (row))
        return FALSE;
      n_shown++;
    }
  return n_shown > 0;
}

static void
after_paint_cb (Watch *watch)
{
  if (!bw_scroll_shows_rows (watch->view))
    return;
  g_signal_handler_disconnect (watch->clock, watch->handler);
  dex_promise_resolve_int64 (watch->done, g_get_monotonic_time ());
  dex_unref (watch->done);
  g_object_unref (watch->clock);
  g_free (watch);
}

/* Resolves to the monotonic time when a frame is painted in which every row on screen is loaded. */
DexFuture *
bw_scroll_settled (GtkWidget *view)
{
  Watch *watch = g_new0 (Watch, 1);
  DexFuture *done = DEX_FUTURE (dex_promise_new ());

  watch->view = view;
  watch->clock = g_object_ref (gtk_widget_get_frame_clock (view));
  watch->done = dex_ref (DEX_PROMISE (done));
  watch->handler = g_signal_connect_swapped (watch->clock, "after-paint", G_CALLBACK (after_paint_cb), watch);
  gtk_widget_queue_draw (view);
  return done;
}

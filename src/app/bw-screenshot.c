/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-screenshot.h"

#include "bw-error.h"

/* Frames drawn after the content is there: layout, icons and transitions settle in them. */
#define SETTLING_FRAMES 40

/* A picture in the making. */
typedef struct
{
  DexPromise *promise;
  BwReadyFunc is_ready;
  char *path;
  guint n_ready; /* frames in a row in which the content was there */
} Picture;

static void
picture_free (Picture *picture)
{
  if (dex_future_is_pending (DEX_FUTURE (picture->promise)))
    dex_promise_reject (picture->promise, g_error_new (BW_ERROR, BW_ERROR_UNAVAILABLE,
                                                       "The window was closed before the picture"));
  dex_unref (picture->promise);
  g_free (picture->path);
  g_free (picture);
}

static GdkTexture *
render (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (paintable);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  double width = gdk_paintable_get_intrinsic_width (image);
  double height = gdk_paintable_get_intrinsic_height (image);

  gdk_paintable_snapshot (image, snapshot, width, height);
  node = gtk_snapshot_to_node (snapshot);
  if (node == NULL || renderer == NULL)
    return NULL;

  return gsk_renderer_render_texture (renderer, node,
                                      &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

static gboolean
frame_cb (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  Picture *picture = user_data;
  g_autoptr (GdkTexture) texture = NULL;

  picture->n_ready = picture->is_ready (window) ? picture->n_ready + 1 : 0;
  if (picture->n_ready < SETTLING_FRAMES)
    return G_SOURCE_CONTINUE;

  /* There is nothing to render in a frame in which the window itself is to be drawn anew. */
  texture = render (window);
  if (texture == NULL)
    return G_SOURCE_CONTINUE;

  if (gdk_texture_save_to_png (texture, picture->path))
    dex_promise_resolve_boolean (picture->promise, TRUE);
  else
    dex_promise_reject (picture->promise,
                        g_error_new (BW_ERROR, BW_ERROR_INTERNAL,
                                     "The picture could not be written to %s", picture->path));

  return G_SOURCE_REMOVE;
}

/**
 * bw_screenshot_save:
 * @window: a window on screen
 * @is_ready: whether it shows what is meant to be seen; asked at each frame
 * @path: the PNG file to write
 *
 * Returns: (transfer full): a future of %TRUE, when the picture is written
 */
DexFuture *
bw_screenshot_save (GtkWidget *window, BwReadyFunc is_ready, const char *path)
{
  Picture *picture = g_new0 (Picture, 1);
  DexPromise *promise = dex_promise_new ();

  picture->promise = dex_ref (promise);
  picture->is_ready = is_ready;
  picture->path = g_strdup (path);
  gtk_widget_add_tick_callback (window, frame_cb, picture, (GDestroyNotify) picture_free);

  return DEX_FUTURE (promise);
}

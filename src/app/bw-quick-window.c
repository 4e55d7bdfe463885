/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-quick-window.h"

#include "bw-quick-list.h"

struct _BwQuickWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  BwQuickList *list;

  BwJobWatch *watch;
};

G_DEFINE_FINAL_TYPE (BwQuickWindow, bw_quick_window, ADW_TYPE_WINDOW)

/* Without a business there is nobody to show jobs to. */
static void
update_businesses (BwQuickWindow *self)
{
  g_autoptr (GPtrArray) businesses = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = bw_job_watch_get_n_businesses (self->watch);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (businesses, g_object_ref (bw_job_watch_get_business (self->watch, i)));
  bw_quick_list_set_businesses (self->list, businesses);
}

/* The button goes with its window, so what it does is done first. */
static void
show_all_cb (BwQuickWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.show-business", "s", "");
  gtk_window_close (GTK_WINDOW (self));
}

static void
bw_quick_window_dispose (GObject *object)
{
  BwQuickWindow *self = BW_QUICK_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_QUICK_WINDOW);
  g_clear_object (&self->watch);

  G_OBJECT_CLASS (bw_quick_window_parent_class)->dispose (object);
}

static void
bw_quick_window_class_init (BwQuickWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_quick_window_dispose;

  g_type_ensure (BW_TYPE_QUICK_LIST);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-quick-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BwQuickWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, BwQuickWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
}

static void
bw_quick_window_init (BwQuickWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_quick_list_set_toasts (self->list, self->toasts);
}

/**
 * bw_quick_window_new:
 * @application: the application
 * @watch: says which businesses there are
 *
 * Returns: (transfer none): a window, owned by GTK
 */
GtkWindow *
bw_quick_window_new (GtkApplication *application, BwJobWatch *watch)
{
  BwQuickWindow *self = g_object_new (BW_TYPE_QUICK_WINDOW, "application", application, NULL);

  self->watch = g_object_ref (watch);
  g_signal_connect_object (watch, "businesses", G_CALLBACK (update_businesses), self,
                           G_CONNECT_SWAPPED);
  update_businesses (self);

  return GTK_WINDOW (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-log-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-dex.h"
#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-log-lines.h"
#include "bw-tooltip.h"

/* A smaller log is here before anybody could read how far it is. In bytes. */
#define SHOW_PROGRESS_FROM (4 * 1024 * 1024)

struct _BwLogPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwStatusPage *empty_page;
  GtkScrolledWindow *scroller;
  GtkListView *view;
  GtkProgressBar *progress_bar;

  BwLogLines *lines;
  gboolean follow;          /* the end is on screen, and stays there as the log grows */
  double upper;             /* of the scroll position, when it last changed */
};

G_DEFINE_FINAL_TYPE (BwLogPage, bw_log_page, ADW_TYPE_BIN)

static char *
get_exact_time (GtkWidget *time)
{
  BwLogLine *line = g_object_get_data (G_OBJECT (time), "bw-line");
  BwTime at = line != NULL ? bw_log_line_get_time (line) : BW_TIME_NONE;

  return at != BW_TIME_NONE ? bw_format_time_exact (at) : NULL;
}

/* GTK makes some 200 rows, of which a tenth is on screen. To be selectable makes a label several
 * times as dear to make, so each becomes it only when it comes on screen. */
static void
text_mapped_cb (GtkWidget *text)
{
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
}

static void
setup_line_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *time = gtk_label_new (NULL);
  GtkWidget *text = gtk_label_new (NULL);

  gtk_widget_add_css_class (time, "dimmed");
  bw_tooltip_set_func (time, get_exact_time);
  gtk_widget_set_valign (time, GTK_ALIGN_START);
  gtk_label_set_width_chars (GTK_LABEL (time), 8);
  gtk_label_set_xalign (GTK_LABEL (time), 0);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  g_signal_connect (text, "map", G_CALLBACK (text_mapped_cb), NULL);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (box), time);
  gtk_box_append (GTK_BOX (box), text);

  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_line_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  BwLogLine *line = gtk_list_item_get_item (list_item);
  GtkWidget *time = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *text = gtk_widget_get_next_sibling (time);
  BwTime at = bw_log_line_get_time (line);

  gtk_label_set_label (GTK_LABEL (text), bw_log_line_get_text (line));
  gtk_label_set_label (GTK_LABEL (time), "");
  g_object_set_data_full (G_OBJECT (time), "bw-line", g_object_ref (line), g_object_unref);
  if (at != BW_TIME_NONE)
    {
      g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (at / BW_TIME_SECOND);
      g_autofree char *clock = g_date_time_format (moment, "%T");

      gtk_label_set_label (GTK_LABEL (time), clock);
    }
}

static void
scroll_to_end (BwLogPage *self)
{
  guint n_lines = g_list_model_get_n_items (G_LIST_MODEL (self->lines));

  if (n_lines > 0)
    gtk_list_view_scroll_to (self->view, n_lines - 1, GTK_LIST_SCROLL_NONE, NULL);
}

static void
end_cb (BwLogPage *self)
{
  self->follow = TRUE;
  scroll_to_end (self);
}

/* What was written need not be UTF-8; a clipboard's text has to be. */
static DexFuture *
make_text_in_thread (gpointer data)
{
  GBytes *bytes = data;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  char *valid = g_utf8_make_valid (text, (gssize) size);

  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_take (valid, strlen (valid)));
}

static DexFuture *
copy_fiber (gpointer data)
{
  BwLogPage *self = data;
  GBytes *contents = bw_log_lines_get_contents (self->lines);
  g_autoptr (GBytes) text = dex_await_boxed (bw_dex_in_thread (make_text_in_thread, contents,
                                                               (GDestroyNotify) g_bytes_unref),
                                             NULL);
  g_autoptr (GdkContentProvider) provider = NULL;

  if (text == NULL || self->lines == NULL)
    return dex_future_new_true ();

  provider = gdk_content_provider_new_for_bytes ("text/plain;charset=utf-8", text);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), provider);
  gtk_widget_activate_action (GTK_WIDGET (self), "job.say", "s", _("The log was copied."));

  return dex_future_new_true ();
}

static void
copy_cb (BwLogPage *self)
{
  dex_future_disown (bw_fiber_spawn (copy_fiber, g_object_ref (self), g_object_unref));
}

/* Whoever scrolls away from the end reads; whoever returns to it follows. Where the height of it all
 * changes at the same time, it was not the user who scrolled, but lines that came. */
static void
scrolled_cb (BwLogPage *self, GtkAdjustment *adjustment)
{
  double upper = gtk_adjustment_get_upper (adjustment);
  double rest = upper - gtk_adjustment_get_page_size (adjustment) - gtk_adjustment_get_value (adjustment);

  if (rest < 1)
    self->follow = TRUE;
  else if (self->upper == upper)
    self->follow = FALSE;
  self->upper = upper;
}

static gboolean
wheel_cb (BwLogPage *self, double dx, double dy)
{
  if (dy < 0)
    self->follow = FALSE;

  return GDK_EVENT_PROPAGATE;
}

static void
size_cb (BwLogPage *self)
{
  gint64 total;

  g_object_get (self->lines, "total-size", &total, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar),
                          total >= SHOW_PROGRESS_FROM && bw_log_lines_get_size (self->lines) < total);
  if (total > 0)
    gtk_progress_bar_set_fraction (self->progress_bar, (double) bw_log_lines_get_size (self->lines) / (double) total);
}

static void
items_changed_cb (BwLogPage *self)
{
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->lines)) > 0 ? "lines" : "empty");
  if (self->follow)
    scroll_to_end (self);
}

static void
error_cb (BwLogPage *self)
{
  const GError *error = bw_log_lines_get_error (self->lines);

  if (error != NULL)
    adw_status_page_set_description (self->empty_page, error->message);
  else
    adw_status_page_set_description (self->empty_page, _("What the worker says of this job will show here."));
  adw_status_page_set_title (self->empty_page,
                             error != NULL ? _("The Log Could Not Be Loaded") : _("No Log Yet"));
}

static void
bw_log_page_dispose (GObject *object)
{
  BwLogPage *self = BW_LOG_PAGE (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_LOG_PAGE);
  g_clear_object (&self->lines);

  G_OBJECT_CLASS (bw_log_page_parent_class)->dispose (object);
}

static void
bw_log_page_class_init (BwLogPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_log_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-log-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwLogPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BwLogPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, BwLogPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, BwLogPage, view);
  gtk_widget_class_bind_template_child (widget_class, BwLogPage, progress_bar);
  gtk_widget_class_bind_template_callback (widget_class, setup_line_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_line_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, end_cb);
  gtk_widget_class_bind_template_callback (widget_class, wheel_cb);
}

static void
bw_log_page_init (BwLogPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
}

/**
 * bw_log_page_open:
 * @self: a page
 * @business: the business of the job
 * @job: the job's id
 * @follow: whether to begin at the log's end, and stay there as it grows
 *
 * Begins to load the log. Once for each page.
 */
void
bw_log_page_open (BwLogPage *self, BwBusiness *business, gint64 job, gboolean follow)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  g_return_if_fail (BW_IS_LOG_PAGE (self));
  g_return_if_fail (self->lines == NULL);

  self->follow = follow;
  self->lines = bw_log_lines_new (business, job);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->lines)));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->lines, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lines, "notify::size", G_CALLBACK (size_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lines, "notify::total-size", G_CALLBACK (size_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lines, "notify::error", G_CALLBACK (error_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self);
}

/**
 * bw_log_page_refresh:
 * @self: a page that was opened
 *
 * Looks at once whether there is more; also after an error, to try again.
 */
void
bw_log_page_refresh (BwLogPage *self)
{
  g_return_if_fail (BW_IS_LOG_PAGE (self));
  g_return_if_fail (self->lines != NULL);

  bw_log_lines_refresh (self->lines);
}

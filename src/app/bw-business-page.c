/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-business-page.h"

#include <glib/gi18n.h>

#include "bw-business-admin.h"
#include "bw-fiber.h"
#include "bw-link-dialog.h"

/* After the last turn of the days' wheel they are sent. In milliseconds. */
#define SETTLE 700

struct _BwBusinessPage
{
  BwLiveView parent_instance;

  GtkEditable *name_row;
  GtkSpinButton *retention_button;
  AdwPreferencesGroup *links_group;

  BwSettings *settings;
  GPtrArray *rows; /* of GtkWidget, not owned */
  guint settle_source;
  gboolean syncing;
};

G_DEFINE_FINAL_TYPE (BwBusinessPage, bw_business_page, BW_TYPE_LIVE_VIEW)

/* Sending */

typedef struct
{
  BwBusinessPage *self;
  DexFuture *change;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->self);
  dex_clear (&sending->change);
  g_free (sending);
}

/* What was refused is shown again as it is. */
static DexFuture *
send_fiber (gpointer data)
{
  Sending *sending = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (g_steal_pointer (&sending->change), &error))
    bw_live_view_toast (BW_LIVE_VIEW (sending->self), error->message);
  bw_live_view_reload (BW_LIVE_VIEW (sending->self));

  return dex_future_new_true ();
}

static void
send_change (BwBusinessPage *self, const BwSettingsChange *change)
{
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  Sending *sending;

  if (business == NULL)
    return;

  sending = g_new0 (Sending, 1);
  sending->self = g_object_ref (self);
  sending->change = bw_business_change_settings (business, change);
  dex_future_disown (bw_fiber_spawn (send_fiber, sending, sending_free));
}

static void
name_cb (BwBusinessPage *self)
{
  BwSettingsChange change = { gtk_editable_get_text (self->name_row), 0, NULL };

  send_change (self, &change);
}

static gboolean
settle_cb (gpointer user_data)
{
  BwBusinessPage *self = user_data;
  BwSettingsChange change = { NULL, (int) gtk_spin_button_get_value (self->retention_button),
                              NULL };

  self->settle_source = 0;
  send_change (self, &change);

  return G_SOURCE_REMOVE;
}

static void
retention_cb (BwBusinessPage *self)
{
  if (self->syncing)
    return;

  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE, settle_cb, self);
}

/* Links */

static void
open_link (BwBusinessPage *self, const BwReferenceUrl *link)
{
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  BwFormDialog *dialog;

  if (business == NULL || self->settings == NULL)
    return;

  dialog = bw_link_dialog_new (business, self->settings, link);
  g_signal_connect_object (dialog, "saved", G_CALLBACK (bw_live_view_reload), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
add_link_cb (BwBusinessPage *self)
{
  open_link (self, NULL);
}

static void
link_activated_cb (BwBusinessPage *self, GtkWidget *row)
{
  guint index;

  if (g_ptr_array_find (self->rows, row, &index))
    open_link (self, g_ptr_array_index (self->settings->references, index));
}

static GtkWidget *
create_row (BwBusinessPage *self, const BwReferenceUrl *link)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), link->kind);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), link->url);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_swapped (row, "activated", G_CALLBACK (link_activated_cb), self);

  return row;
}

static void
remove_rows (BwBusinessPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->links_group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

/* The view */

static DexFuture *
bw_business_page_load (BwLiveView *view, BwBusiness *business)
{
  return bw_business_get_settings (business);
}

static void
bw_business_page_take (BwLiveView *view, const GValue *answer)
{
  BwBusinessPage *self = BW_BUSINESS_PAGE (view);

  g_clear_pointer (&self->settings, bw_settings_free);
  self->settings = g_value_dup_boxed (answer);

  self->syncing = TRUE;
  gtk_editable_set_text (self->name_row, self->settings->name);
  gtk_spin_button_set_value (self->retention_button, self->settings->retention_days);
  self->syncing = FALSE;

  remove_rows (self);
  for (guint i = 0; i < self->settings->references->len; i++)
    {
      GtkWidget *row = create_row (self, g_ptr_array_index (self->settings->references, i));

      adw_preferences_group_add (self->links_group, row);
      g_ptr_array_add (self->rows, row);
    }
}

/* A change that waits is another business's from now on: it is not sent. */
static void
bw_business_page_forget (BwLiveView *view)
{
  BwBusinessPage *self = BW_BUSINESS_PAGE (view);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_pointer (&self->settings, bw_settings_free);
  remove_rows (self);
}

/* What is being typed must not be overwritten because of a job. */
static gboolean
bw_business_page_concerns (BwLiveView *view, const BwEvent *event)
{
  return FALSE;
}

static void
bw_business_page_dispose (GObject *object)
{
  BwBusinessPage *self = BW_BUSINESS_PAGE (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_pointer (&self->settings, bw_settings_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_BUSINESS_PAGE);
  if (self->rows != NULL)
    g_ptr_array_set_size (self->rows, 0);

  G_OBJECT_CLASS (bw_business_page_parent_class)->dispose (object);
}

static void
bw_business_page_finalize (GObject *object)
{
  g_ptr_array_unref (BW_BUSINESS_PAGE (object)->rows);

  G_OBJECT_CLASS (bw_business_page_parent_class)->finalize (object);
}

static void
bw_business_page_class_init (BwBusinessPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_business_page_dispose;
  object_class->finalize = bw_business_page_finalize;
  view_class->load = bw_business_page_load;
  view_class->take = bw_business_page_take;
  view_class->forget = bw_business_page_forget;
  view_class->concerns = bw_business_page_concerns;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-business-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwBusinessPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, BwBusinessPage, retention_button);
  gtk_widget_class_bind_template_child (widget_class, BwBusinessPage, links_group);
  gtk_widget_class_bind_template_callback (widget_class, name_cb);
  gtk_widget_class_bind_template_callback (widget_class, retention_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_link_cb);
}

static void
bw_business_page_init (BwBusinessPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

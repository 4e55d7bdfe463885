/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-item-dialog.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-reference-label.h"
#include "bw-state-badge.h"
#include "bw-time-label.h"

struct _BwItemDialog
{
  AdwDialog parent_instance;

  GtkWidget *copy_button;
  GtkLabel *name_label;
  BwReferenceLabel *reference_label;
  BwStateBadge *badge;
  BwTimeLabel *time_label;
  GtkLabel *attempt_label;
  GtkLabel *message_label;

  BwItemEntry *entry;
};

G_DEFINE_FINAL_TYPE (BwItemDialog, bw_item_dialog, ADW_TYPE_DIALOG)

/* What is known stays while the row is loaded anew. */
static void
item_cb (BwItemDialog *self)
{
  BwItem *item = bw_item_entry_get_item (self->entry);
  g_autofree char *number = NULL;
  g_autofree char *title = NULL;
  g_autofree char *attempt = NULL;

  if (item == NULL)
    return;

  number = bw_format_number (item->item);
  /* Translators: %s is the number of an item in its job */
  title = g_strdup_printf (_("Item %s"), number);
  adw_dialog_set_title (ADW_DIALOG (self), title);
  gtk_label_set_text (self->name_label, item->label != NULL ? item->label : "");
  gtk_widget_set_visible (GTK_WIDGET (self->name_label),
                          item->reference == NULL
                              || g_strcmp0 (item->label, bw_reference_get_words (item->reference)) != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->reference_label), item->reference != NULL);
  bw_reference_label_set_reference (self->reference_label, item->reference);
  bw_state_badge_set_item_state (self->badge, item->state);
  bw_time_label_set_time (self->time_label, item->updated_at);

  /* Translators: the number of an attempt */
  attempt = g_strdup_printf (_("Attempt %d"), item->attempt);
  gtk_label_set_text (self->attempt_label, attempt);
  gtk_widget_set_visible (GTK_WIDGET (self->attempt_label), item->attempt > 0);
  gtk_label_set_text (self->message_label, item->message != NULL ? item->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message_label), item->message != NULL);
  gtk_widget_set_visible (self->copy_button, item->message != NULL);
}

static void
copy_cb (BwItemDialog *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), gtk_label_get_text (self->message_label));
}

static void
bw_item_dialog_dispose (GObject *object)
{
  BwItemDialog *self = BW_ITEM_DIALOG (object);

  g_clear_object (&self->entry);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_ITEM_DIALOG);

  G_OBJECT_CLASS (bw_item_dialog_parent_class)->dispose (object);
}

static void
bw_item_dialog_class_init (BwItemDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_item_dialog_dispose;

  g_type_ensure (BW_TYPE_REFERENCE_LABEL);
  g_type_ensure (BW_TYPE_STATE_BADGE);
  g_type_ensure (BW_TYPE_TIME_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-item-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, copy_button);
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, name_label);
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, reference_label);
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, badge);
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, time_label);
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, attempt_label);
  gtk_widget_class_bind_template_child (widget_class, BwItemDialog, message_label);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
bw_item_dialog_init (BwItemDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_item_dialog_new:
 * @entry: a row of a list of items, loaded
 *
 * Returns: (transfer floating): a dialog that follows the item
 */
AdwDialog *
bw_item_dialog_new (BwItemEntry *entry)
{
  BwItemDialog *self = g_object_new (BW_TYPE_ITEM_DIALOG, NULL);

  self->entry = g_object_ref (entry);
  g_signal_connect_object (entry, "notify::item", G_CALLBACK (item_cb), self, G_CONNECT_SWAPPED);
  item_cb (self);

  return ADW_DIALOG (self);
}

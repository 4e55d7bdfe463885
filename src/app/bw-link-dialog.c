/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-link-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

struct _BwLinkDialog
{
  BwFormDialog parent_instance;

  GtkEditable *kind_row;
  GtkEditable *url_row;
  GtkWidget *remove_group;

  BwBusiness *business;
  BwSettings *others; /* the settings, with the other kinds' links */
};

G_DEFINE_FINAL_TYPE (BwLinkDialog, bw_link_dialog, BW_TYPE_FORM_DIALOG)

static void
changed_cb (BwLinkDialog *self)
{
  const char *url = gtk_editable_get_text (self->url_row);

  bw_form_dialog_set_can_save (BW_FORM_DIALOG (self),
                               gtk_editable_get_text (self->kind_row)[0] != '\0'
                                   && g_uri_is_valid (url, G_URI_FLAGS_PARSE_RELAXED, NULL)
                                   && strstr (url, "{id}") != NULL);
}

static DexFuture *
send_links (BwLinkDialog *self, const BwSettings *settings)
{
  BwSettingsChange change = { NULL, 0, settings->references };

  return bw_business_change_settings (self->business, &change);
}

static DexFuture *
bw_link_dialog_save (BwFormDialog *dialog)
{
  BwLinkDialog *self = BW_LINK_DIALOG (dialog);
  g_autoptr (BwSettings) settings = bw_settings_copy (self->others);

  bw_settings_add_reference (settings, gtk_editable_get_text (self->kind_row),
                             gtk_editable_get_text (self->url_row));

  return send_links (self, settings);
}

static void
remove_cb (BwLinkDialog *self)
{
  bw_form_dialog_run (BW_FORM_DIALOG (self), send_links (self, self->others));
}

static void
bw_link_dialog_dispose (GObject *object)
{
  BwLinkDialog *self = BW_LINK_DIALOG (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->others, bw_settings_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_LINK_DIALOG);

  G_OBJECT_CLASS (bw_link_dialog_parent_class)->dispose (object);
}

static void
bw_link_dialog_class_init (BwLinkDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_link_dialog_dispose;
  BW_FORM_DIALOG_CLASS (klass)->save = bw_link_dialog_save;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-link-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwLinkDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, BwLinkDialog, url_row);
  gtk_widget_class_bind_template_child (widget_class, BwLinkDialog, remove_group);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
bw_link_dialog_init (BwLinkDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static BwSettings *
copy_others (const BwSettings *settings, const BwReferenceUrl *link)
{
  BwSettings *others = bw_settings_copy (settings);

  for (guint i = 0; link != NULL && i < others->references->len; i++)
    if (g_str_equal (((BwReferenceUrl *) g_ptr_array_index (others->references, i))->kind,
                     link->kind))
      g_ptr_array_remove_index (others->references, i--);

  return others;
}

/**
 * bw_link_dialog_new:
 * @business: where
 * @settings: the business's settings as they are
 * @link: (nullable): the link to change, one of @settings; %NULL to add one
 *
 * Returns: (transfer floating): a dialog
 */
BwFormDialog *
bw_link_dialog_new (BwBusiness *business, const BwSettings *settings, const BwReferenceUrl *link)
{
  BwLinkDialog *self = g_object_new (BW_TYPE_LINK_DIALOG, NULL);

  self->business = g_object_ref (business);
  self->others = copy_others (settings, link);
  gtk_widget_set_visible (self->remove_group, link != NULL);
  if (link != NULL)
    {
      gtk_editable_set_text (self->kind_row, link->kind);
      gtk_editable_set_text (self->url_row, link->url);
    }
  changed_cb (self);

  return BW_FORM_DIALOG (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-filter-dialog.h"

#include "bw-filter-form.h"

struct _BwFilterDialog
{
  AdwDialog parent_instance;

  BwFilterForm *form;
};

G_DEFINE_FINAL_TYPE (BwFilterDialog, bw_filter_dialog, ADW_TYPE_DIALOG)

static void
bw_filter_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_FILTER_DIALOG);

  G_OBJECT_CLASS (bw_filter_dialog_parent_class)->dispose (object);
}

static void
bw_filter_dialog_class_init (BwFilterDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_filter_dialog_dispose;

  g_type_ensure (BW_TYPE_FILTER_FORM);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-filter-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BwFilterDialog, form);
}

static void
bw_filter_dialog_init (BwFilterDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_filter_dialog_new:
 * @filter: the filter to change; changes take effect at once
 * @business: whose users, relations and types are offered
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
bw_filter_dialog_new (BwListFilter *filter, BwBusiness *business)
{
  BwFilterDialog *self = g_object_new (BW_TYPE_FILTER_DIALOG, NULL);

  bw_filter_form_set_filter (self->form, filter);
  bw_filter_form_set_business (self->form, business);

  return ADW_DIALOG (self);
}

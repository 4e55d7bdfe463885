/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-business-button.h"

struct _BwBusinessButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkLabel *label;
  GMenu *menu;
};

G_DEFINE_FINAL_TYPE (BwBusinessButton, bw_business_button, ADW_TYPE_BIN)

static void
bw_business_button_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_BUSINESS_BUTTON);

  G_OBJECT_CLASS (bw_business_button_parent_class)->dispose (object);
}

static void
bw_business_button_class_init (BwBusinessButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_business_button_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-business-button.ui");
  gtk_widget_class_bind_template_child (widget_class, BwBusinessButton, button);
  gtk_widget_class_bind_template_child (widget_class, BwBusinessButton, label);
  gtk_widget_class_bind_template_child (widget_class, BwBusinessButton, menu);
}

static void
bw_business_button_init (BwBusinessButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_business_button_set:
 * @self: a button
 * @me: (nullable): who is signed in, with the businesses to offer
 * @shown: (nullable): the one shown; %NULL hides the button
 */
void
bw_business_button_set (BwBusinessButton *self, const BwMe *me, const BwMembership *shown)
{
  gboolean several = me != NULL && me->businesses->len > 1;

  g_return_if_fail (BW_IS_BUSINESS_BUTTON (self));

  g_menu_remove_all (self->menu);
  for (guint i = 0; me != NULL && i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);
      g_autoptr (GMenuItem) item = g_menu_item_new (membership->name, NULL);

      g_menu_item_set_action_and_target (item, "win.business", "s", membership->id);
      g_menu_append_item (self->menu, item);
    }

  gtk_label_set_text (self->label, shown != NULL ? shown->name : "");
  gtk_widget_set_visible (GTK_WIDGET (self), shown != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), several);
  gtk_menu_button_set_always_show_arrow (self->button, several);
}

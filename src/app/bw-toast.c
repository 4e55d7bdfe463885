/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-toast.h"

static AdwToast *
create (const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);

  return toast;
}

/**
 * bw_toast_say:
 * @overlay: where
 * @text: a sentence, not markup
 */
void
bw_toast_say (AdwToastOverlay *overlay, const char *text)
{
  adw_toast_overlay_add_toast (overlay, create (text));
}

/**
 * bw_toast_offer:
 * @overlay: where
 * @text: a sentence, not markup
 * @label: what the button says
 * @clicked: (scope notified): called as with g_signal_connect_swapped() when it is pressed
 * @user_data: (closure clicked): first argument of @clicked
 * @notify: frees @user_data
 *
 * Says something with a button beside it, as "Undo".
 */
void
bw_toast_offer (AdwToastOverlay *overlay,
                const char *text,
                const char *label,
                GCallback clicked,
                gpointer user_data,
                GDestroyNotify notify)
{
  AdwToast *toast = create (text);

  adw_toast_set_button_label (toast, label);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_data (toast, "button-clicked", clicked, user_data,
                         (GClosureNotify) (GCallback) notify, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (overlay, toast);
}

/**
 * bw_toast_offer_two:
 * @overlay: where
 * @text: a sentence, not markup
 * @first: what the first button says
 * @first_clicked: (scope notified): called as with g_signal_connect_swapped() when it is pressed
 * @second: what the second button says
 * @second_clicked: (scope notified): likewise
 * @user_data: first argument of both
 * @notify: frees @user_data
 *
 * Says something with two buttons beside it.
 */
void
bw_toast_offer_two (AdwToastOverlay *overlay,
                    const char *text,
                    const char *first,
                    GCallback first_clicked,
                    const char *second,
                    GCallback second_clicked,
                    gpointer user_data,
                    GDestroyNotify notify)
{
  AdwToast *toast = create (text);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *button = gtk_button_new_with_mnemonic (first);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  adw_toast_set_custom_title (toast, box);
  adw_toast_set_button_label (toast, second);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_object_set_data_full (G_OBJECT (toast), "bw-toast-data", user_data, notify);
  g_signal_connect_swapped (button, "clicked", first_clicked, user_data);
  g_signal_connect_object (button, "clicked", G_CALLBACK (adw_toast_dismiss), toast,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (toast, "button-clicked", second_clicked, user_data);
  adw_toast_overlay_add_toast (overlay, toast);
}

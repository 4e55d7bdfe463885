/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-reference-label.h"

#include <glib/gi18n.h>

#include "bw-tooltip.h"

struct _BwReferenceLabel
{
  GtkWidget parent_instance;

  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (BwReferenceLabel, bw_reference_label, GTK_TYPE_WIDGET)

static void
launch_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error)
      && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    g_message ("Could not open %s: %s", gtk_uri_launcher_get_uri (GTK_URI_LAUNCHER (source)),
               error->message);
}

static gboolean
activate_link_cb (BwReferenceLabel *self, const char *uri)
{
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL,
                           launch_cb, NULL);

  return GDK_EVENT_STOP;
}

static void
bw_reference_label_dispose (GObject *object)
{
  BwReferenceLabel *self = BW_REFERENCE_LABEL (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_reference_label_parent_class)->dispose (object);
}

static void
bw_reference_label_class_init (BwReferenceLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_reference_label_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
bw_reference_label_init (BwReferenceLabel *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  bw_tooltip_follow_label (self->label);
  g_signal_connect_swapped (self->label, "activate-link", G_CALLBACK (activate_link_cb), self);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

/**
 * bw_reference_label_new:
 *
 * Returns: (transfer floating): a label without a reference
 */
GtkWidget *
bw_reference_label_new (void)
{
  return g_object_new (BW_TYPE_REFERENCE_LABEL, NULL);
}

/**
 * bw_reference_label_set_reference:
 * @self: a label
 * @reference: (nullable): what to show; %NULL for nothing
 */
void
bw_reference_label_set_reference (BwReferenceLabel *self, const BwReference *reference)
{
  const char *words;

  g_return_if_fail (BW_IS_REFERENCE_LABEL (self));

  words = reference == NULL ? "" : reference->label != NULL ? reference->label : reference->id;

  if (reference != NULL && reference->url != NULL)
    {
      g_autofree char *markup =
          g_markup_printf_escaped ("<a href=\"%s\">%s</a>", reference->url, words);

      gtk_label_set_markup (GTK_LABEL (self->label), markup);
    }
  else
    {
      gtk_label_set_text (GTK_LABEL (self->label), words);
    }
}

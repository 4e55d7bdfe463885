/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-reference-label.h"

#include <glib/gi18n.h>

#include "bw-tooltip.h"

struct _BwReferenceLabel
{
  GtkWidget parent_instance;

  GtkWidget *label;
  GtkWidget *copy_button; /* NULL unless copyable: lists have many labels */
  char *id; /* of the reference, where there is no address to open; NULL otherwise */
};

enum
{
  PROP_0,
  PROP_COPYABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwReferenceLabel, bw_reference_label, GTK_TYPE_WIDGET)

static void
update_button (BwReferenceLabel *self)
{
  /* Translators: %s is the number of a record in another program */
  g_autofree char *text = g_strdup_printf (_ ("Copy “%s”"), self->id != NULL ? self->id : "");

  if (self->copy_button == NULL)
    return;

  gtk_widget_set_tooltip_text (self->copy_button, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (self->copy_button, self->id != NULL);
}

static void
copy_cb (BwReferenceLabel *self)
{
  /* Translators: %s is the number of a record in another program */
  g_autofree char *text = g_strdup_printf (_ ("“%s” was copied."), self->id);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->id);
  gtk_widget_activate_action (GTK_WIDGET (self), "job.say", "s", text);
}

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
create_button (BwReferenceLabel *self)
{
  self->copy_button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_set_valign (self->copy_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->copy_button, "flat");
  gtk_widget_add_css_class (self->copy_button, "copy-reference");
  g_signal_connect_swapped (self->copy_button, "clicked", G_CALLBACK (copy_cb), self);
  gtk_widget_set_parent (self->copy_button, GTK_WIDGET (self));
  update_button (self);
}

static void
bw_reference_label_dispose (GObject *object)
{
  BwReferenceLabel *self = BW_REFERENCE_LABEL (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->copy_button, gtk_widget_unparent);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (bw_reference_label_parent_class)->dispose (object);
}

static void
bw_reference_label_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  BwReferenceLabel *self = BW_REFERENCE_LABEL (object);

  switch (id)
    {
    case PROP_COPYABLE:
      if (g_value_get_boolean (value))
        create_button (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_reference_label_class_init (BwReferenceLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_reference_label_dispose;
  object_class->set_property = bw_reference_label_set_property;

  properties[PROP_COPYABLE] = g_param_spec_boolean (
      "copyable", NULL, NULL, FALSE,
      G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
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
 * bw_reference_get_words:
 * @reference: a reference
 *
 * Returns: (transfer none): what people call the record; its id where it has no name
 */
const char *
bw_reference_get_words (const BwReference *reference)
{
  return reference->label != NULL ? reference->label : reference->id;
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

  words = reference != NULL ? bw_reference_get_words (reference) : "";
  g_set_str (&self->id, reference != NULL && reference->url == NULL ? reference->id : NULL);
  update_button (self);

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-json-editor.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

#include "bw-format.h"
#include "bw-json-check.h"
#include "bw-submission.h"

/* Who types is not told of what is half written: only when a pause shows that it is meant. In
 * milliseconds. */
#define CHECK_DELAY 300

struct _BwJsonEditor
{
  AdwBin parent_instance;

  GtkSourceView *view;
  GtkSourceBuffer *buffer;
  GtkLabel *error_label;

  guint check_source;
  gboolean valid;
};

enum
{
  PROP_0,
  PROP_VALID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwJsonEditor, bw_json_editor, ADW_TYPE_BIN)

/* What is wrong, a sentence; NULL if nothing is. */
static char *
find_fault (const char *text)
{
  gsize length = strlen (text);
  const char *start = text + strspn (text, " \t\r\n");
  g_autofree char *limit = NULL;
  g_autoptr (GError) error = NULL;

  if (*start == '\0')
    return NULL;
  if (length > BW_MAX_PARAMETERS)
    {
      limit = bw_format_bytes (BW_MAX_PARAMETERS);
      return g_strdup_printf (_ ("Too long: parameters may have %s."), limit);
    }
  if (!bw_json_check (text, length, &error))
    return g_strdup (error->message);
  if (*start != '{')
    return g_strdup (_ ("Parameters are an object: names and values within { and }."));

  return NULL;
}

static void
check (BwJsonEditor *self)
{
  g_autofree char *text = bw_json_editor_dup_text (self);
  g_autofree char *fault = find_fault (text);
  gboolean valid = fault == NULL;

  g_clear_handle_id (&self->check_source, g_source_remove);
  gtk_label_set_text (self->error_label, fault != NULL ? fault : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), !valid);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_STATE_INVALID,
                               valid ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  if (self->valid == valid)
    return;

  self->valid = valid;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
}

static gboolean
check_cb (gpointer user_data)
{
  BwJsonEditor *self = user_data;

  self->check_source = 0;
  check (self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (BwJsonEditor *self)
{
  g_clear_handle_id (&self->check_source, g_source_remove);
  self->check_source = g_timeout_add (CHECK_DELAY, check_cb, self);
}

static void
style_changed_cb (BwJsonEditor *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();

  gtk_source_buffer_set_style_scheme (
      self->buffer,
      gtk_source_style_scheme_manager_get_scheme (schemes, dark ? "Adwaita-dark" : "Adwaita"));
}

static void
bw_json_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_VALID:
      g_value_set_boolean (value, BW_JSON_EDITOR (object)->valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_json_editor_dispose (GObject *object)
{
  BwJsonEditor *self = BW_JSON_EDITOR (object);

  g_clear_handle_id (&self->check_source, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_JSON_EDITOR);

  G_OBJECT_CLASS (bw_json_editor_parent_class)->dispose (object);
}

static void
bw_json_editor_class_init (BwJsonEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_json_editor_dispose;
  object_class->get_property = bw_json_editor_get_property;

  properties[PROP_VALID] =
      g_param_spec_boolean ("valid", NULL, NULL, TRUE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-json-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, BwJsonEditor, view);
  gtk_widget_class_bind_template_child (widget_class, BwJsonEditor, buffer);
  gtk_widget_class_bind_template_child (widget_class, BwJsonEditor, error_label);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
bw_json_editor_init (BwJsonEditor *self)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();

  self->valid = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_source_buffer_set_language (self->buffer,
                                  gtk_source_language_manager_get_language (languages, "json"));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
  style_changed_cb (self);
}

/**
 * bw_json_editor_set_text:
 * @self: an editor
 * @text: (nullable): JSON text
 */
void
bw_json_editor_set_text (BwJsonEditor *self, const char *text)
{
  g_return_if_fail (BW_IS_JSON_EDITOR (self));

  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (self->buffer), FALSE);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), text != NULL ? text : "", -1);
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (self->buffer), TRUE);
  check (self);
}

/**
 * bw_json_editor_dup_text:
 * @self: an editor
 *
 * Returns: (transfer full): the text as it is, valid or not
 */
char *
bw_json_editor_dup_text (BwJsonEditor *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (BW_IS_JSON_EDITOR (self), NULL);

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);

  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, TRUE);
}

/**
 * bw_json_editor_get_valid:
 * @self: an editor
 *
 * Looks at once, also at what was typed only now.
 *
 * Returns: whether the text is a JSON object, or nothing at all
 */
gboolean
bw_json_editor_get_valid (BwJsonEditor *self)
{
  g_return_val_if_fail (BW_IS_JSON_EDITOR (self), FALSE);

  if (self->check_source != 0)
    check (self);

  return self->valid;
}

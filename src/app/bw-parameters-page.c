/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-parameters-page.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

/* Highlighting and line layout take time with the size: beyond this the text is shown plain, and
 * beyond that not to its end. A line is laid out as a whole, so its length counts by itself. All of
 * it can be copied in any case. In bytes. */
#define MAX_HIGHLIGHTED (256 * 1024)
#define MAX_SHOWN (2 * 1024 * 1024)
#define MAX_LINE (4 * 1024)

struct _BwParametersPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkSourceView *view;
  GtkWidget *cut_label;

  char *parameters;
};

G_DEFINE_FINAL_TYPE (BwParametersPage, bw_parameters_page, ADW_TYPE_BIN)

static GtkSourceBuffer *
get_buffer (BwParametersPage *self)
{
  return GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
}

static void
style_changed_cb (BwParametersPage *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();

  gtk_source_buffer_set_style_scheme (get_buffer (self),
                                      gtk_source_style_scheme_manager_get_scheme (schemes,
                                                                                  dark ? "Adwaita-dark" : "Adwaita"));
}

static void
copy_cb (BwParametersPage *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->parameters);
  gtk_widget_activate_action (GTK_WIDGET (self), "job.say", "s", _("The parameters were copied."));
}

/* How many bytes of @text, at most @max, are whole characters. */
static gsize
get_whole (const char *text, gsize length, gsize max)
{
  const char *end;

  if (length <= max)
    return length;

  end = g_utf8_find_prev_char (text, text + max + 1);

  return end != NULL ? (gsize) (end - text) : 0;
}

/* What can be laid out without a stall; NULL where that is all of it. */
static char *
shorten (const char *text)
{
  GString *shown = g_string_new (NULL);
  const char *line = text;
  gboolean is_cut = FALSE;

  while (*line != '\0' && shown->len < MAX_SHOWN)
    {
      gsize length = strcspn (line, "\n");
      gsize whole = get_whole (line, length, MAX_LINE);

      g_string_append_len (shown, line, (gssize) whole);
      if (whole < length)
        g_string_append (shown, "…");
      is_cut = is_cut || whole < length;
      line += length;
      if (*line == '\n')
        {
          g_string_append_c (shown, '\n');
          line++;
        }
    }
  if (*line == '\0' && !is_cut)
    {
      g_string_free (shown, TRUE);
      return NULL;
    }
  if (*line != '\0')
    g_string_append (shown, "…");

  return g_string_free_and_steal (shown);
}

static void
bw_parameters_page_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_PARAMETERS_PAGE);
  g_clear_pointer (&BW_PARAMETERS_PAGE (object)->parameters, g_free);

  G_OBJECT_CLASS (bw_parameters_page_parent_class)->dispose (object);
}

static void
bw_parameters_page_class_init (BwParametersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_parameters_page_dispose;

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-parameters-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwParametersPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BwParametersPage, view);
  gtk_widget_class_bind_template_child (widget_class, BwParametersPage, cut_label);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
bw_parameters_page_init (BwParametersPage *self)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_source_buffer_set_language (get_buffer (self), gtk_source_language_manager_get_language (languages, "json"));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (style_changed_cb), self,
                           G_CONNECT_SWAPPED);
  style_changed_cb (self);
}

/**
 * bw_parameters_page_set_parameters:
 * @self: a page
 * @parameters: (nullable): JSON text, indented for people; %NULL where the job has none
 *
 * Text that is already shown stays as it is, selection and scroll position included.
 */
void
bw_parameters_page_set_parameters (BwParametersPage *self, const char *parameters)
{
  g_autofree char *shortened = NULL;
  const char *shown;

  g_return_if_fail (BW_IS_PARAMETERS_PAGE (self));

  gtk_stack_set_visible_child_name (self->stack, parameters != NULL ? "parameters" : "empty");
  if (!g_set_str (&self->parameters, parameters) || parameters == NULL)
    return;

  shortened = shorten (parameters);
  shown = shortened != NULL ? shortened : parameters;
  gtk_widget_set_visible (self->cut_label, shortened != NULL);
  gtk_source_buffer_set_highlight_syntax (get_buffer (self), strlen (shown) <= MAX_HIGHLIGHTED);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (get_buffer (self)), shown, -1);
}

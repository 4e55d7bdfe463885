/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-choice.h"

#include <glib/gi18n.h>

struct _BwChoice
{
  GObject parent_instance;

  char *id;
  char *label;
  char *section; /* nullable */
};

G_DEFINE_FINAL_TYPE (BwChoice, bw_choice, G_TYPE_OBJECT)

static void
bw_choice_finalize (GObject *object)
{
  BwChoice *self = BW_CHOICE (object);

  g_free (self->id);
  g_free (self->label);
  g_free (self->section);

  G_OBJECT_CLASS (bw_choice_parent_class)->finalize (object);
}

static void
bw_choice_class_init (BwChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_choice_finalize;
}

static void
bw_choice_init (BwChoice *self)
{
}

/**
 * bw_choice_new:
 * @id: what the server calls it
 * @label: what people call it
 *
 * Returns: (transfer full): a choice
 */
BwChoice *
bw_choice_new (const char *id, const char *label)
{
  BwChoice *self = g_object_new (BW_TYPE_CHOICE, NULL);

  self->id = g_strdup (id);
  self->label = g_strdup (label);

  return self;
}

/**
 * bw_choice_new_in_section:
 * @section: the title of the group that it stands in
 * @id: what the server calls it
 * @label: what people call it
 *
 * Returns: (transfer full): a choice
 */
BwChoice *
bw_choice_new_in_section (const char *section, const char *id, const char *label)
{
  BwChoice *self = bw_choice_new (id, label);

  self->section = g_strdup (section);

  return self;
}

/**
 * bw_choice_get_section:
 * @self: a choice
 *
 * Returns: (transfer none) (nullable): the title of the group that it stands in
 */
const char *
bw_choice_get_section (BwChoice *self)
{
  g_return_val_if_fail (BW_IS_CHOICE (self), NULL);

  return self->section;
}

/**
 * bw_choice_get_id:
 * @self: a choice
 *
 * Returns: (transfer none): what the server calls it
 */
const char *
bw_choice_get_id (BwChoice *self)
{
  g_return_val_if_fail (BW_IS_CHOICE (self), NULL);

  return self->id;
}

/**
 * bw_choice_get_label:
 * @self: a choice
 *
 * Returns: (transfer none): what people call it
 */
const char *
bw_choice_get_label (BwChoice *self)
{
  g_return_val_if_fail (BW_IS_CHOICE (self), NULL);

  return self->label;
}

/**
 * bw_choices_find:
 * @choices: a list of BwChoice
 * @id: what the server calls it
 * @position: (out) (optional): where it is
 *
 * Returns: whether @id is in @choices
 */
gboolean
bw_choices_find (GListModel *choices, const char *id, guint *position)
{
  for (guint i = 0; i < g_list_model_get_n_items (choices); i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (choices, i);

      if (g_str_equal (choice->id, id))
        {
          if (position != NULL)
            *position = i;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * bw_choices_describe:
 * @choices: a list of BwChoice
 *
 * Returns: (transfer full) (nullable): their names in one line, "Adam, Sam"; %NULL without any
 */
char *
bw_choices_describe (GListModel *choices)
{
  GString *text = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (choices); i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (choices, i);

      if (text == NULL)
        text = g_string_new (NULL);
      else
        /* Translators: between the parts of a list, "Adam, Sam" */
        g_string_append (text, _ (", "));
      g_string_append (text, choice->label);
    }

  return text != NULL ? g_string_free_and_steal (text) : NULL;
}

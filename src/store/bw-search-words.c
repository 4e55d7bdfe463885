/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-search-words.h"

#include "bw-visibility.h"

/* More don't narrow a search any further. */
#define MAX_WORDS 16

static gboolean
belongs_to_word (gunichar character)
{
  return g_unichar_isalnum (character) || g_unichar_ismark (character);
}

/* Steps over what separates words, and ends at the next word's first letter or the text's end. */
static const char *
skip_gap (const char *at)
{
  while (*at != '\0' && !g_unichar_isalnum (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static const char *
skip_word (const char *at)
{
  while (*at != '\0' && belongs_to_word (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static void
append_token (GString *expression, const char *operator, char kind, gint64 number)
{
  g_string_append_printf (expression, "%s%c%" G_GINT64_FORMAT, operator, kind, number);
}

static void
append_types (GString *expression, GArray *types)
{
  if (types == NULL)
    return;
  for (guint i = 0; i < types->len; i++)
    append_token (expression, i == 0 ? " AND (" : " OR ", 't', g_array_index (types, gint64, i));
  g_string_append_c (expression, ')');
}

static void
append_creators (GString *expression, GArray *creators)
{
  if (creators == NULL)
    return;
  for (guint i = 0; i < creators->len; i++)
    {
      gint64 creator = g_array_index (creators, gint64, i);

      g_string_append (expression, i == 0 ? " AND (" : " OR ");
      if (creator == 0)
        g_string_append (expression, "a1");
      else
        g_string_append_printf (expression, "(o%" G_GINT64_FORMAT " NOT a1)", creator);
    }
  g_string_append_c (expression, ')');
}

/* Of a viewer that may see nothing at all, no token is asked for that any job has. */
static void
append_visibility (GString *expression, const BwViewer *viewer)
{
  BwVisibility visibility = bw_visibility_get (viewer);

  if (visibility.everything == 1)
    return;
  append_token (expression, " AND (", 'o', MAX (visibility.own, 0));
  if (visibility.automation == 1)
    append_token (expression, " OR ", 'a', 1);
  g_string_append_c (expression, ')');
}

/**
 * bw_search_append_words:
 * @expression: a text index's expression
 * @q: what a user typed, valid UTF-8
 *
 * Adds that the text has all of the words, each at the beginning of one of its own. Everything but
 * letters and digits separates words, so no input can be mistaken for an operator.
 *
 * Returns: %FALSE if there is no word in @q
 */
gboolean
bw_search_append_words (GString *expression, const char *q)
{
  const char *at = skip_gap (q);
  guint n_words = 0;

  g_string_append (expression, "text : (");
  for (; *at != '\0' && n_words < MAX_WORDS; n_words++)
    {
      const char *end = skip_word (at);

      g_string_append (expression, n_words == 0 ? "\"" : " AND \"");
      g_string_append_len (expression, at, end - at);
      g_string_append (expression, "\"*");
      at = skip_gap (end);
    }
  g_string_append_c (expression, ')');
  return n_words > 0;
}

/**
 * bw_search_words:
 * @scope: what else is asked for: business, types, creators and who asks
 * @q: what a user typed, valid UTF-8
 *
 * Makes the text index's expression for jobs that have all of the words, each at the beginning of
 * one of theirs: "inv 12" finds "Invoices 1200". What never changes of a job is in the index as well
 * (see bw-search.c) and narrows the search there, before a row is read.
 *
 * Returns: (transfer full) (nullable): the expression, %NULL if there is no word in @q
 */
char *
bw_search_words (const BwScope *scope, const char *q)
{
  g_autoptr (GString) expression = g_string_new ("scope : (");

  append_token (expression, "", 'b', scope->business);
  append_types (expression, scope->types);
  append_creators (expression, scope->creators);
  append_visibility (expression, &scope->viewer);
  g_string_append (expression, ") AND ");
  if (!bw_search_append_words (expression, q))
    return NULL;
  return g_string_free (g_steal_pointer (&expression), FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pq-words.h"

#include <string.h>

#include "bw-fold.h"

/* No letter, so no word begins with it; and it means nothing within a quoted lexeme. */
#define MARK "="
/* PostgreSQL refuses lexemes of 2,048 bytes and more. */
#define MAX_WORD 200

static gboolean
belongs_to_word (gunichar character)
{
  return g_unichar_isalnum (character) || g_unichar_ismark (character);
}

static const char *
skip_word (const char *at)
{
  while (*at != '\0' && belongs_to_word (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static const char *
skip_gap (const char *at)
{
  while (*at != '\0' && !g_unichar_isalnum (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static void
append_lexeme (GString *out, const char *mark, const char *from, const char *to)
{
  gsize length = (gsize) (to - from);

  while (length > MAX_WORD || (length > 0 && ((guchar) from[length] & 0xc0) == 0x80))
    length--;
  g_string_append_c (out, '\'');
  g_string_append (out, mark);
  g_string_append_len (out, from, (gssize) length);
  g_string_append_c (out, '\'');
}

static char *
make_lexemes (const char *text, const char *mark)
{
  GString *out = g_string_new (NULL);
  const char *at = skip_gap (text);

  while (*at != '\0')
    {
      const char *end = skip_word (at);

      append_lexeme (out, mark, at, end);
      g_string_append_c (out, ' ');
      at = skip_gap (end);
    }
  return g_string_free_and_steal (out);
}

/**
 * bw_pq_words_from_scope:
 * @scope: "b1 o2 t3"
 *
 * Returns: (transfer full): the same as a tsvector's text
 */
char *
bw_pq_words_from_scope (const char *scope)
{
  return make_lexemes (scope, MARK);
}

/**
 * bw_pq_words_from_text:
 * @text: what is indexed, valid UTF-8
 *
 * Returns: (transfer full): its words, folded, as a tsvector's text
 */
char *
bw_pq_words_from_text (const char *text)
{
  g_autofree char *folded = bw_fold (text);

  return make_lexemes (folded, "");
}

/* "inv"* — the quotes hold letters and marks only. */
static const char *
append_prefix (GString *out, const char *at)
{
  const char *end = strchr (at + 1, '"');
  g_autofree char *word = g_strndup (at + 1, (gsize) (end - at - 1));
  g_autofree char *folded = bw_fold (word);

  append_lexeme (out, "", folded, folded + strlen (folded));
  g_string_append (out, ":*");
  return g_str_has_prefix (end + 1, "*") ? end + 2 : end + 1;
}

/* AND, OR and NOT, a column's name, or a token of the scope */
static const char *
append_name (GString *out, const char *at)
{
  const char *end = skip_word (at);
  g_autofree char *name = g_strndup (at, (gsize) (end - at));

  if (g_str_equal (name, "AND"))
    g_string_append (out, " & ");
  else if (g_str_equal (name, "OR"))
    g_string_append (out, " | ");
  else if (g_str_equal (name, "NOT"))
    g_string_append (out, " & !");
  else if (!g_str_has_prefix (end, " : "))
    append_lexeme (out, MARK, at, end);
  else
    end += strlen (" : ");
  return end;
}

/**
 * bw_pq_words_query:
 * @expression: what is searched for, as bw-search-words.c and bw-store-audit.c write it, which is
 * what SQLite's FTS5 reads: names of columns, tokens, "beginnings"*, AND, OR, NOT and brackets
 *
 * Returns: (transfer full): the same as a tsquery's text
 */
char *
bw_pq_words_query (const char *expression)
{
  GString *out = g_string_new (NULL);
  const char *at = expression;

  while (*at != '\0')
    {
      if (*at == '"')
        at = append_prefix (out, at);
      else if (g_ascii_isalnum (*at))
        at = append_name (out, at);
      else
        {
          if (*at != ' ')
            g_string_append_c (out, *at);
          at++;
        }
    }
  return g_string_free_and_steal (out);
}

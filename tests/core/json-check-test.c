/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-json-check.h"
#include "core-test.h"

static gboolean
accepts (const char *text, gsize length)
{
  /* A copy that ends where the text ends: AddressSanitizer sees a read past it. */
  g_autofree char *copy = length > 0 ? g_memdup2 (text, length) : NULL;

  return bw_json_check (copy, length, NULL);
}

static void
test_accepted (void)
{
  static const char *const accepted[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1.5e+10",
    "1E400",
    "0.0e-0",
    "123456789012345678901234567890",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    " \t\r\n[ ]\n",
    "[[],{}]",
    "{\"\":1}",
    "{\"a\":{\"a\":1},\"b\":[{\"a\":1}]}",
    "[1,2 , 3]",
    "{ \"a\" : 1 , \"b\" : 2 }",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u00e9\\uFFFF\"",
    "\"\\ud834\\udd1e\"",
    "\"\xc3\xa9 \xe2\x82\xac \xf0\x9d\x84\x9e \xf4\x8f\xbf\xbf\"",
    "\"\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 \xe2\x80\xae\"",
    "\"\x7f\"",
    /* Not the same name, whatever the case, and the same one in different objects. */
    "{\"a\":1,\"A\":2}",
    "[{\"a\":1},{\"a\":1}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError) error = NULL;

      if (!bw_json_check (accepted[i], strlen (accepted[i]), &error))
        g_error ("%s: %s", accepted[i], error->message);
      g_assert_true (accepts (accepted[i], strlen (accepted[i])));
    }
}

static const char *const refused_texts[] = {
  "",
  " ",
  "nul",
  "nulll",
  "True",
  "NaN",
  "Infinity",
  "undefined",
  "1 2",
  "[1]x",
  "[1,]",
  "[,1]",
  "[1 2]",
  "{\"a\":1,}",
  "{,}",
  "{\"a\"}",
  "{\"a\":}",
  "{\"a\" 1}",
  "{\"a\":1 \"b\":2}",
  "{a:1}",
  "{1:1}",
  "{'a':1}",
  "[",
  "]",
  "{",
  "}",
  "[}",
  "{]",
  "[[]",
  "{\"a\":[}",
  "01",
  "-01",
  "00",
  "1.",
  ".5",
  "-",
  "+1",
  "1e",
  "1e+",
  "0x10",
  "1_000",
  "-a",
  "\"",
  "\"a",
  "'a'",
  "\"\\",
  "\"\\x\"",
  "\"\\u\"",
  "\"\\u12\"",
  "\"\\u123g\"",
  "\"\\U0041\"",
  "// c\n1",
  "/* c */ 1",
  "[1] // c",
  "\xef\xbb\xbf[]",
  "\v1",
  "\f1",
  ("\xc2\xa0"
   "1"),
  "var a = 1;",
  /* Control characters and U+0000, however written. */
  "\"a\tb\"",
  "\"a\nb\"",
  "\"\x01\"",
  "\"\x1f\"",
  "\"\\u0000\"",
  "{\"a\\u0000b\":1}",
  /* Half surrogate pairs. */
  "\"\\ud834\"",
  "\"\\ud834x\"",
  "\"\\ud834\\n\"",
  "\"\\ud834\\u0041\"",
  "\"\\ud834\\ud834\"",
  "\"\\udd1e\"",
  "\"\\udd1e\\ud834\"",
  "\"\\ud834\\u",
  /* Not UTF-8: stray, overlong, surrogates, too large, cut off. */
  "\"\x80\"",
  "\"\xff\"",
  "\"\xc0\x80\"",
  "\"\xc1\xbf\"",
  "\"\xe0\x80\x80\"",
  "\"\xe0\x9f\xbf\"",
  "\"\xed\xa0\x80\"",
  "\"\xf0\x8f\xbf\xbf\"",
  "\"\xf4\x90\x80\x80\"",
  "\"\xf5\x80\x80\x80\"",
  "\"\xc3\"",
  "\"\xe2\x82\"",
  "\"\xf0\x9d\x84\"",
  "\"\xc3",
  "\xc3\xa9",
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_texts); i++)
    {
      g_autoptr (GError) error = NULL;

      if (bw_json_check (refused_texts[i], strlen (refused_texts[i]), &error))
        g_error ("%s was accepted", refused_texts[i]);
      assert_bw_error (error, BW_ERROR_INVALID, NULL);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_false (accepts (refused_texts[i], strlen (refused_texts[i])));
    }
}

static void
test_nul (void)
{
  g_assert_false (accepts ("[1]\0", 4));
  g_assert_false (accepts ("\0", 1));
  g_assert_false (accepts ("\"a\0b\"", 5));
  g_assert_false (accepts ("[\0]", 3));
  g_assert_false (accepts (NULL, 0));
}

static char *
nest (guint depth, const char *open, const char *close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free_and_steal (text);
}

static void
test_depth (void)
{
  static const struct
  {
    const char *open;
    const char *close;
  } kinds[] = { { "[", "]" }, { "{\"a\":", "}" }, { " [ ", " ] " } };
  static const guint too_deep[] = { BW_JSON_MAX_DEPTH + 1, 1000, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *just = nest (BW_JSON_MAX_DEPTH, kinds[i].open, kinds[i].close);

      g_assert_true (accepts (just, strlen (just)));
      for (guint j = 0; j < G_N_ELEMENTS (too_deep); j++)
        {
          g_autofree char *text = nest (too_deep[j], kinds[i].open, kinds[i].close);
          g_autoptr (GError) error = NULL;

          g_assert_false (bw_json_check (text, strlen (text), &error));
          g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
          g_assert_nonnull (strstr (error->message, "nested more than 32 deep"));
        }
    }
}

static void
test_duplicates (void)
{
  static const char *const refused[] = {
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"\\u0061\":1,\"a\":2}",
    "{\"\":1,\"\":2}",
    "{\"a/b\":1,\"a\\/b\":2}",
    "{\"\xf0\x9d\x84\x9e\":1,\"\\ud834\\udd1e\":2}",
    "{\"a\":{\"b\":1},\"c\":[{\"d\":1}],\"a\":2}",
    "[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bw_json_check (refused[i], strlen (refused[i]), &error));
      g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "comes twice"));
    }
}

/* Objects of every size around the change from comparing to sorting, the duplicate anywhere. */
static void
test_duplicates_among_many (void)
{
  for (guint size = 1; size < 80; size++)
    for (guint copied = 0; copied <= size; copied++)
      {
        g_autoptr (GString) text = g_string_new ("{");

        for (guint i = 0; i < size; i++)
          g_string_append_printf (text, "\"name %u\":[{}],", i * 7919 % 1000);
        /* With copied == size, a name of its own. */
        g_string_append_printf (text, "\"name %u\":1}",
                                copied < size ? copied * 7919 % 1000 : 1001);
        g_assert_cmpint (accepts (text->str, text->len), ==, copied == size);
      }
}

/* Of two names that are found only at the end of an object, the second is at fault. */
static void
test_position_among_many (void)
{
  g_autoptr (GString) text = g_string_new ("{\"twice\":0,\n");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "\"name %u\":0,", i);
  g_string_append (text, "\n\"twice\":0}");
  g_assert_false (bw_json_check (text->str, text->len, &error));
  g_assert_cmpstr (error->message, ==,
                   "Not valid JSON: line 3, column 2: the name 'twice' comes twice in one object");
}

static gint64
measure_names (guint n_names)
{
  g_autoptr (GString) text = g_string_new ("{");
  gint64 start;

  for (guint i = 0; i < n_names; i++)
    g_string_append_printf (text, "%s\"%08x\":1", i > 0 ? "," : "", i * 2654435761u);
  g_string_append_c (text, '}');
  start = g_get_monotonic_time ();
  g_assert_true (bw_json_check (text->str, text->len, NULL));
  return g_get_monotonic_time () - start;
}

/* 64 times the names: about 90 times the time where it grows as n log n, 4,096 where as n². */
static void
test_many_names_are_not_quadratic (void)
{
  gint64 few = G_MAXINT64;
  gint64 many = G_MAXINT64;

  for (guint i = 0; i < 5; i++)
    {
      few = MIN (few, measure_names (4000));
      many = MIN (many, measure_names (256000));
    }
  g_assert_cmpint (many, <, MAX (few, 1) * 1000);
}

static void
test_position (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } examples[] = {
    { "[1,]", "Not valid JSON: line 1, column 4: found ']' where a value should be" },
    { "{\n  \"a\": 1,\n  \"a\": 2\n}",
      "Not valid JSON: line 3, column 4: the name 'a' comes twice in one object" },
    { "[\"\xc3\xa9\xe2\x82\xac\", x]",
      "Not valid JSON: line 1, column 8: found 'x' where a value should be" },
    { "[1", "Not valid JSON: line 1, column 3: the text ends where ',' or ']' should be" },
    { "\x80", "Not valid JSON: line 1, column 1: found the byte 0x80 where a value should be" },
    { "[\n\n\"a\nb\"]", "Not valid JSON: line 3, column 3: a string contains the control character "
                        "U+000A" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bw_json_check (examples[i].text, strlen (examples[i].text), &error));
      g_assert_cmpstr (error->message, ==, examples[i].message);
    }
}

/* A special byte at every place around the borders of the words that are looked at at once. */
static void
test_every_offset (void)
{
  static const char *const bad[] = { "\x01", "\x1f", "\x80", "\xff", "\n" };
  static const char *const good[] = {
    "\x20", "\x7f", "\xc3\xa9", "\\n", "\\\"", "!", "#", "[", "]"
  };

  for (guint offset = 0; offset < 40; offset++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
        {
          g_autofree char *padding = g_strnfill (offset, 'x');
          g_autofree char *text = g_strconcat ("\"", padding, bad[i], "xxxxxxxxxxxx\"", NULL);

          g_assert_false (accepts (text, strlen (text)));
        }
      for (guint i = 0; i < G_N_ELEMENTS (good); i++)
        {
          g_autofree char *padding = g_strnfill (offset, 'x');
          g_autofree char *text = g_strconcat ("\"", padding, good[i], "xxxxxxxxxxxx\"", NULL);

          g_assert_true (accepts (text, strlen (text)));
          g_assert_false (accepts (text, strlen (text) - 1));
        }
    }
}

static gboolean
json_glib_accepts (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  json_parser_set_strict (parser, TRUE);
  return json_parser_load_from_data (parser, text, (gssize) length, NULL);
}

/* Pieces from which random texts are made that are often nearly JSON. */
static char *
make_random_text (void)
{
  static const char *const pieces[] = {
    "{",         "}",     "[",      "]",           ",",
    ":",         "\"a\"", "\"b\"",  "\"\\u0061\"", "1",
    "-0",        "1.5e3", "true",   "null",        " ",
    "\n",        "\"",    "\\",     "\xc3\xa9",    "\"\\ud834\\udd1e\"",
    "{\"a\":1}", "[1,2]", "\"x\":", "e",           "."
  };
  GString *text = g_string_new (NULL);
  guint n_pieces = (guint) g_test_rand_int_range (1, 12);

  for (guint i = 0; i < n_pieces; i++)
    g_string_append (text, pieces[g_test_rand_int_range (0, (gint32) G_N_ELEMENTS (pieces))]);
  return g_string_free_and_steal (text);
}

/* Whatever passes here, json-glib takes, and what json-glib takes passes unless it is barred. */
static void
test_agrees_with_json_glib (void)
{
  guint n_accepted = 0;

  for (guint i = 0; i < 60000; i++)
    {
      g_autofree char *text = make_random_text ();
      g_autoptr (GError) error = NULL;
      gboolean ours = bw_json_check (text, strlen (text), &error);
      gboolean theirs = json_glib_accepts (text, strlen (text));
      gboolean barred = error != NULL && strstr (error->message, "comes twice") != NULL;

      if (ours != theirs && !barred)
        g_error ("'%s': bw_json_check %d, json-glib %d (%s)", text, ours, theirs,
                 error != NULL ? error->message : "");
      n_accepted += ours ? 1 : 0;
    }
  /* Or the test would compare refusals only. */
  g_assert_cmpuint (n_accepted, >, 500);
}

static void
test_mutations (void)
{
  static const char original[] =
      "{\"type\": \"send-invoices\", \"name\": \"Invoices \\u00e9 \xe2\x82\xac\", \"items\": "
      "[{\"label\": \"A\", \"reference\": {\"kind\": \"relation\", \"id\": \"17\"}}, "
      "{\"label\": \"B\\n\"}], \"priority\": -12.5e3, \"automated\": true, \"run_at\": null}";

  g_assert_true (accepts (original, strlen (original)));
  for (gsize length = 0; length < strlen (original); length++)
    g_assert_false (accepts (original, length));
  for (guint i = 0; i < 40000; i++)
    {
      g_autofree char *text = g_strdup (original);
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) strlen (original));

      text[at] = (char) g_test_rand_int_range (1, 256);
      /* Names can become alike; apart from that, and names apart, json-glib must follow. */
      if (accepts (text, strlen (text)))
        g_assert_true (json_glib_accepts (text, strlen (text)));
    }
}

static void
test_random_bytes (void)
{
  for (guint i = 0; i < 40000; i++)
    {
      guchar bytes[24];
      gsize length = (gsize) g_test_rand_int_range (0, sizeof bytes + 1);

      for (gsize j = 0; j < length; j++)
        bytes[j] = (guchar) g_test_rand_int_range (0, 256);
      if (accepts ((const char *) bytes, length))
        g_assert_true (json_glib_accepts ((const char *) bytes, length));
    }
}

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = bw_json_parse ("{\"a\": [1, \"x\"]}", 15, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = json_to_string (root, FALSE);
  g_assert_cmpstr (text, ==, "{\"a\":[1,\"x\"]}");

  g_assert_null (bw_json_parse ("{\"a\": [1, \"x\"]", 14, &error));
  assert_bw_error (error, BW_ERROR_INVALID, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/json-check/accepted", test_accepted);
  g_test_add_func ("/core/json-check/refused", test_refused);
  g_test_add_func ("/core/json-check/nul", test_nul);
  g_test_add_func ("/core/json-check/depth", test_depth);
  g_test_add_func ("/core/json-check/duplicates", test_duplicates);
  g_test_add_func ("/core/json-check/duplicates-among-many", test_duplicates_among_many);
  g_test_add_func ("/core/json-check/position-among-many", test_position_among_many);
  g_test_add_func ("/core/json-check/many-names-are-not-quadratic",
                   test_many_names_are_not_quadratic);
  g_test_add_func ("/core/json-check/position", test_position);
  g_test_add_func ("/core/json-check/every-offset", test_every_offset);
  g_test_add_func ("/core/json-check/agrees-with-json-glib", test_agrees_with_json_glib);
  g_test_add_func ("/core/json-check/mutations", test_mutations);
  g_test_add_func ("/core/json-check/random-bytes", test_random_bytes);
  g_test_add_func ("/core/json-check/parse", test_parse);
  return g_test_run ();
}

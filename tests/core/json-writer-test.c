/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>

#include "bw-json-check.h"
#include "core-test.h"

#define assert_written(writer, expected)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *written = bw_json_writer_free_to_string (g_steal_pointer (&writer));          \
    g_assert_cmpstr (written, ==, expected);                                                       \
    g_assert_true (bw_json_check (written, strlen (written), NULL));                               \
  }                                                                                                \
  G_STMT_END

static void
test_structure (void)
{
  static const char *const words[] = { "a", "b", NULL };
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "one", 1);
  bw_json_writer_begin_array (writer, "empty");
  bw_json_writer_end_array (writer);
  bw_json_writer_begin_array (writer, "mixed");
  bw_json_writer_null (writer, NULL);
  bw_json_writer_boolean (writer, NULL, TRUE);
  bw_json_writer_boolean (writer, NULL, FALSE);
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_end_object (writer);
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_raw (writer, "raw", "{\"x\":[1]}");
  bw_json_writer_raw (writer, "none", NULL);
  bw_json_writer_end_object (writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_strv (writer, "words", words);
  bw_json_writer_strv (writer, "no_words", NULL);
  bw_json_writer_string (writer, "nothing", NULL);
  bw_json_writer_time (writer, "time", 0);
  bw_json_writer_time (writer, "never", BW_TIME_NONE);
  bw_json_writer_end_object (writer);
  assert_written (writer,
                  "{\"one\":1,\"empty\":[],\"mixed\":[null,true,false,{},{\"raw\":{\"x\":[1]},"
                  "\"none\":null}],\"words\":[\"a\",\"b\"],\"no_words\":[],\"nothing\":null,"
                  "\"time\":\"1970-01-01T00:00:00.000Z\",\"never\":null}");
}

static void
test_bytes (void)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (GBytes) bytes = NULL;

  bw_json_writer_string (writer, NULL, "x");
  g_assert_cmpuint (bw_json_writer_get_length (writer), ==, 3);
  bytes = bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "\"x\"", 3);
}

static void
test_escapes (void)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "a\"b\\c\n", "\"\\/\b\f\n\r\t\x01\x1f\x7f");
  bw_json_writer_string (writer, "broken",
                         "a\xff"
                         "b\xc3");
  bw_json_writer_end_object (writer);
  assert_written (writer, "{\"a\\\"b\\\\c\\n\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\","
                          "\"broken\":\"a\xef\xbf\xbd"
                          "b\xef\xbf\xbd\"}");
}

static void
assert_string_survives (const char *text)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *json = NULL;

  bw_json_writer_string (writer, NULL, text);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  reader = read_json (json);
  g_assert_cmpstr (bw_json_reader_string (reader, NULL, G_MAXSIZE), ==, text);
}

static void
test_strings_survive (void)
{
  g_autofree char *long_name = g_strnfill (500, 'n');
  g_autofree char *large = g_strnfill (1000000, '"');

  assert_string_survives ("");
  assert_string_survives (long_name);
  assert_string_survives (large);
  assert_string_survives ("\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 \xe2\x80\xae reversed");
  assert_string_survives ("\xf0\x9d\x84\x9e\xf4\x8f\xbf\xbf");
  for (guint i = 1; i < 0x80; i++)
    {
      char text[] = { 'x', (char) i, 'y', '\0' };

      assert_string_survives (text);
    }
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (gint32 j = g_test_rand_int_range (0, 30); j > 0; j--)
        g_string_append_unichar (text, (gunichar) g_test_rand_int_range (1, 0xd800));
      assert_string_survives (text->str);
    }
}

static void
test_ints (void)
{
  static const gint64 values[] = { 0,
                                   1,
                                   -1,
                                   9,
                                   10,
                                   99,
                                   100,
                                   -100,
                                   G_MAXINT,
                                   G_MININT,
                                   G_MAXINT64,
                                   G_MININT64,
                                   G_GINT64_CONSTANT (1000000000000) };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
      g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, values[i]);

      bw_json_writer_int (writer, NULL, values[i]);
      assert_written (writer, expected);
    }
}

static void
test_doubles (void)
{
  static const struct
  {
    double value;
    const char *text;
  } examples[] = {
    { 0, "0" },
    { 1, "1" },
    { -3, "-3" },
    { 0.4, "0.4" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1e21, "1e+21" },
    { 1.5e-7, "1.5e-07" },
    { 2.5, "2.5" },
    { NAN, "null" },
    { INFINITY, "null" },
    { -INFINITY, "null" },
    { 9007199254740991.0, "9007199254740991" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

      bw_json_writer_double (writer, NULL, examples[i].value);
      assert_written (writer, examples[i].text);
    }
}

static void
assert_double_survives (double value)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *json = NULL;
  double read;

  bw_json_writer_double (writer, NULL, value);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  reader = read_json (json);
  read = bw_json_reader_double (reader, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, -1);
  g_assert_true (read == value);
}

static void
test_doubles_survive (void)
{
  assert_double_survives (G_MINDOUBLE);
  assert_double_survives (G_MAXDOUBLE);
  assert_double_survives (-G_MAXDOUBLE);
  assert_double_survives (5e-324);
  assert_double_survives (1.0 / 3);
  for (guint i = 0; i < 20000; i++)
    assert_double_survives (g_test_rand_double_range (-1, 1)
                            * pow (10, g_test_rand_int_range (-300, 300)));
}

/* A locale whose decimal mark is a comma must not show in JSON. */
static void
test_locale (void)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = read_json ("1.25");
  g_autofree char *before = g_strdup (setlocale (LC_ALL, NULL));

  if (setlocale (LC_ALL, "nl_NL.UTF-8") == NULL && setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("No locale with a decimal comma is installed");
      return;
    }
  g_assert_cmpstr (localeconv ()->decimal_point, ==, ",");
  bw_json_writer_double (writer, NULL, 0.5);
  assert_written (writer, "0.5");
  g_assert_cmpfloat (bw_json_reader_double (reader, NULL, 0, 2, -1), ==, 1.25);
  setlocale (LC_ALL, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/json-writer/structure", test_structure);
  g_test_add_func ("/core/json-writer/bytes", test_bytes);
  g_test_add_func ("/core/json-writer/escapes", test_escapes);
  g_test_add_func ("/core/json-writer/strings-survive", test_strings_survive);
  g_test_add_func ("/core/json-writer/ints", test_ints);
  g_test_add_func ("/core/json-writer/doubles", test_doubles);
  g_test_add_func ("/core/json-writer/doubles-survive", test_doubles_survive);
  g_test_add_func ("/core/json-writer/locale", test_locale);
  return g_test_run ();
}

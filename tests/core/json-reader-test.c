/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core-test.h"

static void
test_values (void)
{
  g_autoptr (BwJsonReader) reader = read_json (
      "{\"s\": \"caf\\u00e9\", \"i\": -42, \"d\": 0.25, \"b\": true, \"f\": false, \"n\": null, "
      "\"t\": \"2026-11-21T23:50:00+01:00\", \"a\": [\"x\", \"y\"], "
      "\"raw\": { \"k\" : [ 1 , \" spaced \\\" \" , 12345678901234567890.10 ] }}");
  g_auto (GStrv) strings = NULL;
  g_autofree char *raw = NULL;

  g_assert_cmpstr (bw_json_reader_string (reader, "s", 4), ==, "caf\xc3\xa9");
  g_assert_cmpint (bw_json_reader_int (reader, "i", -100, 100, 0), ==, -42);
  g_assert_cmpfloat (bw_json_reader_double (reader, "d", 0, 1, 9), ==, 0.25);
  g_assert_cmpfloat (bw_json_reader_double (reader, "i", -50, 0, 9), ==, -42);
  g_assert_true (bw_json_reader_boolean (reader, "b", FALSE));
  g_assert_false (bw_json_reader_boolean (reader, "f", TRUE));
  g_assert_cmpint (bw_json_reader_time (reader, "t"), ==, G_GINT64_CONSTANT (1795301400000));
  strings = bw_json_reader_strv (reader, "a", 2, 1);
  g_assert_cmpstrv (strings, ((const char *[]) { "x", "y", NULL }));
  raw = bw_json_reader_raw (reader, "raw");
  g_assert_cmpstr (raw, ==, "{\"k\":[1,\" spaced \\\" \",12345678901234567890.10]}");
  g_assert_true (bw_json_reader_has (reader, "b"));
  g_assert_false (bw_json_reader_has (reader, "n"));
  g_assert_false (bw_json_reader_has (reader, "absent"));
  g_assert_true (bw_json_reader_finish (reader, NULL));
}

static void
assert_reads_as_absent (BwJsonReader *reader, const char *member)
{
  gsize length = 1;

  g_assert_null (bw_json_reader_string (reader, member, 10));
  g_assert_null (bw_json_reader_dup_string (reader, member, 10));
  g_assert_null (bw_json_reader_dup_line (reader, member, 10));
  g_assert_cmpint (bw_json_reader_int (reader, member, 5, 6, -7), ==, -7);
  g_assert_cmpfloat (bw_json_reader_double (reader, member, 5, 6, -7), ==, -7);
  g_assert_true (bw_json_reader_boolean (reader, member, TRUE));
  g_assert_true (bw_json_reader_time (reader, member) == BW_TIME_NONE);
  g_assert_null (bw_json_reader_strv (reader, member, 10, 10));
  g_assert_null (bw_json_reader_raw (reader, member));
  g_assert_null (bw_json_reader_raw_object (reader, member, 10));
  g_assert_null (bw_json_reader_node (reader, member));
  g_assert_false (bw_json_reader_enter_object (reader, member));
  g_assert_false (bw_json_reader_enter_array (reader, member, 10, &length));
  g_assert_cmpuint (length, ==, 0);
}

static void
test_absent (void)
{
  g_autoptr (BwJsonReader) reader = read_json ("{\"null\": null}");

  assert_reads_as_absent (reader, "null");
  assert_reads_as_absent (reader, "absent");
  g_assert_true (bw_json_reader_is_valid (reader));
}

/* After the first failure nothing reads, and the first failure is the one that is kept. */
static void
test_first_failure_stays (void)
{
  g_autoptr (BwJsonReader) reader = read_json ("{\"a\": 1, \"b\": {}, \"c\": [1], \"s\": \"x\"}");
  g_autofree char *message = NULL;

  g_assert_null (bw_json_reader_string (reader, "a", 10));
  g_assert_cmpint (bw_json_reader_int (reader, "b", 0, 1, -1), ==, -1);
  assert_reads_as_absent (reader, "a");
  assert_reads_as_absent (reader, "b");
  assert_reads_as_absent (reader, "c");
  assert_reads_as_absent (reader, "s");
  message = take_failure (reader, BW_ERROR_INVALID, "a");
  g_assert_cmpstr (message, ==, "a: must be a string");
}

typedef void (*Read) (BwJsonReader *reader);

static void
read_string (BwJsonReader *reader)
{
  bw_json_reader_string (reader, "x", 3);
}

static void
read_needed_string (BwJsonReader *reader)
{
  bw_json_reader_need_string (reader, "x", 3);
}

static void
read_line (BwJsonReader *reader)
{
  g_autofree char *line = bw_json_reader_dup_line (reader, "x", 3);

  g_assert_null (line);
}

static void
read_int (BwJsonReader *reader)
{
  g_assert_cmpint (bw_json_reader_int (reader, "x", -5, 10, 77), ==, 77);
}

static void
read_id (BwJsonReader *reader)
{
  bw_json_reader_need_int (reader, "x", 1, G_MAXINT64);
}

static void
read_double (BwJsonReader *reader)
{
  bw_json_reader_double (reader, "x", 0, 1, 0);
}

static void
read_boolean (BwJsonReader *reader)
{
  bw_json_reader_boolean (reader, "x", FALSE);
}

static void
read_time (BwJsonReader *reader)
{
  bw_json_reader_time (reader, "x");
}

static void
read_strv (BwJsonReader *reader)
{
  g_auto (GStrv) strings = bw_json_reader_strv (reader, "x", 2, 3);

  g_assert_null (strings);
}

static void
read_object (BwJsonReader *reader)
{
  g_autofree char *text = bw_json_reader_raw_object (reader, "x", 8);

  g_assert_null (text);
}

static void
read_array (BwJsonReader *reader)
{
  gsize length;

  g_assert_false (bw_json_reader_enter_array (reader, "x", 2, &length));
}

static void
enter_object (BwJsonReader *reader)
{
  g_assert_false (bw_json_reader_enter_object (reader, "x"));
}

static void
read_only_y (BwJsonReader *reader)
{
  static const char *const members[] = { "y", NULL };

  bw_json_reader_only (reader, members);
}

static const struct
{
  const char *text;
  Read read;
  BwErrorCode code;
  const char *field;
  const char *message;
} failures[] = {
  { "{\"x\": 1}", read_string, BW_ERROR_INVALID, "x", "x: must be a string" },
  { "{\"x\": \"abcd\"}", read_string, BW_ERROR_INVALID, "x",
    "x: must be at most 3 characters long" },
  { "{\"x\": \"\\u00e9\\u00e9\\u00e9\\u00e9\"}", read_string, BW_ERROR_INVALID, "x",
    "x: must be at most 3 characters long" },
  { "{}", read_needed_string, BW_ERROR_INVALID, "x", "x: is missing" },
  { "{\"x\": null}", read_needed_string, BW_ERROR_INVALID, "x", "x: is missing" },
  { "[]", read_string, BW_ERROR_INVALID, NULL, "The JSON text as a whole must be an object" },
  { "{\"x\": \"\"}", read_line, BW_ERROR_INVALID, "x", "x: must not be empty" },
  { "{\"x\": \"a\\nb\"}", read_line, BW_ERROR_INVALID, "x", "x: must not have control characters" },
  { "{\"x\": \"\\u0085\"}", read_line, BW_ERROR_INVALID, "x",
    "x: must not have control characters" },
  { "{\"x\": 11}", read_int, BW_ERROR_INVALID, "x", "x: must be from -5 to 10" },
  { "{\"x\": -6}", read_int, BW_ERROR_INVALID, "x", "x: must be from -5 to 10" },
  { "{\"x\": 1.5}", read_int, BW_ERROR_INVALID, "x", "x: must be a whole number" },
  { "{\"x\": 1e-1}", read_int, BW_ERROR_INVALID, "x", "x: must be a whole number" },
  { "{\"x\": \"1\"}", read_int, BW_ERROR_INVALID, "x", "x: must be a whole number" },
  { "{\"x\": true}", read_int, BW_ERROR_INVALID, "x", "x: must be a whole number" },
  { "{\"x\": 9223372036854775808}", read_int, BW_ERROR_INVALID, "x", "x: must be from -5 to 10" },
  { "{\"x\": 18446744073709551617}", read_int, BW_ERROR_INVALID, "x", "x: must be from -5 to 10" },
  { "{\"x\": 1e400}", read_int, BW_ERROR_INVALID, "x", "x: must be from -5 to 10" },
  { "{\"x\": 9223372036854775808}", read_id, BW_ERROR_INVALID, "x",
    "x: must be from 1 to 9223372036854775807" },
  { "{\"x\": 18446744073709551617}", read_id, BW_ERROR_INVALID, "x",
    "x: must be from 1 to 9223372036854775807" },
  { "{\"x\": 99999999999999999999999999}", read_id, BW_ERROR_INVALID, "x",
    "x: must be from 1 to 9223372036854775807" },
  { "{\"x\": 9223372036854775807.0}", read_id, BW_ERROR_INVALID, "x",
    "x: must be from 1 to 9223372036854775807" },
  { "{}", read_id, BW_ERROR_INVALID, "x", "x: is missing" },
  { "{\"x\": 1.25}", read_double, BW_ERROR_INVALID, "x", "x: must be from 0 to 1" },
  { "{\"x\": 1e400}", read_double, BW_ERROR_INVALID, "x", "x: must be from 0 to 1" },
  { "{\"x\": \"1\"}", read_double, BW_ERROR_INVALID, "x", "x: must be a number" },
  { "{\"x\": 1}", read_boolean, BW_ERROR_INVALID, "x", "x: must be true or false" },
  { "{\"x\": \"today\"}", read_time, BW_ERROR_INVALID, "x",
    "x: must be a time as RFC 3339 has it, \"2026-11-21T23:50:00.000Z\"" },
  { "{\"x\": 1}", read_time, BW_ERROR_INVALID, "x",
    "x: must be a time such as \"2026-11-21T23:50:00.000Z\"" },
  { "{\"x\": \"a\"}", read_strv, BW_ERROR_INVALID, "x", "x: must be an array" },
  { "{\"x\": [\"a\", 1]}", read_strv, BW_ERROR_INVALID, "x[1]", "x[1]: must be a string" },
  { "{\"x\": [\"abcd\"]}", read_strv, BW_ERROR_INVALID, "x[0]",
    "x[0]: must be at most 3 characters long" },
  { "{\"x\": [\"a\", \"b\", \"c\"]}", read_strv, BW_ERROR_TOO_LARGE, "x",
    "x: has 3 elements; at most 2 are taken at once" },
  { "{\"x\": [1, 2, 3]}", read_array, BW_ERROR_TOO_LARGE, "x",
    "x: has 3 elements; at most 2 are taken at once" },
  { "{\"x\": {}}", read_array, BW_ERROR_INVALID, "x", "x: must be an array" },
  { "{\"x\": []}", enter_object, BW_ERROR_INVALID, "x", "x: must be an object" },
  { "{\"x\": []}", read_object, BW_ERROR_INVALID, "x", "x: must be an object" },
  { "{\"x\": {\"a\": 1234}}", read_object, BW_ERROR_TOO_LARGE, "x",
    "x: has 10 bytes; at most 8 are taken" },
  { "{\"y\": 1, \"foo\": 2}", read_only_y, BW_ERROR_INVALID, "foo", "foo: unknown field 'foo'" },
};

static void
test_failures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (failures[i].text);
      g_autofree char *message = NULL;

      failures[i].read (reader);
      message = take_failure (reader, failures[i].code, failures[i].field);
      g_assert_cmpstr (message, ==, failures[i].message);
    }
}

static void
test_ints (void)
{
  static const struct
  {
    const char *text;
    gint64 value;
  } examples[] = {
    { "0", 0 },
    { "-0", 0 },
    { "9223372036854775807", G_MAXINT64 },
    { "-9223372036854775808", G_MININT64 },
    { "3.0", 3 },
    { "1e3", 1000 },
    { "-12.5e1", -125 },
    { "9007199254740992.0", G_GINT64_CONSTANT (9007199254740992) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (examples[i].text);

      g_assert_cmpint (bw_json_reader_int (reader, NULL, G_MININT64, G_MAXINT64, 1), ==,
                       examples[i].value);
      g_assert_true (bw_json_reader_is_valid (reader));
    }
}

static void
test_path (void)
{
  g_autoptr (BwJsonReader) reader = read_json (
      "{\"items\": [{}, {}, {}, {\"reference\": {\"id\": 17}, \"tags\": [[\"a\"], [\"b\", 2]]}]}");
  g_autofree char *message = NULL;
  gsize length;

  g_assert_true (bw_json_reader_enter_array (reader, "items", 10, &length));
  g_assert_cmpuint (length, ==, 4);
  g_assert_true (bw_json_reader_enter_element (reader, 3));
  g_assert_true (bw_json_reader_enter_object (reader, "reference"));
  g_assert_null (bw_json_reader_string (reader, "id", 10));
  message = take_failure (reader, BW_ERROR_INVALID, "items[3].reference.id");
  g_assert_cmpstr (message, ==, "items[3].reference.id: must be a string");
}

static void
test_path_of_nested_elements (void)
{
  g_autoptr (BwJsonReader) reader = read_json ("[{\"tags\": [[\"a\"], [\"b\", 2]]}]");
  g_autofree char *message = NULL;
  gsize length;

  g_assert_true (bw_json_reader_is_array (reader));
  g_assert_true (bw_json_reader_enter_array (reader, NULL, 10, &length));
  g_assert_true (bw_json_reader_enter_element (reader, 0));
  g_assert_true (bw_json_reader_enter_array (reader, "tags", 10, &length));
  g_assert_true (bw_json_reader_enter_element (reader, 1));
  g_assert_true (bw_json_reader_enter_array (reader, NULL, 10, &length));
  g_assert_cmpstr (bw_json_reader_element_string (reader, 0, 1), ==, "b");
  g_assert_null (bw_json_reader_element_string (reader, 1, 1));
  message = take_failure (reader, BW_ERROR_INVALID, "[0].tags[1][1]");
  g_assert_cmpstr (message, ==, "[0].tags[1][1]: must be a string");
}

static void
test_unknown_names (void)
{
  static const char *const members[] = { "known", NULL };
  g_autofree char *long_name = g_strnfill (10000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"a\": {\"kn\\u006fwn\": 1, \"%s\": 1}}", long_name);
  g_autoptr (BwJsonReader) reader = read_json (text);
  g_autofree char *message = NULL;
  g_autofree char *field = g_strconcat ("a.", long_name + 10000 - 64, NULL);

  g_assert_true (bw_json_reader_enter_object (reader, "a"));
  g_assert_cmpint (bw_json_reader_int (reader, "known", 0, 1, 0), ==, 1);
  bw_json_reader_only (reader, members);
  message = take_failure (reader, BW_ERROR_INVALID, field);
  g_assert_cmpuint (strlen (message), <, 200);
}

static void
test_leave (void)
{
  g_autoptr (BwJsonReader) reader =
      read_json ("{\"a\": {\"x\": 1}, \"b\": [{\"x\": 2}, {\"x\": 3}], \"x\": 4}");
  gsize length;

  g_assert_true (bw_json_reader_enter_object (reader, "a"));
  g_assert_cmpint (bw_json_reader_int (reader, "x", 0, 9, 0), ==, 1);
  bw_json_reader_leave (reader);
  g_assert_cmpint (bw_json_reader_int (reader, "x", 0, 9, 0), ==, 4);
  g_assert_true (bw_json_reader_enter_array (reader, "b", 9, &length));
  /* Backwards as well. */
  for (gsize i = length; i-- > 0;)
    {
      g_assert_true (bw_json_reader_enter_element (reader, i));
      g_assert_cmpint (bw_json_reader_int (reader, "x", 0, 9, 0), ==, 2 + (gint64) i);
      bw_json_reader_leave (reader);
    }
  g_assert_false (bw_json_reader_enter_element (reader, length));
  bw_json_reader_leave (reader);
  g_assert_cmpint (bw_json_reader_int (reader, "x", 0, 9, 0), ==, 4);
  g_assert_true (bw_json_reader_enter_object (reader, NULL));
  g_assert_cmpint (bw_json_reader_int (reader, "x", 0, 9, 0), ==, 4);
  bw_json_reader_leave (reader);
  g_assert_true (bw_json_reader_is_valid (reader));
}

static void
test_element_ints (void)
{
  g_autoptr (BwJsonReader) reader = read_json ("{\"ids\": [3, 1, 0]}");
  g_autofree char *message = NULL;
  gsize length;

  g_assert_true (bw_json_reader_enter_array (reader, "ids", 3, &length));
  g_assert_cmpint (bw_json_reader_element_int (reader, 0, 1, 9), ==, 3);
  g_assert_cmpint (bw_json_reader_element_int (reader, 1, 1, 9), ==, 1);
  g_assert_cmpint (bw_json_reader_element_int (reader, 2, 1, 9), ==, 1);
  message = take_failure (reader, BW_ERROR_INVALID, "ids[2]");
  g_assert_cmpstr (message, ==, "ids[2]: must be from 1 to 9");
}

static void
test_lookups_in_any_order (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (BwJsonReader) reader = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "%s\"m%u\":[%u,{\"m%u\":-1}]", i > 0 ? "," : "", i, i, i);
  g_string_append_c (text, '}');
  reader = read_json (text->str);
  for (guint i = 0; i < 10000; i++)
    {
      guint n = (guint) g_test_rand_int_range (0, 120);
      g_autofree char *name = g_strdup_printf ("m%u", n);
      gsize length;

      if (!bw_json_reader_enter_array (reader, name, 2, &length))
        {
          g_assert_cmpuint (n, >=, 100);
          continue;
        }
      g_assert_cmpint (bw_json_reader_element_int (reader, 0, 0, 1000), ==, n);
      bw_json_reader_leave (reader);
    }
  g_assert_true (bw_json_reader_is_valid (reader));
}

static void
test_tree (void)
{
  g_autoptr (JsonNode) root = bw_json_parse ("{\"a\":{\"b\":[1,\"\\u00e9\"]}}", 24, NULL);
  g_autoptr (BwJsonReader) reader = bw_json_reader_new (root);
  g_autofree char *text = NULL;
  JsonNode *node;

  g_assert_nonnull (root);
  node = bw_json_reader_node (reader, "a");
  text = json_to_string (node, FALSE);
  g_assert_cmpstr (text, ==, "{\"b\":[1,\"\xc3\xa9\"]}");
  g_assert_true (bw_json_reader_finish (reader, NULL));
}

static void
test_tree_too_deep (void)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_NULL);
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *message = NULL;

  for (guint i = 0; i < 50; i++)
    {
      JsonArray *array = json_array_new ();

      json_array_add_element (array, root);
      root = json_node_init_array (json_node_alloc (), array);
      json_array_unref (array);
    }
  reader = bw_json_reader_new (root);
  g_assert_false (bw_json_reader_is_valid (reader));
  assert_reads_as_absent (reader, NULL);
  message = take_failure (reader, BW_ERROR_INVALID, NULL);
  g_assert_nonnull (strstr (message, "nested"));
}

static void
test_not_json (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_json_reader_new_for_text ("<html>", 6, &error));
  assert_bw_error (error, BW_ERROR_INVALID, NULL);
  g_assert_null (bw_json_reader_new_for_text (NULL, 0, NULL));
}

static void
test_deepest (void)
{
  g_autoptr (BwJsonReader) reader =
      read_json ("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[7]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
  gsize length;

  for (guint i = 0; i < 32; i++)
    {
      g_assert_true (bw_json_reader_enter_array (reader, NULL, 1, &length));
      g_assert_true (bw_json_reader_enter_element (reader, 0));
    }
  g_assert_cmpint (bw_json_reader_int (reader, NULL, 0, 9, 0), ==, 7);
  for (guint i = 0; i < 64; i++)
    bw_json_reader_leave (reader);
  g_assert_true (bw_json_reader_is_array (reader));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/json-reader/values", test_values);
  g_test_add_func ("/core/json-reader/absent", test_absent);
  g_test_add_func ("/core/json-reader/first-failure-stays", test_first_failure_stays);
  g_test_add_func ("/core/json-reader/failures", test_failures);
  g_test_add_func ("/core/json-reader/ints", test_ints);
  g_test_add_func ("/core/json-reader/path", test_path);
  g_test_add_func ("/core/json-reader/path-of-nested-elements", test_path_of_nested_elements);
  g_test_add_func ("/core/json-reader/unknown-names", test_unknown_names);
  g_test_add_func ("/core/json-reader/leave", test_leave);
  g_test_add_func ("/core/json-reader/element-ints", test_element_ints);
  g_test_add_func ("/core/json-reader/lookups-in-any-order", test_lookups_in_any_order);
  g_test_add_func ("/core/json-reader/tree", test_tree);
  g_test_add_func ("/core/json-reader/tree-too-deep", test_tree_too_deep);
  g_test_add_func ("/core/json-reader/not-json", test_not_json);
  g_test_add_func ("/core/json-reader/deepest", test_deepest);
  return g_test_run ();
}

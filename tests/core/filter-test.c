/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-filter.h"
#include "core-test.h"

static void
set (BwFilter *filter, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;

  bw_filter_set_parameter (filter, name, value, &error);
  g_assert_no_error (error);
}

static void
test_default (void)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autofree char *query = bw_filter_to_query (filter);

  g_assert_true (bw_filter_is_default (filter));
  g_assert_cmpstr (query, ==, "");
  g_assert_cmpuint (filter->sort, ==, BW_SORT_CREATED_AT);
  g_assert_true (filter->descending);
  g_assert_true (filter->from == BW_TIME_NONE);
  g_assert_true (filter->until == BW_TIME_NONE);
}

static BwFilter *
make_full (void)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();

  set (filter, "state", "failed");
  set (filter, "state", "queued");
  set (filter, "type", "send-invoices");
  set (filter, "type", "archive");
  set (filter, "type", "send-invoices");
  set (filter, "created_by", "17");
  set (filter, "created_by", "0");
  set (filter, "created_by", "5");
  set (filter, "relation", "R&D 1");
  set (filter, "q", " \xd9\x85\xd8\xb1 = 100% ");
  set (filter, "from", "2026-11-01T00:00:00+01:00");
  set (filter, "until", "2026-12-01T00:00:00Z");
  set (filter, "condition", "stalled");
  set (filter, "condition", "paused");
  set (filter, "sort", "name");
  return g_steal_pointer (&filter);
}

static void
test_parameters (void)
{
  g_autoptr (BwFilter) filter = make_full ();
  g_autofree char *query = bw_filter_to_query (filter);

  g_assert_cmpuint (filter->states, ==, (1u << BW_JOB_STATE_FAILED) | (1u << BW_JOB_STATE_QUEUED));
  g_assert_cmpuint (g_strv_length (filter->types), ==, 2);
  g_assert_cmpuint (filter->created_by->len, ==, 3);
  g_assert_cmpuint (filter->conditions, ==, BW_CONDITION_PAUSED | BW_CONDITION_STALLED);
  g_assert_false (filter->descending);
  g_assert_cmpstr (query, ==,
                   "state=queued&state=failed&type=archive&type=send-invoices&created_by=0"
                   "&created_by=5&created_by=17&relation=R%26D%201&q=%D9%85%D8%B1%20%3D%20100%25"
                   "&from=2026-10-31T23%3A00%3A00.000Z&until=2026-12-01T00%3A00%3A00.000Z"
                   "&condition=paused&condition=stalled&sort=name");
}

static void
test_sort (void)
{
  for (guint i = 0; i < BW_N_SORT_KEYS; i++)
    for (guint descending = 0; descending < 2; descending++)
      {
        g_autoptr (BwFilter) filter = bw_filter_new ();
        g_autofree char *value =
            g_strconcat (descending == 1 ? "-" : "", bw_sort_key_to_string ((BwSortKey) i), NULL);

        set (filter, "sort", value);
        g_assert_cmpuint (filter->sort, ==, i);
        g_assert_cmpuint (filter->descending ? 1 : 0, ==, descending);
      }
}

static void
test_clearing (void)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();

  set (filter, "q", "first");
  set (filter, "q", "second");
  g_assert_cmpstr (filter->q, ==, "second");
  set (filter, "q", "  ");
  set (filter, "relation", "x");
  set (filter, "relation", "");
  set (filter, "from", "2026-11-01T00:00:00Z");
  set (filter, "from", "");
  g_assert_true (bw_filter_is_default (filter));
}

static const struct
{
  const char *name;
  const char *value;
} wrong_parameters[] = {
  { "state", "running" },
  { "state", "" },
  { "state", "queued,failed" },
  { "type", "" },
  { "type", "Send" },
  { "type", "a b" },
  { "created_by", "" },
  { "created_by", "adam" },
  { "created_by", "-1" },
  { "created_by", "1x" },
  { "created_by", "9223372036854775808" },
  { "q", "a\nb" },
  { "q", "\xff" },
  { "from", "yesterday" },
  { "until", "2026-11-21" },
  { "condition", "" },
  { "condition", "failed" },
  { "sort", "" },
  { "sort", "-" },
  { "sort", "--name" },
  { "sort", "id" },
  { "stat", "failed" },
  { "limit", "10" },
  { "", "" },
};

static void
test_wrong_parameters (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong_parameters); i++)
    {
      g_autoptr (BwFilter) filter = bw_filter_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (bw_filter_set_parameter (filter, wrong_parameters[i].name,
                                               wrong_parameters[i].value, &error));
      assert_bw_error (error, BW_ERROR_INVALID, wrong_parameters[i].name);
      g_assert_true (bw_filter_is_default (filter));
    }
}

static void
test_long_text (void)
{
  g_autofree char *long_text = g_strnfill (BW_FILTER_MAX_TEXT + 1, 'x');
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (bw_filter_set_parameter (filter, "relation", long_text, &error));
  assert_bw_error (error, BW_ERROR_INVALID, "relation");
  g_clear_error (&error);
  g_assert_false (bw_filter_set_parameter (filter, "q", long_text, &error));
  assert_bw_error (error, BW_ERROR_INVALID, "q");
}

static void
test_too_many_values (void)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < BW_FILTER_MAX_VALUES; i++)
    {
      g_autofree char *user = g_strdup_printf ("%u", i);
      g_autofree char *type = g_strdup_printf ("type-%u", i);

      set (filter, "created_by", user);
      set (filter, "type", type);
    }
  set (filter, "created_by", "99");
  set (filter, "type", "type-99");
  g_assert_false (bw_filter_set_parameter (filter, "created_by", "1000", &error));
  assert_bw_error (error, BW_ERROR_INVALID, "created_by");
  g_clear_error (&error);
  g_assert_false (bw_filter_set_parameter (filter, "type", "one-more", &error));
  assert_bw_error (error, BW_ERROR_INVALID, "type");
}

static void
test_longest_text (void)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < BW_FILTER_MAX_TEXT; i++)
    g_string_append (text, "\xd9\x85");
  set (filter, "q", text->str);
  g_assert_cmpstr (filter->q, ==, text->str);
}

static BwFilter *
round_trip (const BwFilter *filter)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  BwFilter *read;

  bw_filter_write (filter, writer, NULL);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  reader = read_json (json);
  read = bw_filter_read (reader);
  g_assert_true (bw_json_reader_finish (reader, NULL));
  return read;
}

static void
test_json (void)
{
  g_autoptr (BwFilter) full = make_full ();
  g_autoptr (BwFilter) standard = bw_filter_new ();
  g_autoptr (BwFilter) full_again = round_trip (full);
  g_autoptr (BwFilter) standard_again = round_trip (standard);
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;

  g_assert_true (bw_filter_equal (full, full_again));
  g_assert_true (bw_filter_is_default (standard_again));
  bw_filter_write (full, writer, NULL);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"state\":[\"queued\",\"failed\"],\"type\":[\"archive\",\"send-invoices\"],"
                   "\"created_by\":[0,5,17],\"relation\":\"R&D 1\","
                   "\"q\":\"\xd9\x85\xd8\xb1 = 100%\",\"from\":\"2026-10-31T23:00:00.000Z\","
                   "\"until\":\"2026-12-01T00:00:00.000Z\",\"condition\":[\"paused\",\"stalled\"],"
                   "\"sort\":\"name\"}");
}

static void
test_wrong_json (void)
{
  static const struct
  {
    const char *json;
    const char *field;
  } wrong[] = {
    { "{\"states\": [\"failed\"]}", "states" },
    { "{\"state\": \"failed\"}", "state" },
    { "{\"state\": []}", "state" },
    { "{\"state\": [\"running\"]}", "state" },
    { "{\"state\": [1]}", "state[0]" },
    { "{\"type\": [\"x\", \"Y\"]}", "type" },
    { "{\"created_by\": []}", "created_by" },
    { "{\"created_by\": [1, -1]}", "created_by[1]" },
    { "{\"created_by\": [1, \"2\"]}", "created_by[1]" },
    { "{\"created_by\": [9223372036854775808]}", "created_by[0]" },
    { "{\"q\": [\"x\"]}", "q" },
    { "{\"q\": \"a\\u0001\"}", "q" },
    { "{\"from\": 0}", "from" },
    { "{\"from\": \"2026\"}", "from" },
    { "{\"sort\": \"+name\"}", "sort" },
    { "[]", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (wrong[i].json);
      g_autofree char *message = NULL;

      g_assert_null (bw_filter_read (reader));
      message = take_failure (reader, BW_ERROR_INVALID, wrong[i].field);
    }
}

static void
test_nested_message (void)
{
  g_autoptr (BwJsonReader) reader = read_json ("{\"filter\": {\"sort\": \"id\"}}");
  g_autofree char *message = NULL;

  g_assert_true (bw_json_reader_enter_object (reader, "filter"));
  g_assert_null (bw_filter_read (reader));
  message = take_failure (reader, BW_ERROR_INVALID, "filter.sort");
  g_assert_true (g_str_has_prefix (message, "filter.sort: must be created_at, "));
}

static void
test_scope (void)
{
  g_autoptr (BwFilter) a = make_full ();
  g_autoptr (BwFilter) b = bw_filter_copy (a);

  g_assert_true (bw_filter_equal (a, b));
  set (b, "sort", "-name");
  g_assert_false (bw_filter_equal (a, b));
  g_assert_true (bw_filter_same_scope (a, b));
  set (b, "q", "other");
  g_assert_false (bw_filter_same_scope (a, b));
}

static void
test_every_field_counts (void)
{
  static const char *const parameters[][2] = {
    { "state", "skipped" }, { "type", "x" }, { "created_by", "6" }, { "relation", "x" },
    { "q", "x" },           { "from", "" },  { "until", "" },       { "condition", "cancelling" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      g_autoptr (BwFilter) a = make_full ();
      g_autoptr (BwFilter) b = bw_filter_copy (a);

      set (b, parameters[i][0], parameters[i][1]);
      g_assert_false (bw_filter_same_scope (a, b));
      g_assert_false (bw_filter_same_scope (b, a));
    }
}

static void
test_order_of_values_does_not_count (void)
{
  g_autoptr (BwFilter) a = bw_filter_new ();
  g_autoptr (BwFilter) b = bw_filter_new ();
  g_autofree char *query_a = NULL;
  g_autofree char *query_b = NULL;

  set (a, "type", "x");
  set (a, "type", "y");
  set (b, "type", "y");
  set (b, "type", "x");
  set (a, "created_by", "1");
  set (a, "created_by", "2");
  set (b, "created_by", "2");
  set (b, "created_by", "1");
  b->states = BW_JOB_STATES_ALL;
  g_assert_true (bw_filter_equal (a, b));
  query_a = bw_filter_to_query (a);
  query_b = bw_filter_to_query (b);
  g_assert_cmpstr (query_a, ==, query_b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/filter/default", test_default);
  g_test_add_func ("/core/filter/parameters", test_parameters);
  g_test_add_func ("/core/filter/sort", test_sort);
  g_test_add_func ("/core/filter/clearing", test_clearing);
  g_test_add_func ("/core/filter/wrong-parameters", test_wrong_parameters);
  g_test_add_func ("/core/filter/long-text", test_long_text);
  g_test_add_func ("/core/filter/too-many-values", test_too_many_values);
  g_test_add_func ("/core/filter/longest-text", test_longest_text);
  g_test_add_func ("/core/filter/json", test_json);
  g_test_add_func ("/core/filter/wrong-json", test_wrong_json);
  g_test_add_func ("/core/filter/nested-message", test_nested_message);
  g_test_add_func ("/core/filter/scope", test_scope);
  g_test_add_func ("/core/filter/every-field-counts", test_every_field_counts);
  g_test_add_func ("/core/filter/order-of-values-does-not-count",
                   test_order_of_values_does_not_count);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core-test.h"

static void
test_codes (void)
{
  for (guint i = BW_ERROR_INVALID; i <= BW_ERROR_NO_SPACE; i++)
    {
      BwErrorCode code = (BwErrorCode) i;

      g_assert_cmpuint (bw_error_code_from_status (bw_error_code_to_status (code)), ==, code);
      g_assert_nonnull (bw_error_code_get_title (code));
    }
  g_assert_cmpuint (bw_error_code_to_status (BW_ERROR_NO_SPACE), ==, 507);
  g_assert_cmpuint (bw_error_code_from_status (0), ==, BW_ERROR_UNAVAILABLE);
  g_assert_cmpuint (bw_error_code_from_status (502), ==, BW_ERROR_UNAVAILABLE);
  g_assert_cmpuint (bw_error_code_from_status (504), ==, BW_ERROR_UNAVAILABLE);
  g_assert_cmpuint (bw_error_code_from_status (410), ==, BW_ERROR_NOT_FOUND);
  g_assert_cmpuint (bw_error_code_from_status (418), ==, BW_ERROR_INVALID);
  g_assert_cmpuint (bw_error_code_from_status (302), ==, BW_ERROR_INTERNAL);
  g_assert_cmpuint (bw_error_code_from_status (599), ==, BW_ERROR_INTERNAL);
}

static void
test_fields (void)
{
  g_autoptr (GError) plain = NULL;
  g_autoptr (GError) field = NULL;
  g_autoptr (GError) copy = NULL;
  g_autoptr (GError) foreign = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "x");

  bw_set_error (&plain, BW_ERROR_CONFLICT, "Job %d runs", 7);
  bw_set_error_field (&field, BW_ERROR_INVALID, "items[3].label", "%s", "no");
  bw_set_error (NULL, BW_ERROR_INTERNAL, "nobody listens");
  bw_set_error_field (NULL, BW_ERROR_INTERNAL, "x", "nobody listens");
  copy = g_error_copy (field);

  assert_bw_error (plain, BW_ERROR_CONFLICT, NULL);
  g_assert_cmpstr (plain->message, ==, "Job 7 runs");
  assert_bw_error (copy, BW_ERROR_INVALID, "items[3].label");
  g_assert_null (bw_error_get_field (foreign));
}

static void
test_to_problem (void)
{
  g_autoptr (GError) error =
      bw_error_new_field (BW_ERROR_INVALID, "name", "name: \"x\" is\ttoo short");
  g_autoptr (GError) plain = bw_error_new_field (BW_ERROR_NOT_FOUND, NULL, "There is no job 7");
  g_autoptr (GError) foreign = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "secret path");
  g_autofree char *body = bw_error_to_problem (error);
  g_autofree char *plain_body = bw_error_to_problem (plain);
  g_autofree char *foreign_body = bw_error_to_problem (foreign);

  g_assert_cmpstr (body, ==,
                   "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                   "\"detail\":\"name: \\\"x\\\" is\\ttoo short\",\"field\":\"name\"}");
  g_assert_cmpstr (plain_body, ==,
                   "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                   "\"detail\":\"There is no job 7\"}");
  g_assert_null (strstr (foreign_body, "secret"));
  g_assert_nonnull (strstr (foreign_body, "\"status\":500"));
}

static void
test_round_trip (void)
{
  for (guint i = BW_ERROR_INVALID; i <= BW_ERROR_NO_SPACE; i++)
    {
      g_autoptr (GError) error = bw_error_new_field ((BwErrorCode) i, i % 2 == 0 ? "a.b" : NULL,
                                                     "Nothing was changed: \xd9\x85 %u", i);
      g_autofree char *body = bw_error_to_problem (error);
      g_autoptr (GError) read =
          bw_error_from_problem (bw_error_code_to_status ((BwErrorCode) i), body, -1);

      assert_bw_error (read, (int) i, i % 2 == 0 ? "a.b" : NULL);
      g_assert_cmpstr (read->message, ==, error->message);
    }
}

static void
test_strange_bodies (void)
{
  static const struct
  {
    guint status;
    const char *body;
    BwErrorCode code;
    const char *message;
  } answers[] = {
    { 502, "<html><h1>502 Bad Gateway</h1></html>", BW_ERROR_UNAVAILABLE,
      "The server answered 502 Bad Gateway" },
    { 404, "", BW_ERROR_NOT_FOUND, "The server answered 404 Not Found" },
    { 404, NULL, BW_ERROR_NOT_FOUND, "The server answered 404 Not Found" },
    { 500, "[]", BW_ERROR_INTERNAL, "The server answered 500 Internal Server Error" },
    { 500, "{}", BW_ERROR_INTERNAL, "The server answered 500 Internal Server Error" },
    { 500, "{\"detail\": 7}", BW_ERROR_INTERNAL, "The server answered 500 Internal Server Error" },
    { 500, "{\"detail\": \"\"}", BW_ERROR_INTERNAL,
      "The server answered 500 Internal Server Error" },
    { 500, "{\"detail\": \"cut o", BW_ERROR_INTERNAL,
      "The server answered 500 Internal Server Error" },
    { 301, "", BW_ERROR_INTERNAL, "The server answered 301 Moved Permanently" },
    { 299, "", BW_ERROR_INTERNAL, "The server answered with status 299" },
    { 0, NULL, BW_ERROR_UNAVAILABLE, "The server did not answer" },
    { 409, "{\"title\": \"In use\"}", BW_ERROR_CONFLICT, "In use" },
    { 409, "{\"detail\": \"Runs\", \"status\": 500, \"more\": []}", BW_ERROR_CONFLICT, "Runs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = bw_error_from_problem (answers[i].status, answers[i].body, -1);

      assert_bw_error (error, (int) answers[i].code, NULL);
      g_assert_cmpstr (error->message, ==, answers[i].message);
    }
}

static void
test_hostile_body (void)
{
  g_autofree char *filling = g_strnfill (1000000, 'x');
  g_autofree char *body = g_strdup_printf ("{\"detail\":\"%s\"}", filling);
  g_autoptr (GError) error = bw_error_from_problem (500, body, -1);
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autoptr (GError) other = bw_error_from_problem (500, deep, -1);

  g_assert_cmpuint (strlen (error->message), <, 5000);
  g_assert_cmpstr (other->message, ==, "The server answered 500 Internal Server Error");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/error/codes", test_codes);
  g_test_add_func ("/core/error/fields", test_fields);
  g_test_add_func ("/core/error/to-problem", test_to_problem);
  g_test_add_func ("/core/error/round-trip", test_round_trip);
  g_test_add_func ("/core/error/strange-bodies", test_strange_bodies);
  g_test_add_func ("/core/error/hostile-body", test_hostile_body);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-member.h"
#include "bw-role-info.h"
#include "bw-settings.h"
#include "bw-token-info.h"
#include "core-test.h"

#define AT G_GINT64_CONSTANT (1795262400000)

static void
assert_valid (BwJsonReader *reader)
{
  g_autoptr (GError) error = NULL;

  bw_json_reader_finish (reader, &error);
  g_assert_no_error (error);
}

static void
test_member (void)
{
  g_autoptr (BwMember) member = bw_member_new ();
  g_autoptr (BwMember) read = NULL;
  g_autoptr (BwMember) copy = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;

  g_assert_cmpint (member->last_seen_at, ==, BW_TIME_NONE);
  member->user_id = 7;
  member->user_name = g_strdup ("Ines");
  member->login = g_strdup ("ines");
  member->kind = BW_ACCOUNT_WORKER;
  member->role = g_strdup ("night-shift");
  member->role_name = g_strdup ("Night shift");
  member->added = BW_PERMISSION_PAUSE;
  member->permissions = BW_PERMISSION_PAUSE | BW_PERMISSION_VIEW_OWN;
  member->last_seen_at = AT;
  copy = bw_member_copy (member);
  bw_member_write (copy, writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"user\":{\"id\":7,\"name\":\"Ines\",\"login\":\"ines\",\"kind\":\"worker\"},"
                   "\"role\":\"night-shift\",\"role_name\":\"Night shift\",\"added\":[\"pause\"],"
                   "\"permissions\":[\"view-own\",\"pause\"],"
                   "\"last_seen_at\":\"2026-11-21T12:00:00.000Z\"}");
  reader = read_json (json);
  read = bw_member_read (reader);
  assert_valid (reader);
  g_assert_cmpint (read->user_id, ==, 7);
  g_assert_cmpint (read->kind, ==, BW_ACCOUNT_WORKER);
  g_assert_cmpstr (read->role_name, ==, "Night shift");
  g_assert_cmpuint (read->added, ==, BW_PERMISSION_PAUSE);
  g_assert_cmpuint (read->permissions, ==, member->permissions);
  g_assert_cmpint (read->last_seen_at, ==, AT);
}

static void
test_role (void)
{
  g_autoptr (BwRoleInfo) role =
      bw_role_info_new ("night-shift", "Night shift", BW_PERMISSION_VIEW_ALL, FALSE, 3);
  g_autoptr (BwRoleInfo) copy = bw_role_info_copy (role);
  g_autoptr (BwRoleInfo) read = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;

  bw_role_info_write (copy, writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (
      json, ==,
      "{\"id\":\"night-shift\",\"name\":\"Night shift\",\"permissions\":[\"view-all\"],"
      "\"builtin\":false,\"members\":3}");
  reader = read_json (json);
  read = bw_role_info_read (reader);
  assert_valid (reader);
  g_assert_cmpstr (read->id, ==, "night-shift");
  g_assert_cmpuint (read->permissions, ==, BW_PERMISSION_VIEW_ALL);
  g_assert_cmpint (read->members, ==, 3);
  g_assert_false (read->builtin);
}

static void
test_token (void)
{
  g_autoptr (BwTokenInfo) read = NULL;
  g_autoptr (BwTokenInfo) copy = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;
  const char *text = "{\"id\":9,\"name\":\"Ledger\",\"kind\":\"application\",\"role\":\"staff\","
                     "\"role_name\":\"Staff\",\"added\":[],\"created_at\":"
                     "\"2026-11-21T12:00:00.000Z\",\"created_by\":null,\"last_used_at\":null,"
                     "\"token\":\"bw_x\"}";

  reader = read_json (text);
  read = bw_token_info_read (reader);
  assert_valid (reader);
  g_assert_cmpint (read->created_at, ==, AT);
  g_assert_null (read->created_by);
  g_assert_cmpint (read->last_used_at, ==, BW_TIME_NONE);
  g_assert_cmpstr (read->token, ==, "bw_x");
  copy = bw_token_info_copy (read);
  bw_token_info_write (copy, writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==, text);
}

static void
test_settings (void)
{
  g_autoptr (BwSettings) read = NULL;
  g_autoptr (BwSettings) copy = NULL;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;
  const BwReferenceUrl *first;

  reader = read_json ("{\"name\":\"Willems\",\"retention_days\":30,\"references\":{\"relation\":"
                      "\"https://a.example/{id}\",\"invoice\":\"https://b.example/{id}\"}}");
  read = bw_settings_read (reader);
  assert_valid (reader);
  g_assert_cmpuint (read->references->len, ==, 2);
  first = g_ptr_array_index (read->references, 0);
  g_assert_cmpstr (first->kind, ==, "invoice");
  copy = bw_settings_copy (read);
  bw_settings_write (copy, writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"name\":\"Willems\",\"retention_days\":30,\"references\":{\"invoice\":"
                   "\"https://b.example/{id}\",\"relation\":\"https://a.example/{id}\"}}");
}

static void
test_wrong_settings (void)
{
  static const struct
  {
    const char *json;
    const char *field;
  } wrong[] = {
    { "{\"name\":\"\"}", "name" },
    { "{\"name\":\"two\\nlines\"}", "name" },
    { "{\"retention_days\":0}", "retention_days" },
    { "{\"retention_days\":40000}", "retention_days" },
    { "{\"references\":[]}", "references" },
    { "{\"references\":{\"invoice\":7}}", "references.invoice" },
    { "{\"references\":{\"invoice\":\"javascript:alert({id})\"}}", "references.invoice" },
    { "{\"references\":{\"invoice\":\"https://a.example/{number}\"}}", "references.invoice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (wrong[i].json);
      g_autoptr (BwSettings) settings = bw_settings_read (reader);
      g_autoptr (GError) error = NULL;

      g_assert_false (bw_json_reader_finish (reader, &error));
      g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
      g_assert_cmpstr (bw_error_get_field (error), ==, wrong[i].field);
    }
}

static void
test_permissions (void)
{
  g_autoptr (BwJsonReader) lenient = read_json ("{\"added\":[\"pause\",\"fly\"]}");
  g_autoptr (BwJsonReader) strict = read_json ("{\"added\":[\"pause\",\"fly\"]}");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (bw_permissions_read (lenient, "added"), ==, BW_PERMISSION_PAUSE);
  assert_valid (lenient);
  bw_permissions_read_known (strict, "added");
  g_assert_false (bw_json_reader_finish (strict, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "added");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/administration/member", test_member);
  g_test_add_func ("/core/administration/role", test_role);
  g_test_add_func ("/core/administration/token", test_token);
  g_test_add_func ("/core/administration/settings", test_settings);
  g_test_add_func ("/core/administration/wrong-settings", test_wrong_settings);
  g_test_add_func ("/core/administration/permissions", test_permissions);
  return g_test_run ();
}

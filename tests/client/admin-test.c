/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users, roles, tokens and settings, through the client against a real batchworkd.
 */
#include "client-test.h"
#include "daemon.h"

#include "bw-error.h"

typedef struct
{
  BwTestDaemon *daemon;
  BwConnection *connection;
  BwBusiness *business;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwMe) me = NULL;

  fixture->daemon = bw_test_daemon_new ();
  fixture->connection = bw_connection_new (fixture->daemon->url);
  me = bw_test_await_boxed (bw_connection_sign_in (fixture->connection, "olivia", "batchwork-demo"),
                            NULL);
  fixture->business = bw_business_new (fixture->connection, "willems");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer connection = fixture->connection;
  gpointer business = fixture->business;

  g_object_add_weak_pointer (business, &business);
  g_object_add_weak_pointer (connection, &connection);
  g_clear_object (&fixture->business);
  g_clear_object (&fixture->connection);
  bw_test_await_gone (&business);
  bw_test_await_gone (&connection);
  bw_test_daemon_free (fixture->daemon);
}

static void
test_members (Fixture *fixture, gconstpointer data)
{
  const BwMemberChange change = { .role = "viewer", .set_added = TRUE, .name = "Eve Adams" };
  g_autoptr (BwMember) eve = NULL;
  g_autoptr (BwMember) changed = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GError) error = NULL;

  eve = bw_test_await_boxed (bw_business_add_member (fixture->business, "eve", "Eve",
                                                     "correct horse", "staff", BW_PERMISSION_PAUSE),
                             &error);
  g_assert_no_error (error);
  g_assert_cmpuint (eve->permissions, ==,
                    bw_role_get_permissions (BW_ROLE_STAFF) | BW_PERMISSION_PAUSE);
  bw_test_assert_says (bw_test_await_error (bw_business_add_member (fixture->business, "eve", NULL,
                                                                    NULL, "staff", 0)),
                       BW_ERROR, BW_ERROR_CONFLICT,
                       "*Willems Accountants*belongs to this business already*");
  changed = bw_test_await_boxed (
      bw_business_change_member (fixture->business, eve->user_id, &change), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (changed->role_name, ==, "Viewer");
  g_assert_cmpstr (changed->user_name, ==, "Eve Adams");
  g_assert_cmpuint (changed->added, ==, 0);
  g_assert_true (
      bw_test_await (bw_business_remove_member (fixture->business, eve->user_id), &error));
  members = bw_test_await_boxed (bw_business_list_members (fixture->business), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < members->len; i++)
    g_assert_cmpint (((BwMember *) g_ptr_array_index (members, i))->user_id, !=, eve->user_id);
  g_assert_cmpint (((BwMember *) g_ptr_array_index (members, members->len - 1))->kind, ==,
                   BW_ACCOUNT_WORKER);
}

static void
test_roles (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwRoleInfo) role = NULL;
  g_autoptr (BwRoleInfo) changed = NULL;
  g_autoptr (GPtrArray) roles = NULL;
  g_autoptr (GError) error = NULL;

  role = bw_test_await_boxed (
      bw_business_add_role (fixture->business, "Night shift", BW_PERMISSION_VIEW_ALL), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (role->id, ==, "night-shift");
  changed = bw_test_await_boxed (
      bw_business_change_role (fixture->business, role->id, "Nights", BW_PERMISSION_VIEW_OWN),
      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changed->permissions, ==, BW_PERMISSION_VIEW_OWN);
  roles = bw_test_await_boxed (bw_business_list_roles (fixture->business), &error);
  g_assert_cmpuint (roles->len, ==, BW_N_ROLES + 1);
  g_assert_true (((BwRoleInfo *) g_ptr_array_index (roles, 0))->builtin);
  g_assert_true (bw_test_await (bw_business_remove_role (fixture->business, role->id), &error));
  bw_test_assert_says (bw_test_await_error (bw_business_remove_role (fixture->business, "owner")),
                       BW_ERROR, BW_ERROR_CONFLICT, "*comes with Batchwork*");
}

static void
test_tokens (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwTokenInfo) token = NULL;
  g_autoptr (BwTokenInfo) renewed = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) error = NULL;

  token = bw_test_await_boxed (
      bw_business_add_token (fixture->business, "Ledger", BW_ACCOUNT_APPLICATION, NULL, 0), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (token->role, ==, "staff");
  g_assert_true (g_str_has_prefix (token->token, "bw_"));
  renewed = bw_test_await_boxed (bw_business_renew_token (fixture->business, token->id), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (renewed->token, !=, token->token);
  tokens = bw_test_await_boxed (bw_business_list_tokens (fixture->business), &error);
  g_assert_cmpuint (tokens->len, ==, 2);
  for (guint i = 0; i < tokens->len; i++)
    g_assert_null (((BwTokenInfo *) g_ptr_array_index (tokens, i))->token);
  g_assert_true (bw_test_await (bw_business_remove_token (fixture->business, token->id), &error));
  g_assert_no_error (error);
}

static gboolean
is_renamed (gpointer business)
{
  return g_str_equal (bw_business_get_name (business), "Willems & Co");
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  const BwSettingsChange change = { .name = "Willems & Co", .retention_days = 30 };
  g_autoptr (BwSettings) before = NULL;
  g_autoptr (BwSettings) after = NULL;
  g_autoptr (GError) error = NULL;

  bw_event_stream_start (bw_business_get_event_stream (fixture->business), 0);
  before = bw_test_await_boxed (bw_business_get_settings (fixture->business), &error);
  g_assert_no_error (error);
  g_assert_cmpint (before->retention_days, ==, 90);
  after = bw_test_await_boxed (bw_business_change_settings (fixture->business, &change), &error);
  g_assert_no_error (error);
  g_assert_cmpint (after->retention_days, ==, 30);
  g_assert_cmpuint (after->references->len, ==, before->references->len);
  /* The name goes by itself to who shows it. */
  bw_test_until (is_renamed, fixture->business);
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwConnection) other = bw_connection_new (fixture->daemon->url);
  g_autoptr (BwMe) me = NULL;
  g_autoptr (GError) error = NULL;

  bw_test_assert_says (bw_test_await_error (bw_connection_change_password (
                           fixture->connection, "wrong", "correct horse")),
                       BW_ERROR, BW_ERROR_FORBIDDEN, "*old password is not right*");
  g_assert_true (bw_test_await (
      bw_connection_change_password (fixture->connection, "batchwork-demo", "correct horse"),
      &error));
  g_assert_no_error (error);
  me = bw_test_await_boxed (bw_connection_sign_in (other, "olivia", "correct horse"), &error);
  g_assert_no_error (error);
}

static gboolean
has_role (gpointer business)
{
  g_autofree char *role_name = NULL;

  g_object_get (business, "role-name", &role_name, NULL);
  return g_strcmp0 (role_name, "Viewer") == 0;
}

static gboolean
is_live (gpointer stream)
{
  return bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_LIVE;
}

static void
test_rights_follow (Fixture *fixture, gconstpointer data)
{
  const BwMemberChange change = { .role = "viewer" };
  g_autoptr (BwConnection) connection = bw_connection_new (fixture->daemon->url);
  g_autoptr (BwMe) sam =
      bw_test_await_boxed (bw_connection_sign_in (connection, "sam", "batchwork-demo"), NULL);
  g_autoptr (BwBusiness) business = bw_business_new (connection, "willems");
  g_autoptr (BwMember) changed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (bw_business_may (business, BW_PERMISSION_SUBMIT));
  bw_event_stream_start (bw_business_get_event_stream (business), 0);
  bw_test_until (is_live, bw_business_get_event_stream (business));
  changed = bw_test_await_boxed (
      bw_business_change_member (fixture->business, sam->user_id, &change), &error);
  g_assert_no_error (error);
  bw_test_until (has_role, business);
  g_assert_false (bw_business_may (business, BW_PERMISSION_SUBMIT));
  g_assert_true (bw_business_may (business, BW_PERMISSION_VIEW_ALL));
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!bw_test_daemon_is_there ())
    {
      g_print ("1..0 # SKIP no BATCHWORKD in the environment\n");
      return 0;
    }
  add ("/client/admin/members", test_members);
  add ("/client/admin/C1-roles", test_roles);
  add ("/client/admin/tokens", test_tokens);
  add ("/client/admin/settings", test_settings);
  add ("/client/admin/password", test_password);
  add ("/client/admin/A4-rights-follow", test_rights_follow);
  return g_test_run ();
}

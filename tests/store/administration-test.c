/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <string.h>

static BwMember *
add_user (StoreTest *test,
          const BwViewer *viewer,
          const char *login,
          const char *role,
          BwPermissions added)
{
  const BwNewMember new_member = { login, login, "$argon2id$…", role, added };
  g_autoptr (GError) error = NULL;
  BwMember *member = bw_store_add_member (test->store, viewer, &new_member, &error);

  g_assert_no_error (error);
  return member;
}

/* Somebody who acts as a member, with the rights that the member has. */
static BwViewer
act_as (const BwMember *member, gint64 business)
{
  return (BwViewer) { business, member->user_id, member->user_name, member->permissions };
}

static void
assert_refused (gboolean done, GError *error, BwErrorCode code)
{
  g_assert_false (done);
  g_assert_error (error, BW_ERROR, (int) code);
}

/* The call takes &refusal. */
#define ASSERT_REFUSED(code, call)                                                                 \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GError) refusal = NULL;                                                             \
    gboolean done_anyway = (call);                                                                 \
                                                                                                   \
    assert_refused (done_anyway, refusal, code);                                                   \
  }                                                                                                \
  G_STMT_END

static void
assert_audited (StoreTest *test, const char *action, gint64 account, const char *detail)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT COUNT(*) FROM action WHERE business = %" G_GINT64_FORMAT " AND action = '%s'"
      " AND account = %" G_GINT64_FORMAT " AND detail %s%s%s",
      test->business, action, account, detail != NULL ? "= '" : "IS NULL",
      detail != NULL ? detail : "", detail != NULL ? "'" : "");

  g_assert_cmpint (store_test_ask (test, sql), ==, 1);
}

static BwPermissions
get_rights (StoreTest *test, gint64 account, const char *business, char **role_name)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  g_autoptr (GBytes) token = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (BwSession) session = NULL;
  const BwMembership *membership;

  bw_store_remove_session (test->store, token, NULL);
  g_assert_true (bw_store_add_session (test->store, token, account, BW_TIME_NONE, &error));
  session = bw_store_find_session (test->store, token, &error);
  g_assert_no_error (error);
  membership = bw_me_find (session->me, business);
  if (role_name != NULL)
    *role_name = membership != NULL ? g_strdup (membership->role_name) : NULL;
  return membership != NULL ? membership->permissions : 0;
}

static void
test_members (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwMember) eve = add_user (test, &test->olivia, "eve", "viewer", BW_PERMISSION_RETRY);
  const BwMemberEdit edit = { .role = "full-user", .name = "Eve Adams" };
  g_autoptr (BwMember) edited = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (eve->kind, ==, BW_ACCOUNT_PERSON);
  g_assert_cmpstr (eve->role_name, ==, "Viewer");
  g_assert_cmpuint (eve->permissions, ==,
                    bw_role_get_permissions (BW_ROLE_VIEWER) | BW_PERMISSION_RETRY);
  g_assert_cmpint (eve->last_seen_at, ==, BW_TIME_NONE);
  assert_audited (test, "member-add", test->olivia.user, "eve (eve): Viewer, also retry");

  edited = bw_store_edit_member (test->store, &test->olivia, eve->user_id, &edit, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (edited->user_name, ==, "Eve Adams");
  g_assert_cmpstr (edited->role, ==, "full-user");
  g_assert_cmpuint (edited->added, ==, BW_PERMISSION_RETRY);
  g_assert_cmpuint (get_rights (test, eve->user_id, "willems", NULL), ==, edited->permissions);

  members = bw_store_list_members (test->store, &test->olivia, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (members->len, ==, 4);
  g_assert_cmpstr (((BwMember *) g_ptr_array_index (members, 0))->user_name, ==, "Eve Adams");

  g_assert_true (bw_store_remove_member (test->store, &test->olivia, eve->user_id, &error));
  g_assert_no_error (error);
  assert_audited (test, "member-remove", test->olivia.user,
                  "Eve Adams (eve): Full user, also retry");
  g_assert_cmpuint (get_rights (test, eve->user_id, "willems", NULL), ==, 0);
  ASSERT_REFUSED (BW_ERROR_NOT_FOUND,
                  bw_store_remove_member (test->store, &test->olivia, eve->user_id, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_list_members (test->store, &test->sam, &refusal));
}

static void
test_existing (StoreTest *test, gconstpointer data)
{
  const BwNewMember with_name = { "sam", "Sam", "$argon2id$…", "staff", 0 };
  const BwNewMember as_is = { "sam", NULL, NULL, "viewer", 0 };
  const BwNewMember unknown = { "mallory", NULL, NULL, "viewer", 0 };
  const BwNewMember program = { "worker", NULL, NULL, "viewer", 0 };
  const BwNewMember no_role = { "eve", "Eve", "$argon2id$…", "no-such-role", 0 };
  const BwViewer server = bw_viewer_server (test->other_business);
  const BwNewMember owner = { "olivia", NULL, NULL, "owner", 0 };
  BwViewer olivia = test->olivia;
  g_autoptr (BwMember) there = NULL;
  g_autoptr (BwMember) sam = NULL;
  g_autoptr (GError) error = NULL;

  olivia.business = test->other_business;
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_add_member (test->store, &olivia, &as_is, &refusal));
  there = bw_store_add_member (test->store, &server, &owner, &error);
  g_assert_no_error (error);
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  !!bw_store_add_member (test->store, &olivia, &with_name, &refusal));
  ASSERT_REFUSED (BW_ERROR_INVALID,
                  !!bw_store_add_member (test->store, &olivia, &unknown, &refusal));
  ASSERT_REFUSED (BW_ERROR_INVALID,
                  !!bw_store_add_member (test->store, &olivia, &no_role, &refusal));
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  !!bw_store_add_member (test->store, &olivia, &program, &refusal));
  sam = bw_store_add_member (test->store, &olivia, &as_is, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sam->user_id, ==, test->sam.user);
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  !!bw_store_add_member (test->store, &olivia, &as_is, &refusal));
  g_assert_cmpuint (get_rights (test, test->sam.user, "harbour", NULL), ==,
                    bw_role_get_permissions (BW_ROLE_VIEWER));
}

/* What somebody may not do, they can't have done either: not for others, and not for themselves. */
static void
test_no_escalation (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwRoleInfo) clerks = NULL;
  g_autoptr (BwMember) clerk = NULL;
  g_autoptr (BwMember) adam = add_user (test, &test->olivia, "adam", "administrator", 0);
  g_autoptr (BwMember) eve = add_user (test, &test->olivia, "eve", "staff", BW_PERMISSION_PAUSE);
  const BwPermissions all = BW_PERMISSIONS_ALL;
  const BwNewMember viewer = { "x", "X", "$argon2id$…", "viewer", 0 };
  const BwNewMember owner = { "x", "X", "$argon2id$…", "owner", 0 };
  const BwNewToken worker = { "w", BW_ACCOUNT_WORKER, "administrator", 0, NULL };
  const BwMemberEdit more = { .set_added = TRUE, .added = BW_PERMISSION_VIEW_ALL };
  const BwMemberEdit promoted = { .role = "administrator" };
  const BwMemberEdit less = { .set_added = TRUE, .added = 0 };
  const BwMemberEdit password = { .password_hash = "$argon2id$…" };
  const BwMemberEdit to_owner = { .role = "owner" };
  g_autoptr (BwMember) done = NULL;
  g_autoptr (GError) local = NULL;
  BwViewer by_clerk;
  BwViewer by_adam;

  clerks =
      bw_store_add_role (test->store, &test->olivia, "Clerk",
                         BW_PERMISSION_MANAGE | bw_role_get_permissions (BW_ROLE_STAFF), &local);
  g_assert_no_error (local);
  g_assert_cmpstr (clerks->id, ==, "clerk");
  clerk = add_user (test, &test->olivia, "clerk", "clerk", 0);
  by_clerk = act_as (clerk, test->business);
  by_adam = act_as (adam, test->business);

  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_add_member (test->store, &by_clerk, &viewer, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_add_token (test->store, &by_clerk, &worker, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_edit_member (test->store, &by_clerk, clerk->user_id, &more, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &by_clerk,
                                                              clerk->user_id, &promoted, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_edit_role (test->store, &by_clerk, "clerk", NULL, &all, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_add_role (test->store, &by_clerk, "Boss", all, &refusal));
  /* A password would let the clerk in as somebody who may more. */
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &by_clerk, adam->user_id,
                                                              &password, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &by_clerk, eve->user_id,
                                                              &password, &refusal));
  /* To take away needs no more than to manage. */
  done = bw_store_edit_member (test->store, &by_clerk, eve->user_id, &less, &local);
  g_assert_no_error (local);
  g_assert_cmpuint (done->added, ==, 0);

  /* An administrator may everything, but is no owner. */
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_add_member (test->store, &by_adam, &owner, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &by_adam, adam->user_id,
                                                              &to_owner, &refusal));
  ASSERT_REFUSED (
      BW_ERROR_FORBIDDEN,
      !!bw_store_edit_member (test->store, &by_adam, test->olivia.user, &promoted, &refusal));
  ASSERT_REFUSED (
      BW_ERROR_FORBIDDEN,
      !!bw_store_edit_member (test->store, &by_adam, test->olivia.user, &password, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  bw_store_remove_member (test->store, &by_adam, test->olivia.user, &refusal));
}

static void
test_last_owner (StoreTest *test, gconstpointer data)
{
  const BwMemberEdit to_owner = { .role = "owner" };
  const BwMemberEdit to_staff = { .role = "staff" };
  g_autoptr (BwMember) sam = NULL;
  g_autoptr (BwMember) olivia = NULL;
  g_autoptr (GError) local = NULL;

  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  bw_store_remove_member (test->store, &test->olivia, test->olivia.user, &refusal));
  ASSERT_REFUSED (
      BW_ERROR_CONFLICT,
      !!bw_store_edit_member (test->store, &test->olivia, test->olivia.user, &to_staff, &refusal));
  sam = bw_store_edit_member (test->store, &test->olivia, test->sam.user, &to_owner, &local);
  g_assert_no_error (local);
  olivia = bw_store_edit_member (test->store, &test->olivia, test->olivia.user, &to_staff, &local);
  g_assert_no_error (local);
  /* The viewer says that she may; the store knows better. */
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &test->olivia,
                                                              test->sam.user, &to_staff, &refusal));
}

static void
test_custom_role (StoreTest *test, gconstpointer data)
{
  const BwPermissions automated = BW_PERMISSION_VIEW_AUTOMATED;
  g_autoptr (BwRoleInfo) role = NULL;
  g_autoptr (BwRoleInfo) twin = NULL;
  g_autoptr (BwRoleInfo) changed = NULL;
  g_autoptr (BwMember) eve = NULL;
  g_autoptr (GPtrArray) roles = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *role_name = NULL;

  role = bw_store_add_role (test->store, &test->olivia, "Équipe de nuit", BW_PERMISSION_VIEW_ALL,
                            &local);
  g_assert_no_error (local);
  g_assert_cmpstr (role->id, ==, "equipe-de-nuit");
  twin = bw_store_add_role (test->store, &test->olivia, "Équipe-de nuit", 0, &local);
  g_assert_no_error (local);
  g_assert_cmpstr (twin->id, ==, "equipe-de-nuit-2");
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  !!bw_store_add_role (test->store, &test->olivia, "Équipe de nuit", 0, &refusal));
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  !!bw_store_add_role (test->store, &test->olivia, "owner", 0, &refusal));
  ASSERT_REFUSED (BW_ERROR_CONFLICT, !!bw_store_edit_role (test->store, &test->olivia, "staff",
                                                           NULL, &automated, &refusal));
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  bw_store_remove_role (test->store, &test->olivia, "owner", &refusal));

  eve = add_user (test, &test->olivia, "eve", role->id, 0);
  g_assert_cmpuint (get_rights (test, eve->user_id, "willems", &role_name), ==,
                    BW_PERMISSION_VIEW_ALL);
  g_assert_cmpstr (role_name, ==, "Équipe de nuit");
  changed = bw_store_edit_role (test->store, &test->olivia, role->id, "Nights", &automated, &local);
  g_assert_no_error (local);
  g_assert_cmpstr (changed->id, ==, role->id);
  g_assert_cmpint (changed->members, ==, 1);
  g_assert_cmpuint (get_rights (test, eve->user_id, "willems", NULL), ==, automated);
  assert_audited (test, "role-change", test->olivia.user, "Nights: view-automated");

  roles = bw_store_list_roles (test->store, &test->olivia, &local);
  g_assert_no_error (local);
  g_assert_cmpuint (roles->len, ==, BW_N_ROLES + 2);
  g_assert_cmpint (((BwRoleInfo *) g_ptr_array_index (roles, BW_ROLE_STAFF))->members, ==, 2);
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  bw_store_remove_role (test->store, &test->olivia, role->id, &refusal));
  g_assert_true (bw_store_remove_role (test->store, &test->olivia, twin->id, &local));
  ASSERT_REFUSED (BW_ERROR_NOT_FOUND,
                  bw_store_remove_role (test->store, &test->olivia, twin->id, &refusal));
  /* Roles are one business's own. */
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM role WHERE business = 2"), ==, 0);
}

static void
test_tokens (StoreTest *test, gconstpointer data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) second = g_bytes_new_static ("second", 6);
  const BwNewToken new_token = { "Ledger", BW_ACCOUNT_APPLICATION, "staff", BW_PERMISSION_VIEW_ALL,
                                 first };
  const BwNewToken twin = { "Ledger", BW_ACCOUNT_WORKER, "staff", 0, second };
  g_autoptr (BwTokenInfo) token = NULL;
  g_autoptr (BwTokenInfo) renewed = NULL;
  g_autoptr (BwSession) session = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) local = NULL;

  token = bw_store_add_token (test->store, &test->olivia, &new_token, &local);
  g_assert_no_error (local);
  g_assert_cmpstr (token->created_by, ==, "olivia");
  g_assert_cmpint (token->created_at, ==, STORE_TEST_START);
  ASSERT_REFUSED (BW_ERROR_CONFLICT,
                  !!bw_store_add_token (test->store, &test->olivia, &twin, &refusal));
  session = bw_store_find_session (test->store, first, &local);
  g_assert_no_error (local);
  g_assert_cmpint (session->kind, ==, BW_ACCOUNT_APPLICATION);
  g_assert_cmpint (session->expires_at, ==, BW_TIME_NONE);
  g_assert_cmpstr (session->me->login, ==, "willems/ledger");
  tokens = bw_store_list_tokens (test->store, &test->olivia, &local);
  g_assert_cmpuint (tokens->len, ==, 1);

  renewed = bw_store_renew_token (test->store, &test->olivia, token->id, second, &local);
  g_assert_no_error (local);
  ASSERT_REFUSED (BW_ERROR_UNAUTHORIZED, !!bw_store_find_session (test->store, first, &refusal));
  ASSERT_REFUSED (BW_ERROR_NOT_FOUND, !!bw_store_renew_token (test->store, &test->olivia,
                                                              test->sam.user, first, &refusal));
  ASSERT_REFUSED (BW_ERROR_NOT_FOUND,
                  bw_store_remove_token (test->store, &test->olivia, test->sam.user, &refusal));
  g_assert_true (bw_store_remove_token (test->store, &test->olivia, token->id, &local));
  ASSERT_REFUSED (BW_ERROR_UNAUTHORIZED, !!bw_store_find_session (test->store, second, &refusal));
  assert_audited (test, "token-remove", test->olivia.user,
                  "Ledger (willems/ledger): Staff, also view-all");
}

/* A worker that is shut out while it works: its report changes nothing, and another does the rest.
 */
static void
test_claims_end (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) local = NULL;
  gint64 job;
  gint64 claim;

  g_assert_true (bw_store_set_membership (test->store, test->business, test->worker, BW_ROLE_STAFF,
                                          0, &local));
  job = store_test_submit (test, &test->sam, "send-invoices", 2);
  claim = store_test_claim_one (test);
  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_true (bw_store_remove_token (test->store, &test->olivia, test->worker, &local));
  g_assert_no_error (local);
  g_assert_cmpuint (store_test_item (test, claim, 2, BW_ITEM_STATE_FAILED), ==, 409);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "items_failed"), ==, 0);
  store_test_check (test);
}

static void
test_passwords (StoreTest *test, gconstpointer data)
{
  g_autoptr (GBytes) mine = g_bytes_new_static ("mine", 4);
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);
  g_autoptr (BwMember) eve = add_user (test, &test->olivia, "eve", "staff", 0);
  const BwMemberEdit edit = { .password_hash = "$third" };
  g_autoptr (BwMember) edited = NULL;
  g_autoptr (BwSession) kept = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *hash = NULL;
  gint64 account;

  bw_store_add_session (test->store, mine, eve->user_id, BW_TIME_NONE, NULL);
  bw_store_add_session (test->store, other, eve->user_id, BW_TIME_NONE, NULL);
  ASSERT_REFUSED (BW_ERROR_CONFLICT, bw_store_change_password (test->store, eve->user_id, "$wrong",
                                                               "$second", mine, &refusal));
  g_assert_true (
      bw_store_change_password (test->store, eve->user_id, "$argon2id$…", "$second", mine, &local));
  kept = bw_store_find_session (test->store, mine, &local);
  g_assert_no_error (local);
  ASSERT_REFUSED (BW_ERROR_UNAUTHORIZED, !!bw_store_find_session (test->store, other, &refusal));
  assert_audited (test, "password-change", eve->user_id, NULL);
  /* Nor does one begin that was under way with the old password. */
  ASSERT_REFUSED (BW_ERROR_UNAUTHORIZED,
                  bw_store_sign_in (test->store, other, eve->user_id, "$argon2id$…", BW_TIME_NONE,
                                    &refusal));
  g_assert_true (
      bw_store_sign_in (test->store, other, eve->user_id, "$second", BW_TIME_NONE, &local));

  edited = bw_store_edit_member (test->store, &test->olivia, eve->user_id, &edit, &local);
  g_assert_no_error (local);
  ASSERT_REFUSED (BW_ERROR_UNAUTHORIZED, !!bw_store_find_session (test->store, mine, &refusal));
  g_assert_true (bw_store_find_account (test->store, "eve", &account, &hash, &local));
  g_assert_cmpstr (hash, ==, "$third");
  assert_audited (test, "password-set", test->olivia.user, "eve (eve)");
  ASSERT_REFUSED (BW_ERROR_CONFLICT, !!bw_store_edit_member (test->store, &test->olivia,
                                                             test->olivia.user, &edit, &refusal));
}

/* Eve belongs to a business of somebody else too: her password and name are not Olivia's to set. */
static void
test_other_business (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwMember) eve = add_user (test, &test->olivia, "eve", "staff", 0);
  const BwMemberEdit password = { .password_hash = "$third" };
  const BwMemberEdit name = { .name = "Mallory" };
  const BwMemberEdit role = { .role = "viewer" };
  g_autoptr (BwMember) done = NULL;
  g_autoptr (GError) local = NULL;

  g_assert_true (bw_store_set_membership (test->store, test->other_business, eve->user_id,
                                          BW_ROLE_STAFF, 0, &local));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &test->olivia,
                                                              eve->user_id, &password, &refusal));
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN, !!bw_store_edit_member (test->store, &test->olivia,
                                                              eve->user_id, &name, &refusal));
  done = bw_store_edit_member (test->store, &test->olivia, eve->user_id, &role, &local);
  g_assert_no_error (local);
  g_assert_cmpuint (get_rights (test, eve->user_id, "harbour", NULL), ==,
                    bw_role_get_permissions (BW_ROLE_STAFF));
  /* Once Olivia owns that one too, they are. */
  g_assert_true (bw_store_set_membership (test->store, test->other_business, test->olivia.user,
                                          BW_ROLE_OWNER, 0, &local));
  g_clear_pointer (&done, bw_member_free);
  done = bw_store_edit_member (test->store, &test->olivia, eve->user_id, &password, &local);
  g_assert_no_error (local);
}

static void
test_settings (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwSettings) changes = bw_settings_new ();
  g_autoptr (BwSettings) settings = NULL;
  g_autoptr (BwSettings) same = NULL;
  g_autoptr (GError) local = NULL;

  changes->name = g_strdup ("Willems & Co");
  changes->retention_days = 30;
  bw_settings_add_reference (changes, "invoice", "https://a.example/{id}");
  ASSERT_REFUSED (BW_ERROR_FORBIDDEN,
                  !!bw_store_edit_settings (test->store, &test->sam, changes, TRUE, &refusal));
  settings = bw_store_edit_settings (test->store, &test->olivia, changes, TRUE, &local);
  g_assert_no_error (local);
  g_assert_cmpstr (settings->name, ==, "Willems & Co");
  g_assert_cmpint (settings->retention_days, ==, 30);
  g_assert_cmpuint (settings->references->len, ==, 1);
  assert_audited (test, "settings-change", test->olivia.user,
                  "name: Willems → Willems & Co; finished jobs are kept for: 90 → 30 days; "
                  "references: invoice");
  /* What stays as it is is no change. */
  same = bw_store_edit_settings (test->store, &test->olivia, settings, FALSE, &local);
  g_assert_no_error (local);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM action WHERE action = 'settings-change'"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT retention_days FROM business WHERE id = 2"), ==,
                   90);
}

static void
test_seen (StoreTest *test, gconstpointer data)
{
  const BwSeen seen[] = {
    { test->sam.user, test->business, STORE_TEST_START },
    { test->stella.user, test->other_business, STORE_TEST_START },
    { test->olivia.user, 0, STORE_TEST_START + 1 },
  };
  guint64 serial = bw_store_get_rights_serial (test->store);
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GError) local = NULL;

  g_assert_true (bw_store_note_seen (test->store, seen, G_N_ELEMENTS (seen), &local));
  members = bw_store_list_members (test->store, &test->olivia, &local);
  g_assert_no_error (local);
  g_assert_cmpint (((BwMember *) g_ptr_array_index (members, 0))->last_seen_at, ==,
                   STORE_TEST_START + 1);
  g_assert_cmpint (((BwMember *) g_ptr_array_index (members, 1))->last_seen_at, ==,
                   STORE_TEST_START);
  g_assert_cmpint (((BwMember *) g_ptr_array_index (members, 2))->last_seen_at, ==, BW_TIME_NONE);
  g_assert_cmpuint (bw_store_get_rights_serial (test->store), ==, serial);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/administration/members", test_members);
  store_test_add ("/store/administration/existing-accounts", test_existing);
  store_test_add ("/store/administration/D11-no-escalation", test_no_escalation);
  store_test_add ("/store/administration/last-owner", test_last_owner);
  store_test_add ("/store/administration/C1-custom-role", test_custom_role);
  store_test_add ("/store/administration/tokens", test_tokens);
  store_test_add ("/store/administration/claims-end", test_claims_end);
  store_test_add ("/store/administration/passwords", test_passwords);
  store_test_add ("/store/administration/other-business", test_other_business);
  store_test_add ("/store/administration/settings", test_settings);
  store_test_add ("/store/administration/seen", test_seen);
  return g_test_run ();
}

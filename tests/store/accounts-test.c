/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static void
test_session (StoreTest *test, gconstpointer data)
{
  g_autoptr (GBytes) token = g_bytes_new_static ("token", 5);
  g_autoptr (GBytes) other = g_bytes_new_static ("tokem", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwSession) session = NULL;
  const BwMembership *membership;

  g_assert_true (bw_store_set_membership (test->store, test->other_business, test->sam.user,
                                          BW_ROLE_VIEWER, BW_PERMISSION_SUBMIT, &error));
  g_assert_true (bw_store_add_session (test->store, token, test->sam.user,
                                       STORE_TEST_START + BW_TIME_HOUR, &error));
  session = bw_store_find_session (test->store, token, &error);
  g_assert_no_error (error);
  g_assert_cmpint (session->user, ==, test->sam.user);
  g_assert_cmpint (session->kind, ==, BW_ACCOUNT_PERSON);
  g_assert_cmpstr (session->me->login, ==, "sam");
  g_assert_cmpuint (session->me->businesses->len, ==, 2);
  membership = g_ptr_array_index (session->me->businesses, 0);
  g_assert_cmpstr (membership->id, ==, "harbour");
  g_assert_cmpint (membership->permissions, ==,
                   bw_role_get_permissions (BW_ROLE_VIEWER) | BW_PERMISSION_SUBMIT);
  g_assert_cmpint (g_array_index (session->business_ids, gint64, 1), ==, test->business);

  g_assert_null (bw_store_find_session (test->store, other, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  store_test_pass (test, BW_TIME_HOUR);
  g_assert_null (bw_store_find_session (test->store, token, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_UNAUTHORIZED);
}

static void
test_sign_out (StoreTest *test, gconstpointer data)
{
  g_autoptr (GBytes) token = g_bytes_new_static ("token", 5);
  g_autoptr (GError) error = NULL;

  g_assert_true (bw_store_add_session (test->store, token, test->sam.user, BW_TIME_NONE, &error));
  g_assert_true (bw_store_remove_session (test->store, token, &error));
  g_assert_true (bw_store_remove_session (test->store, token, &error));
  g_assert_null (bw_store_find_session (test->store, token, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_UNAUTHORIZED);
}

static void
count_rights (gpointer data)
{
  (*(int *) data)++;
}

static void
test_rights_changed (StoreTest *test, gconstpointer data)
{
  const BwStoreListener listener = { .rights_changed = count_rights };
  g_autoptr (GError) error = NULL;
  guint64 serial = bw_store_get_rights_serial (test->store);
  int n = 0;

  bw_store_set_listener (test->store, &listener, &n);
  g_assert_true (bw_store_set_membership (test->store, test->business, test->sam.user,
                                          BW_ROLE_VIEWER, 0, &error));
  g_assert_true (bw_store_remove_membership (test->store, test->business, test->sam.user, &error));
  g_assert_no_error (error);
  /* One that changes nothing because it fails. */
  g_assert_false (bw_store_remove_membership (test->store, test->business, test->sam.user, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  bw_store_set_listener (test->store, NULL, NULL);
  g_assert_cmpint (n, ==, 2);
  /* Odd only while a change is being committed. */
  g_assert_cmpuint (bw_store_get_rights_serial (test->store), ==, serial + 4);
}

static void
test_find (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *none = NULL;
  gint64 account;
  gint64 business;
  gboolean is_empty;

  g_assert_cmpint (
      bw_store_add_account (test->store, BW_ACCOUNT_PERSON, "adam", "Adam", "$argon2id$…", &error),
      >, 0);
  g_assert_true (bw_store_find_account (test->store, "adam", &account, &hash, &error));
  g_assert_cmpstr (hash, ==, "$argon2id$…");
  g_assert_true (bw_store_find_account (test->store, "eve", &account, &none, &error));
  g_assert_cmpint (account, ==, 0);
  g_assert_null (none);
  g_assert_true (bw_store_find_business (test->store, "harbour", &business, &error));
  g_assert_cmpint (business, ==, test->other_business);
  g_assert_true (bw_store_find_business (test->store, "nowhere", &business, &error));
  g_assert_cmpint (business, ==, 0);
  g_assert_true (bw_store_is_empty (test->store, &is_empty, &error));
  g_assert_false (is_empty);
  g_assert_no_error (error);
}

static void
test_refusals (StoreTest *test, gconstpointer data)
{
  g_autoptr (GBytes) token = g_bytes_new_static ("token", 5);
  g_autoptr (GError) taken = NULL;
  g_autoptr (GError) twice = NULL;
  g_autoptr (GError) slug = NULL;
  g_autoptr (GError) line = NULL;
  g_autoptr (GError) nobody = NULL;
  g_autoptr (GError) days = NULL;

  g_assert_cmpint (
      bw_store_add_account (test->store, BW_ACCOUNT_PERSON, "sam", "Samuel", NULL, &taken), ==, 0);
  g_assert_error (taken, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_cmpint (bw_store_add_business (test->store, "willems", "Willems", &twice), ==, 0);
  g_assert_error (twice, BW_ERROR, BW_ERROR_CONFLICT);
  g_assert_cmpint (bw_store_add_business (test->store, "Two words", "Two words", &slug), ==, 0);
  g_assert_error (slug, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpint (
      bw_store_add_account (test->store, BW_ACCOUNT_PERSON, "x", "two\nlines", NULL, &line), ==, 0);
  g_assert_cmpstr (bw_error_get_field (line), ==, "name");
  g_assert_false (bw_store_add_session (test->store, token, 999, BW_TIME_NONE, &nobody));
  g_assert_error (nobody, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_assert_false (bw_store_set_retention (test->store, test->business, 0, &days));
  g_assert_error (days, BW_ERROR, BW_ERROR_INVALID);
  /* A refused one takes no number. */
  g_assert_cmpint (bw_store_add_business (test->store, "heritage", "Heritage", NULL), ==, 3);
}

static void
test_reference_url (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;

  bw_store_set_reference_url (test->store, test->business, "relation", "https://a.example/{id}",
                              &error);
  bw_store_set_reference_url (test->store, test->business, "relation", "https://b.example/{id}",
                              &error);
  g_assert_no_error (error);
  url = store_test_ask_text (test, "SELECT template FROM reference_url");
  g_assert_cmpstr (url, ==, "https://b.example/{id}");
  bw_store_set_reference_url (test->store, test->business, "relation", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM reference_url"), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/accounts/session", test_session);
  store_test_add ("/store/accounts/sign-out", test_sign_out);
  store_test_add ("/store/accounts/rights-changed", test_rights_changed);
  store_test_add ("/store/accounts/find", test_find);
  store_test_add ("/store/accounts/refusals", test_refusals);
  store_test_add ("/store/accounts/reference-url", test_reference_url);
  return g_test_run ();
}

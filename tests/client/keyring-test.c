/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sign-ins are kept in the keyring and, where there is none, in memory. Which of the two is tried
 * depends on BATCHWORK_TEST_KEYRING: with-keyring.sh sets it and starts a keyring.
 */
#include "client-test.h"

#define URL "https://jobs.example.com"

static gboolean
is_done (DexFuture *future)
{
  return !dex_future_is_pending (future);
}

static char *
lookup (const char *url, const char *user)
{
  g_autoptr (DexFuture) future = bw_keyring_lookup (url, user);
  const GValue *value;

  bw_test_until (is_done, future);
  value = dex_future_get_value (future, NULL);
  g_assert_nonnull (value);
  return g_value_dup_string (value);
}

static gboolean
store (const char *url, const char *user, const char *token)
{
  g_autoptr (DexFuture) future = bw_keyring_store (url, user, token);

  bw_test_until (is_done, future);
  return g_value_get_boolean (dex_future_get_value (future, NULL));
}

static void
test_without_service (void)
{
  g_autofree char *none = lookup (URL, "olivia");
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  g_autofree char *cleared = NULL;

  g_assert_null (none);
  g_assert_false (store (URL, "olivia", "bw_one"));
  g_assert_false (store (URL, "olivia", "bw_two"));
  token = lookup (URL, "olivia");
  g_assert_cmpstr (token, ==, "bw_two");
  other = lookup (URL, "adam");
  g_assert_null (other);
  g_assert_true (bw_test_await (bw_keyring_clear (URL, "olivia"), NULL));
  cleared = lookup (URL, "olivia");
  g_assert_null (cleared);
}

static void
test_with_service (void)
{
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  g_autofree char *cleared = NULL;

  g_assert_true (store (URL, "olivia", "bw_one"));
  g_assert_true (store (URL, "olivia", "bw_two"));
  token = lookup (URL, "olivia");
  g_assert_cmpstr (token, ==, "bw_two");
  other = lookup ("https://elsewhere.example.com", "olivia");
  g_assert_null (other);
  g_assert_true (bw_test_await (bw_keyring_clear (URL, "olivia"), NULL));
  cleared = lookup (URL, "olivia");
  g_assert_null (cleared);
}

int
main (int argc, char *argv[])
{
  gboolean with_service = g_getenv ("BATCHWORK_TEST_KEYRING") != NULL;

  /* Before anything asks for the bus. */
  if (!with_service)
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  if (with_service)
    g_test_add_func ("/client/keyring/with-service", test_with_service);
  else
    g_test_add_func ("/client/keyring/without-service", test_without_service);
  return g_test_run ();
}

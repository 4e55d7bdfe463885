/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "store-test.h"

static void
hand_in (StoreTest *test,
         const BwViewer *viewer,
         const char *type,
         gboolean automated,
         const char *id,
         const char *label)
{
  BwSubmission *submission = store_test_submission (type, 0);

  submission->automated = automated;
  if (id != NULL)
    g_ptr_array_add (submission->references, bw_reference_new ("relation", id, label));
  store_test_hand_in (test, viewer, submission);
}

static void
set_type (StoreTest *test, const char *type, const char *name)
{
  BwJobType row = { (char *) type, (char *) name, BW_TIME_HOUR, 2, TRUE };
  g_autoptr (GError) error = NULL;

  bw_store_set_type (test->store, test->business, &row, &error);
  g_assert_no_error (error);
}

static void
fill (StoreTest *test)
{
  set_type (test, "send-invoices", "Send invoices");
  set_type (test, "book-payments", "book payments");
  set_type (test, "export-archive", "Export archive");
  hand_in (test, &test->sam, "send-invoices", FALSE, "R1", "Jansen");
  hand_in (test, &test->sam, "send-invoices", FALSE, "R2", "Café Jan");
  hand_in (test, &test->stella, "book-payments", FALSE, "R3", "Pietersen");
  hand_in (test, &test->olivia, "book-payments", TRUE, "R4", "Émile");
}

/* What is suggested, by key (users by name), joined by commas. */
static char *
join (GPtrArray *suggestions)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < suggestions->len; i++)
    {
      const BwSuggestion *suggestion = g_ptr_array_index (suggestions, i);

      g_string_append_printf (joined, "%s%s", i > 0 ? "," : "", suggestion->label);
    }
  g_ptr_array_unref (suggestions);
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static void
assert_users (StoreTest *test,
              const BwViewer *viewer,
              const char *q,
              guint limit,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = join (bw_store_suggest_users (test->store, viewer, q, limit, &error));

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_relations (StoreTest *test,
                  const BwViewer *viewer,
                  const char *q,
                  guint limit,
                  const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found =
      join (bw_store_suggest_relations (test->store, viewer, q, limit, &error));

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_types (StoreTest *test, const BwViewer *viewer, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) types = bw_store_suggest_types (test->store, viewer, &error);
  g_autoptr (GString) joined = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < types->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? "," : "",
                            ((BwJobType *) g_ptr_array_index (types, i))->type);
  g_assert_cmpstr (joined->str, ==, expected);
}

static void
test_users (StoreTest *test, gconstpointer data)
{
  BwViewer automation = test->sam;

  fill (test);
  automation.permissions |= BW_PERMISSION_VIEW_AUTOMATED;
  assert_users (test, &test->olivia, NULL, 10, "sam,stella,System");
  assert_users (test, &test->olivia, "S", 10, "sam,stella,System");
  assert_users (test, &test->olivia, "ELL", 10, "stella");
  assert_users (test, &test->olivia, "te", 10, "stella,System");
  assert_users (test, &test->olivia, "", 2, "sam,stella");
  assert_users (test, &test->sam, NULL, 10, "sam");
  assert_users (test, &test->sam, "stella", 10, "");
  assert_users (test, &automation, NULL, 10, "sam,System");
}

static void
test_relations (StoreTest *test, gconstpointer data)
{
  BwViewer automation = test->sam;
  g_autoptr (GError) error = NULL;

  fill (test);
  automation.permissions |= BW_PERMISSION_VIEW_AUTOMATED;
  assert_relations (test, &test->olivia, NULL, 10, "Café Jan,Émile,Jansen,Pietersen");
  assert_relations (test, &test->olivia, "jan", 10, "Jansen,Café Jan");
  assert_relations (test, &test->olivia, "emi", 10, "Émile");
  assert_relations (test, &test->olivia, "R3", 10, "Pietersen");
  assert_relations (test, &test->olivia, "", 1, "Café Jan");
  assert_relations (test, &test->sam, NULL, 10, "Café Jan,Jansen");
  assert_relations (test, &test->sam, "Pieter", 10, "");
  assert_relations (test, &automation, NULL, 10, "Café Jan,Émile,Jansen");

  /* The last job that refers to it goes, and so does the suggestion. */
  g_assert_true (bw_store_cancel (test->store, &test->olivia, 3, &error));
  g_assert_true (bw_store_delete (test->store, &test->olivia, 3, &error));
  g_assert_no_error (error);
  assert_relations (test, &test->olivia, NULL, 10, "Café Jan,Émile,Jansen");
  assert_users (test, &test->olivia, NULL, 10, "sam,System");
}

static void
test_types (StoreTest *test, gconstpointer data)
{
  BwViewer reader = test->sam;

  fill (test);
  reader.permissions = BW_PERMISSION_VIEW_OWN;
  assert_types (test, &test->olivia, "book-payments,export-archive,send-invoices");
  assert_types (test, &test->sam, "book-payments,export-archive,send-invoices");
  assert_types (test, &reader, "send-invoices");
  reader.permissions = 0;
  assert_types (test, &reader, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/suggest/C4-users", test_users);
  store_test_add ("/store/suggest/C4-relations", test_relations);
  store_test_add ("/store/suggest/types", test_types);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client against a real batchworkd.
 */
#include "client-test.h"
#include "daemon.h"

#include "bw-error.h"
#include "bw-json-writer.h"

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

static GPtrArray *
submissions (guint n, const char *name)
{
  GPtrArray *array = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);

  for (guint i = 0; i < n; i++)
    {
      BwSubmission *submission = bw_submission_new ("upload-products");

      g_free (submission->name);
      submission->name = g_strdup_printf ("%s %u", name, i);
      g_ptr_array_add (array, submission);
    }
  return array;
}

static GPtrArray *
submit (BwBusiness *business, guint n, const char *name)
{
  g_autoptr (GPtrArray) array = submissions (n, name);

  return bw_test_await_boxed (bw_business_submit (business, array), NULL);
}

static gboolean
is_loaded (BwPagedList *list)
{
  return bw_paged_list_get_loaded (list) && !bw_paged_list_get_loading (list);
}

static void
test_sign_in (Fixture *fixture, gconstpointer data)
{
  BwMe *me = bw_connection_get_me (fixture->connection);
  g_autoptr (BwConnection) other = bw_connection_new (fixture->daemon->url);

  g_assert_cmpstr (me->login, ==, "olivia");
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==, BW_CONNECTION_STATE_ONLINE);
  g_assert_true (bw_business_may (fixture->business, BW_PERMISSION_MANAGE));
  g_assert_cmpstr (bw_business_get_name (fixture->business), !=, "willems");
  bw_test_assert_says (bw_test_await_error (bw_connection_sign_in (other, "olivia", "wrong")),
                       BW_ERROR, BW_ERROR_UNAUTHORIZED, "Could not sign in to http:*password*");
  g_assert_cmpint (bw_connection_get_state (other), ==, BW_CONNECTION_STATE_SIGNED_OUT);
}

static void
needed_cb (BwConnection *connection, GError *error, guint *n)
{
  (*n)++;
}

static void
test_token_lapses (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwConnection) other = bw_connection_new (fixture->daemon->url);
  guint n = 0;

  /* The same session, ended elsewhere. */
  bw_connection_set_token (other, bw_connection_get_token (fixture->connection));
  g_signal_connect (fixture->connection, "sign-in-needed", G_CALLBACK (needed_cb), &n);
  g_assert_true (bw_test_await (bw_connection_sign_out (other), NULL));
  bw_test_assert_says (bw_test_await_error (bw_business_list_types (fixture->business)), BW_ERROR,
                       BW_ERROR_UNAUTHORIZED, "Could not load the job types of *");
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==,
                   BW_CONNECTION_STATE_SIGNED_OUT);
  g_assert_null (bw_connection_get_token (fixture->connection));
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  BwBusiness *business = fixture->business;
  const char *types[] = { "upload-products", NULL };
  g_autoptr (GPtrArray) submitted = submit (business, 1, "Products");
  gint64 id = ((BwSubmissionResult *) g_ptr_array_index (submitted, 0))->id;
  g_autoptr (BwJobDetails) details = bw_test_await_boxed (bw_business_get_job (business, id), NULL);
  g_autoptr (BwJobHistory) history = bw_test_await_boxed (bw_business_get_history (business, id), NULL);
  g_autoptr (GPtrArray) type_list = bw_test_await_boxed (bw_business_list_types (business), NULL);
  g_autoptr (GPtrArray) users = bw_test_await_boxed (bw_business_list_users (business, NULL), NULL);
  g_autoptr (GPtrArray) relations
    = bw_test_await_boxed (bw_business_list_relations (business, "a"), NULL);
  g_autoptr (GPtrArray) pauses
    = bw_test_await_boxed (bw_business_pause (business, NULL, types, FALSE, "Stock count"), NULL);
  g_autoptr (GBytes) changes = g_bytes_new_static ("{\"name\":\"Renamed\"}", 18);
  g_autoptr (BwJobDetails) edited
    = bw_test_await_boxed (bw_business_edit (business, id, changes), NULL);
  g_autoptr (BwJob) cancelled = NULL;
  BwPause *pause = g_ptr_array_index (pauses, pauses->len - 1);

  g_assert_cmpstr (details->job->name, ==, "Products 0");
  g_assert_cmpuint (history->actions->len, >=, 1);
  g_assert_cmpuint (type_list->len, >, 0);
  g_assert_cmpuint (users->len, >, 0);
  g_assert_nonnull (relations);
  g_assert_cmpstr (pause->reason, ==, "Stock count");
  g_assert_cmpstr (edited->job->name, ==, "Renamed");
  g_assert_cmpint (bw_test_await_int64 (bw_business_resume (business, pause->id), NULL), ==, 1);
  cancelled = bw_test_await_boxed (bw_business_cancel (business, id), NULL);
  g_assert_cmpint (cancelled->state, ==, BW_JOB_STATE_CANCELLED);
  bw_test_assert_says (bw_test_await_error (bw_business_cancel (business, id)), BW_ERROR,
                       BW_ERROR_CONFLICT, "Could not cancel job * of *: *");
  g_assert_true (bw_test_await (bw_business_delete (business, id), NULL));
  bw_test_assert_says (bw_test_await_error (bw_business_get_job (business, id)), BW_ERROR,
                       BW_ERROR_NOT_FOUND, "Could not load job * of *");
}

typedef struct
{
  BwJobList *list;
  guint n_items;
} Awaited;

static gboolean
has_n_items (Awaited *awaited)
{
  return g_list_model_get_n_items (G_LIST_MODEL (awaited->list)) == awaited->n_items;
}

static void
test_list_follows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwJobList) list = bw_job_list_new (fixture->business, NULL);
  g_autoptr (BwTestShadow) shadow = bw_test_shadow_new (list);
  g_autoptr (GPtrArray) submitted = NULL;
  g_autoptr (BwJobEntry) first = NULL;
  guint n;

  bw_test_until (is_loaded, list);
  bw_test_until (bw_job_list_get_is_live, list);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  submitted = submit (fixture->business, 3, "Live");
  bw_test_until (has_n_items, (&(Awaited) { list, n + 3 }));
  bw_test_shadow_check (shadow);
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_cmpstr (bw_job_entry_get_job (first)->name, ==, "Live 2");
}

static gboolean
is_stale (BwPagedList *list)
{
  return bw_paged_list_get_stale (list);
}

static void
test_server_gone_and_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwJobList) list = bw_job_list_new (fixture->business, NULL);
  g_autoptr (BwTestShadow) shadow = bw_test_shadow_new (list);
  g_autoptr (BwConnection) other = NULL;
  g_autoptr (BwBusiness) elsewhere = NULL;
  g_autoptr (GPtrArray) submitted = NULL;
  guint n;

  bw_test_until (is_loaded, list);
  bw_test_until (bw_job_list_get_is_live, list);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  bw_test_daemon_kill (fixture->daemon);
  bw_test_until (is_stale, list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, n);
  bw_test_daemon_start (fixture->daemon);
  /* Submitted while the list's own stream is still waiting. */
  other = bw_connection_new (fixture->daemon->url);
  bw_connection_set_token (other, bw_connection_get_token (fixture->connection));
  elsewhere = bw_business_new (other, "willems");
  submitted = submit (elsewhere, 2, "Missed");
  bw_test_until (has_n_items, (&(Awaited) { list, n + 2 }));
  bw_test_until (bw_job_list_get_is_live, list);
  g_assert_false (bw_paged_list_get_stale (BW_PAGED_LIST (list)));
  bw_test_shadow_check (shadow);
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
  g_test_add ("/client/live/sign-in", Fixture, NULL, set_up, test_sign_in, tear_down);
  g_test_add ("/client/live/token-lapses", Fixture, NULL, set_up, test_token_lapses, tear_down);
  g_test_add ("/client/live/calls", Fixture, NULL, set_up, test_calls, tear_down);
  g_test_add ("/client/live/list-follows", Fixture, NULL, set_up, test_list_follows, tear_down);
  g_test_add ("/client/live/server-gone-and-back", Fixture, NULL, set_up, test_server_gone_and_back,
              tear_down);
  return g_test_run ();
}

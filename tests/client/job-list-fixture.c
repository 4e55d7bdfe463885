/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job-list-fixture.h"

#include "bw-paged-list-private.h"

/**
 * connect_to:
 * @fixture: a fixture
 * @n_jobs: how many
 *
 * Starts an office of @n_jobs jobs and connects to it.
 */
void
connect_to (Fixture *fixture, guint n_jobs)
{
  g_autofree char *url = NULL;

  fixture->office = bw_fake_office_new (n_jobs);
  url = bw_raw_server_get_url (fixture->office->server);
  fixture->connection = bw_connection_new (url);
  bw_connection_set_token (fixture->connection, "bw_token");
  fixture->business = bw_business_new (fixture->connection, "willems");
}

/**
 * is_settled:
 * @list: a list
 *
 * Tells whether nothing that was asked for is outstanding.
 *
 * Returns: %TRUE if so
 */
gboolean
is_settled (BwPagedList *list)
{
  return !bw_paged_list_get_loading (list);
}

/**
 * check_rows:
 * @fixture: a fixture
 *
 * Checks that what is known is each job once, and never older than it was known before.
 */
void
check_rows (Fixture *fixture)
{
  BwRowMap *map = bw_paged_list_get_private (BW_PAGED_LIST (fixture->list))->map;
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < map->spans->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (map->spans, i);

      for (guint j = 0; j < span->slots->len; j++)
        {
          BwJob *job = span->slots->pdata[j] != NULL ? bw_job_entry_get_job (span->slots->pdata[j])
                                                     : NULL;
          gint64 *seen;

          if (job == NULL)
            continue;
          g_assert_true (g_hash_table_add (ids, &job->id));
          seen = g_hash_table_lookup (fixture->revisions, &job->id);
          g_assert_true (seen == NULL || *seen <= job->revision);
          g_hash_table_replace (fixture->revisions, g_memdup2 (&job->id, sizeof job->id),
                                g_memdup2 (&job->revision, sizeof job->revision));
        }
    }
}

/**
 * begin_list:
 * @fixture: a fixture
 * @filter: (nullable): which jobs
 *
 * Makes the list.
 */
void
begin_list (Fixture *fixture, const BwFilter *filter)
{
  fixture->revisions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  fixture->list = bw_job_list_new (fixture->business, filter);
  fixture->shadow = bw_test_shadow_new (fixture->list);
}

/**
 * begin:
 * @fixture: a fixture
 * @n_jobs: how many
 * @filter: (nullable): which jobs
 *
 * Starts an office, connects to it, makes the list and waits until it is live.
 */
void
begin (Fixture *fixture, guint n_jobs, const BwFilter *filter)
{
  connect_to (fixture, n_jobs);
  begin_list (fixture, filter);
  bw_test_until (bw_job_list_get_is_live, fixture->list);
  bw_test_until (is_settled, fixture->list);
}

/**
 * end:
 * @fixture: a fixture
 *
 * Ends everything, and checks that nothing is left of it.
 */
void
end (Fixture *fixture)
{
  gpointer objects[] = { fixture->list, fixture->business, fixture->connection };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_object_add_weak_pointer (objects[i], &objects[i]);
  bw_test_shadow_check (fixture->shadow);
  bw_test_shadow_free (fixture->shadow);
  g_hash_table_unref (fixture->revisions);
  g_object_unref (fixture->list);
  g_assert_null (objects[0]);
  g_object_unref (fixture->business);
  g_object_unref (fixture->connection);
  bw_test_await_gone (&objects[1]);
  bw_test_await_gone (&objects[2]);
  bw_fake_office_free (fixture->office);
}

/**
 * get_n_items:
 * @fixture: a fixture
 *
 * Counts the rows.
 *
 * Returns: how many there are
 */
guint
get_n_items (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

/**
 * get_job:
 * @fixture: a fixture
 * @position: a position
 *
 * Looks at a row.
 *
 * Returns: (transfer none) (nullable): its job
 */
BwJob *
get_job (Fixture *fixture, guint position)
{
  g_autoptr (BwJobEntry) entry = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  return entry != NULL ? bw_job_entry_get_job (entry) : NULL;
}

/**
 * agrees_between:
 * @fixture: a fixture
 * @first: the first row
 * @last: the row after the last
 *
 * Looks at rows, and tells whether they are what they should be.
 *
 * Returns: %TRUE if so
 */
gboolean
agrees_between (Fixture *fixture, guint first, guint last)
{
  g_autoptr (GPtrArray) expected
    = bw_fake_office_list (fixture->office, bw_job_list_get_filter (fixture->list));
  gboolean agrees = get_n_items (fixture) == expected->len;

  for (guint i = first; i < MIN (last, get_n_items (fixture)); i++)
    {
      BwJob *job = get_job (fixture, i);

      agrees = agrees && job != NULL && i < expected->len
               && bw_job_equal (job, g_ptr_array_index (expected, i));
    }
  return agrees;
}

/**
 * agrees:
 * @fixture: a fixture
 *
 * Looks at all rows, and tells whether they are what they should be.
 *
 * Returns: %TRUE if so
 */
gboolean
agrees (Fixture *fixture)
{
  return agrees_between (fixture, 0, G_MAXUINT);
}

/**
 * hold:
 * @fixture: a fixture
 * @first: the first row
 * @n: how many
 *
 * Keeps rows as a view does that shows them, so that later checks see whether they stay.
 */
void
hold (Fixture *fixture, guint first, guint n)
{
  for (guint i = first; i < MIN (first + n, get_n_items (fixture)); i++)
    if (fixture->shadow->items->pdata[i] == NULL)
      fixture->shadow->items->pdata[i]
        = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);
}

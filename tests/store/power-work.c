/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power-work.h"

#include <sqlite3.h>
#include <string.h>

#define MAX_SUBMITTED 3
#define MAX_ITEMS 4
#define MAX_RESULT 60000
#define LINES "A line of the log\nOne more"

/* What the store says of a job. */
typedef struct
{
  gint64 state; /* -1: there is no such job */
  gint64 items;
  gint64 items_done;
  gint64 has_log;
  gint64 result_size;
} Facts;

/* A job that was handed in, whose id is 0 until that was acknowledged. */
typedef struct
{
  char *key;
  gint64 id;
  gint64 claim;
  Facts now;  /* acknowledged */
  Facts next; /* when what is under way is acknowledged too */
  gboolean is_under_way;
} Job;

struct _PowerWork
{
  char *type;
  GPtrArray *jobs; /* of Job */
  guint n_acknowledged;
};

static void
job_free (gpointer data)
{
  Job *self = data;

  g_free (self->key);
  g_free (self);
}

static Job *
add_job (PowerWork *self, guint n_items)
{
  Job *job = g_new0 (Job, 1);

  job->key = g_strdup_printf ("%s-%u", self->type, self->jobs->len);
  job->now.state = -1;
  job->next = (Facts) { .state = BW_JOB_STATE_QUEUED, .items = n_items };
  job->is_under_way = TRUE;
  g_ptr_array_add (self->jobs, job);
  return job;
}

/* Says that something is about to be written of a job; returns what it will be. */
static Facts *
begin (Job *job)
{
  job->is_under_way = TRUE;
  job->next = job->now;
  return &job->next;
}

/* It was acknowledged, or not: then it may have happened nevertheless. */
static gboolean
end (PowerWork *self, Job *job, gboolean is_acknowledged)
{
  if (!is_acknowledged)
    return FALSE;
  job->now = job->next;
  job->is_under_way = FALSE;
  self->n_acknowledged++;
  return TRUE;
}

static gboolean
submit (PowerWork *self, StoreTest *test, GRand *chance)
{
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  guint n = (guint) g_rand_int_range (chance, 1, MAX_SUBMITTED + 1);
  guint first = self->jobs->len;
  g_autoptr (GArray) submitted = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint n_items = (guint) g_rand_int_range (chance, 0, MAX_ITEMS + 1);
      BwSubmission *submission = store_test_submission (self->type, n_items);

      submission->idempotency_key = g_strdup (add_job (self, n_items)->key);
      g_ptr_array_add (submissions, submission);
    }
  submitted = bw_store_submit (test->store, &test->sam, submissions, NULL);
  for (guint i = 0; submitted != NULL && i < n; i++)
    {
      Job *job = g_ptr_array_index (self->jobs, first + i);

      job->id = g_array_index (submitted, BwSubmitted, i).id;
      end (self, job, TRUE);
    }
  return submitted != NULL;
}

static Job *
find_job (PowerWork *self, gint64 id)
{
  for (guint i = 0; i < self->jobs->len; i++)
    if (((Job *) g_ptr_array_index (self->jobs, i))->id == id)
      return g_ptr_array_index (self->jobs, i);
  g_assert_not_reached ();
}

/* Which job a claim gets is the store's to say, so any that waits may be under way. */
static gboolean
claim (PowerWork *self, StoreTest *test, Job **job)
{
  char *types[] = { self->type, NULL };
  const BwClaimRequest request = {
    .worker = self->type, .types = types, .max = 1, .lease = BW_TIME_HOUR
  };
  g_autoptr (GPtrArray) claims = NULL;
  const BwClaim *claim;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      Job *waiting = g_ptr_array_index (self->jobs, i);

      if (waiting->now.state == BW_JOB_STATE_QUEUED)
        begin (waiting)->state = BW_JOB_STATE_PROCESSING;
    }
  claims = bw_store_claim (test->store, test->worker, &request, &test->business, 1, NULL);
  if (claims == NULL)
    return FALSE;
  for (guint i = 0; i < self->jobs->len; i++)
    ((Job *) g_ptr_array_index (self->jobs, i))->is_under_way = FALSE;
  *job = NULL;
  if (claims->len == 0)
    return TRUE;
  claim = g_ptr_array_index (claims, 0);
  *job = find_job (self, claim->job);
  (*job)->claim = claim->claim;
  return end (self, *job, TRUE);
}

/* A result file's only chunk and its end. */
static gboolean
upload (PowerWork *self, StoreTest *test, Job *job, GRand *chance)
{
  gsize size = (gsize) g_rand_int_range (chance, 1, MAX_RESULT);
  g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (size), size);
  gint64 upload = bw_store_result_begin (test->store, test->worker, job->claim, NULL);

  if (upload == 0 || !bw_store_result_append (test->store, job->claim, upload, 0, data, NULL))
    return FALSE;
  begin (job)->result_size = (gint64) size;
  return end (self, job,
              bw_store_result_finish (test->store, job->claim, upload, "r", (gint64) size, NULL));
}

static gboolean
send (PowerWork *self, StoreTest *test, Job *job, BwReport *report)
{
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
  g_autoptr (GPtrArray) results = NULL;

  g_ptr_array_add (reports, report);
  results = bw_store_report (test->store, test->worker, reports, NULL);
  if (results != NULL)
    g_assert_cmpuint (((BwReportResult *) g_ptr_array_index (results, 0))->status, ==, 200);
  return end (self, job, results != NULL);
}

static gboolean
report_items (PowerWork *self, StoreTest *test, Job *job, GRand *chance)
{
  gint64 until = g_rand_int_range (chance, 0, (gint32) job->now.items + 1);
  BwReport *report = bw_report_new (job->claim);
  Facts *next = begin (job);

  for (gint64 item = 1; item <= until; item++)
    g_ptr_array_add (report->items, bw_item_result_new (item, BW_ITEM_STATE_SUCCESS, NULL));
  report->log = g_strsplit (LINES, "\n", -1);
  next->items_done = until;
  next->has_log = 1;
  return send (self, test, job, report);
}

static gboolean
finish (PowerWork *self, StoreTest *test, Job *job)
{
  BwReport *report = bw_report_new (job->claim);

  report->finish = TRUE;
  begin (job)->state =
      job->now.items_done == job->now.items ? BW_JOB_STATE_SUCCESS : BW_JOB_STATE_FAILED;
  return send (self, test, job, report);
}

/* Deletes a finished job, or cancels one that waits. */
static gboolean
act (PowerWork *self, StoreTest *test, GRand *chance)
{
  Job *job = g_ptr_array_index (self->jobs, g_rand_int_range (chance, 0, (gint32) self->jobs->len));

  if (job->now.state == BW_JOB_STATE_QUEUED)
    {
      begin (job)->state = BW_JOB_STATE_CANCELLED;
      return end (self, job, bw_store_cancel (test->store, &test->sam, job->id, NULL));
    }
  if (job->now.state < BW_JOB_STATE_SUCCESS)
    return TRUE;
  *begin (job) = (Facts) { .state = -1 };
  return end (self, job, bw_store_delete (test->store, &test->sam, job->id, NULL));
}

/* As another program on the store might, such as a backup. The log is begun anew after it. */
static void
write_back (StoreTest *test)
{
  sqlite3 *db;

  if (sqlite3_open (power_work_get_path (test), &db) == SQLITE_OK)
    sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  sqlite3_close (db);
}

static gboolean
run_round (PowerWork *self, StoreTest *test, GRand *chance)
{
  Job *job = NULL;

  if (!submit (self, test, chance) || !claim (self, test, &job))
    return FALSE;
  if (job != NULL
      && !((g_rand_int_range (chance, 0, 3) > 0 || upload (self, test, job, chance))
           && report_items (self, test, job, chance)
           && (g_rand_int_range (chance, 0, 4) == 0 || finish (self, test, job))))
    return FALSE;
  if (g_rand_int_range (chance, 0, 3) == 0)
    write_back (test);
  return act (self, test, chance);
}

/* Rows of one job: what the store says of it. */
static Facts
ask_facts (StoreTest *test, gint64 id)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT state, items, items_success, (SELECT COUNT(*) FROM log_chunk WHERE business = 1"
      " AND job = id AND INSTR(text, CAST('One more' AS BLOB)) > 0), result_size,"
      " (SELECT COUNT(*) FROM item WHERE business = 1 AND job = id), (SELECT"
      " COALESCE(SUM(LENGTH(data)), 0) FROM result_chunk WHERE business = 1 AND job = id"
      " AND upload = result_upload) FROM job WHERE business = 1 AND id = %" G_GINT64_FORMAT,
      id);
  g_autoptr (GError) error = NULL;
  g_auto (BwReader) reader = bw_reader_begin (test->store, &error);
  g_autoptr (BwRows) rows = bw_db_query (reader.db, &error, sql, "");
  Facts facts = { .state = -1 };

  g_assert_no_error (error);
  if (bw_rows_next (rows, &error))
    {
      facts = (Facts) { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2),
                        bw_rows_int (rows, 3), bw_rows_int (rows, 4) };
      g_assert_cmpint (bw_rows_int (rows, 5), ==, facts.items);
      g_assert_cmpint (bw_rows_int (rows, 6), ==, facts.result_size);
    }
  g_assert_no_error (error);
  return facts;
}

static char *
check_job (Job *job, StoreTest *test)
{
  Facts facts;

  if (job->id == 0)
    {
      g_autofree char *sql = g_strdup_printf (
          "SELECT job FROM idempotency_key WHERE business = 1 AND idempotency_key = '%s'",
          job->key);

      job->id = MAX (store_test_ask (test, sql), 0);
    }
  facts = ask_facts (test, job->id);
  if (memcmp (&facts, &job->now, sizeof facts) != 0
      && (!job->is_under_way || memcmp (&facts, &job->next, sizeof facts) != 0))
    return g_strdup_printf ("Job %s should be in state %" G_GINT64_FORMAT " with %" G_GINT64_FORMAT
                            " items done, and is in %" G_GINT64_FORMAT " with %" G_GINT64_FORMAT,
                            job->key, job->now.state, job->now.items_done, facts.state,
                            facts.items_done);
  job->now = facts;
  job->is_under_way = FALSE;
  return NULL;
}

/* The file in which the test's store is. */
const char *
power_work_get_path (StoreTest *test)
{
  return test->uri + strlen ("sqlite:");
}

PowerWork *
power_work_new (const char *type)
{
  PowerWork *self = g_new0 (PowerWork, 1);

  self->type = g_strdup (type);
  self->jobs = g_ptr_array_new_with_free_func (job_free);
  return self;
}

void
power_work_free (PowerWork *self)
{
  g_free (self->type);
  g_ptr_array_unref (self->jobs);
  g_free (self);
}

/* Works until it is done, or a write fails: then returns FALSE. */
gboolean
power_work_run (PowerWork *self, StoreTest *test, guint n_rounds, guint32 seed)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);

  for (guint i = 0; i < n_rounds; i++)
    if (!run_round (self, test, chance))
      return FALSE;
  return TRUE;
}

/*
 * Compares the store with what is known; from now on what is found is what is known. Returns what
 * is amiss, or NULL.
 */
char *
power_work_check (PowerWork *self, StoreTest *test)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      char *problem = check_job (g_ptr_array_index (self->jobs, i), test);

      if (problem != NULL)
        return problem;
    }
  return NULL;
}

/* How many writes were acknowledged. */
guint
power_work_count (PowerWork *self)
{
  return self->n_acknowledged;
}

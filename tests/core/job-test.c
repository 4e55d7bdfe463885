/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-item.h"
#include "bw-job.h"
#include "core-test.h"

static BwJob *
make_job (void)
{
  BwJob *job = bw_job_new ();
  BwReference *reference = bw_reference_new ("relation", "R-17", "Jansen & Zn.");

  bw_reference_expand (reference, "https://books.example/relations/{id}");
  job->id = 4711;
  job->type = g_strdup ("send-invoices");
  job->type_name = g_strdup ("Send invoices");
  job->name = g_strnfill (500, 'n');
  job->state = BW_JOB_STATE_PROCESSING;
  job->conditions = BW_CONDITION_PAUSED | BW_CONDITION_STALLED;
  job->entity = g_strdup ("\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7");
  job->items = (BwItemCounts) { .in_state = { 10, 20, 3, 4, 5 } };
  job->progress = 0.76;
  job->message = g_strdup ("Line one\nline \"two\"\t\x01");
  g_ptr_array_add (job->references, reference);
  job->created_by_id = 7;
  job->created_by_name = g_strdup ("Ines");
  job->automated = TRUE;
  job->created_at = 1;
  job->started_at = -2;
  job->finished_at = 3;
  job->updated_at = 4;
  job->updated_by = g_strdup ("worker-1");
  job->priority = -100;
  job->run_at = 5;
  job->attempt = 2;
  job->max_attempts = 3;
  job->result_name = g_strdup ("archive.csv");
  job->result_size = G_GINT64_CONSTANT (5000000000);
  job->revision = G_MAXINT64;
  return job;
}

static char *
write_job (const BwJob *job)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_job_write (job, writer, NULL);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static BwJob *
read_job (const char *json)
{
  g_autoptr (BwJsonReader) reader = read_json (json);

  return bw_job_read (reader);
}

static void
test_job_round_trip (void)
{
  g_autoptr (BwJob) job = make_job ();
  g_autofree char *json = write_job (job);
  g_autoptr (BwJob) read = read_job (json);
  g_autofree char *json_again = NULL;

  g_assert_nonnull (read);
  g_assert_true (bw_job_equal (job, read));
  g_assert_cmpint (read->revision, ==, job->revision);
  g_assert_cmpint (read->items.in_state[BW_ITEM_STATE_SUCCESS], ==, 20);
  json_again = write_job (read);
  g_assert_cmpstr (json, ==, json_again);
}

/* The members that other programs depend on, none missing and none more. */
static void
test_job_members (void)
{
  static const char *const members[] = {
    "id",         "type",         "type_name",     "name",
    "state",      "conditions",   "entity",        "items_total",
    "items_done", "items_failed", "items_skipped", "items_cancelled",
    "progress",   "message",      "references",    "created_by",
    "automated",  "created_at",   "started_at",    "finished_at",
    "updated_at", "updated_by",   "priority",      "run_at",
    "attempt",    "max_attempts", "result",        "revision",
    NULL
  };
  g_autoptr (BwJob) job = make_job ();
  g_autofree char *json = write_job (job);
  g_autoptr (BwJsonReader) reader = read_json (json);

  bw_json_reader_only (reader, members);
  for (guint i = 0; members[i] != NULL; i++)
    g_assert_true (bw_json_reader_has (reader, members[i]));
  g_assert_true (bw_json_reader_is_valid (reader));
  g_assert_cmpint (bw_json_reader_int (reader, "items_total", 0, 100, 0), ==, 42);
  g_assert_cmpint (bw_json_reader_int (reader, "items_done", 0, 100, 0), ==, 32);
  g_assert_true (bw_json_reader_enter_object (reader, "created_by"));
  g_assert_cmpstr (bw_json_reader_string (reader, "name", 10), ==, "Ines");
}

static void
test_job_bare (void)
{
  static const char expected[] =
      "{\"id\":1,\"type\":\"t\",\"type_name\":\"T\",\"name\":\"N\",\"state\":\"queued\","
      "\"conditions\":[],\"entity\":null,\"items_total\":0,\"items_done\":0,\"items_failed\":0,"
      "\"items_skipped\":0,\"items_cancelled\":0,\"progress\":0,\"message\":null,"
      "\"references\":[],\"created_by\":{\"id\":0,\"name\":\"System\"},\"automated\":false,"
      "\"created_at\":\"1970-01-01T00:00:00.000Z\",\"started_at\":null,\"finished_at\":null,"
      "\"updated_at\":\"1970-01-01T00:00:00.000Z\",\"updated_by\":\"System\",\"priority\":0,"
      "\"run_at\":null,\"attempt\":0,\"max_attempts\":1,\"result\":null,\"revision\":9}";
  g_autoptr (BwJob) job = bw_job_new ();
  g_autoptr (BwJob) read = NULL;
  g_autofree char *json = NULL;

  job->id = 1;
  job->type = g_strdup ("t");
  job->type_name = g_strdup ("T");
  job->name = g_strdup ("N");
  job->created_by_name = g_strdup ("System");
  job->updated_by = g_strdup ("System");
  job->max_attempts = 1;
  job->revision = 9;
  json = write_job (job);
  g_assert_cmpstr (json, ==, expected);
  read = read_job (json);
  g_assert_true (bw_job_equal (job, read));
  g_assert_null (read->result_name);
  g_assert_true (read->run_at == BW_TIME_NONE);
}

static void
test_job_newer_server (void)
{
  g_autoptr (BwJob) job =
      read_job ("{\"id\":1,\"type\":\"t\",\"name\":\"N\",\"state\":\"failed\",\"colour\":{\"a\":1},"
                "\"conditions\":[\"frozen\",\"paused\"],\"created_by\":{\"id\":2,\"name\":\"A\","
                "\"photo\":null}}");

  g_assert_nonnull (job);
  g_assert_cmpuint (job->conditions, ==, BW_CONDITION_PAUSED);
  g_assert_cmpstr (job->type_name, ==, "t");
  g_assert_true (bw_job_is_finished (job));
}

static const struct
{
  const char *member; /* put before the closing brace of a job that is right */
  const char *field;
} wrong_jobs[] = {
  { "\"id\":\"1\"", "id" },
  { "\"id\":0", "id" },
  { "\"id\":9223372036854775808", "id" },
  { "\"id\":1.5", "id" },
  { "\"name\":7", "name" },
  { "\"name\":null", "name" },
  { "\"state\":\"lost\"", "state" },
  { "\"conditions\":\"paused\"", "conditions" },
  { "\"conditions\":[1]", "conditions[0]" },
  { "\"items_done\":1", "items_done" },
  { "\"items_total\":-1", "items_total" },
  { "\"items_total\":5,\"items_done\":4,\"items_failed\":5", "items_failed" },
  { "\"items_total\":5,\"items_done\":4,\"items_failed\":2,\"items_skipped\":2,"
    "\"items_cancelled\":1",
    "items_cancelled" },
  { "\"progress\":1.01", "progress" },
  { "\"progress\":\"1\"", "progress" },
  { "\"references\":[{\"kind\":\"a\"}]", "references[0].id" },
  { "\"created_by\":\"Ines\"", "created_by" },
  { "\"created_by\":{\"id\":-1}", "created_by.id" },
  { "\"automated\":1", "automated" },
  { "\"created_at\":0", "created_at" },
  { "\"created_at\":\"today\"", "created_at" },
  { "\"priority\":\"high\"", "priority" },
  { "\"attempt\":2147483648", "attempt" },
  { "\"result\":\"x.csv\"", "result" },
  { "\"result\":{\"size\":1}", "result.name" },
  { "\"revision\":-1", "revision" },
};

static void
test_job_wrong (void)
{
  static const char *const base[] = { "\"id\":1", "\"type\":\"t\"", "\"name\":\"N\"",
                                      "\"state\":\"queued\"" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong_jobs); i++)
    {
      g_autoptr (GString) text = g_string_new ("{");
      g_autoptr (BwJsonReader) reader = NULL;
      g_autofree char *message = NULL;

      for (guint j = 0; j < G_N_ELEMENTS (base); j++)
        if (strncmp (base[j], wrong_jobs[i].member, 5) != 0)
          g_string_append_printf (text, "%s,", base[j]);
      g_string_append_printf (text, "%s}", wrong_jobs[i].member);
      reader = read_json (text->str);
      g_assert_null (bw_job_read (reader));
      message = take_failure (reader, BW_ERROR_INVALID, wrong_jobs[i].field);
    }
}

static void
change_number (BwJob *job, guint which)
{
  gint64 *const numbers[] = { &job->id,
                              &job->created_by_id,
                              &job->created_at,
                              &job->started_at,
                              &job->finished_at,
                              &job->updated_at,
                              &job->run_at,
                              &job->result_size,
                              &job->items.in_state[0],
                              &job->items.in_state[4] };

  *numbers[which] += 1;
}

static void
change_text (BwJob *job, guint which)
{
  char **const texts[] = {
    &job->type,    &job->type_name,       &job->name,       &job->entity,
    &job->message, &job->created_by_name, &job->updated_by, &job->result_name
  };

  g_free (*texts[which]);
  *texts[which] = which % 2 == 0 ? g_strdup ("other") : NULL;
}

static void
change_other (BwJob *job, guint which)
{
  switch (which)
    {
    case 0:
      job->state = BW_JOB_STATE_FAILED;
      break;
    case 1:
      job->conditions = BW_CONDITION_NONE;
      break;
    case 2:
      job->progress = 0.77;
      break;
    case 3:
      job->automated = FALSE;
      break;
    case 4:
      job->priority++;
      break;
    case 5:
      job->attempt++;
      break;
    case 6:
      job->max_attempts++;
      break;
    case 7:
      g_ptr_array_set_size (job->references, 0);
      break;
    default:
      bw_reference_expand (g_ptr_array_index (job->references, 0), NULL);
      break;
    }
}

static void
test_job_equal (void)
{
  static const struct
  {
    void (*change) (BwJob *job, guint which);
    guint n;
  } changes[] = { { change_number, 10 }, { change_text, 8 }, { change_other, 9 } };
  g_autoptr (BwJob) job = make_job ();
  g_autoptr (BwJob) same = make_job ();

  same->revision = 1;
  g_assert_true (bw_job_equal (job, same));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    for (guint j = 0; j < changes[i].n; j++)
      {
        g_autoptr (BwJob) other = make_job ();

        changes[i].change (other, j);
        g_assert_false (bw_job_equal (job, other));
        g_assert_false (bw_job_equal (other, job));
      }
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (BwJob) job = make_job ();
  g_autoptr (BwItem) item = bw_item_new ();

  g_value_init (&value, BW_TYPE_JOB);
  g_value_set_boxed (&value, job);
  g_assert_true (g_value_get_boxed (&value) == job);
  g_value_unset (&value);
  g_value_init (&value, BW_TYPE_ITEM);
  g_value_set_boxed (&value, item);
  g_assert_true (g_value_get_boxed (&value) == item);
  bw_job_unref (NULL);
  bw_item_unref (NULL);
}

static void
test_item (void)
{
  g_autoptr (BwItem) item = bw_item_new ();
  g_autoptr (BwItem) read = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autoptr (BwJsonReader) reader = NULL;
  g_autofree char *json = NULL;

  item->item = 3;
  item->label = g_strdup ("Relation 3");
  item->state = BW_ITEM_STATE_FAILED;
  item->message = g_strdup ("No address\nat all");
  item->reference = bw_reference_new ("relation", "R-3", NULL);
  item->parameters = g_strdup ("{\"a\":12345678901234567890}");
  item->attempt = 2;
  item->updated_at = 1000;
  bw_item_write (item, writer, NULL);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==,
                   "{\"item\":3,\"label\":\"Relation 3\",\"state\":\"failed\",\"message\":"
                   "\"No address\\nat all\",\"reference\":{\"kind\":\"relation\",\"id\":\"R-3\"},"
                   "\"parameters\":{\"a\":12345678901234567890},\"attempt\":2,"
                   "\"updated_at\":\"1970-01-01T00:00:01.000Z\"}");
  reader = read_json (json);
  read = bw_item_read (reader);
  g_assert_nonnull (read);
  g_assert_cmpint (read->item, ==, 3);
  g_assert_cmpstr (read->label, ==, item->label);
  g_assert_cmpuint (read->state, ==, BW_ITEM_STATE_FAILED);
  g_assert_cmpstr (read->message, ==, item->message);
  g_assert_cmpstr (read->reference->id, ==, "R-3");
  g_assert_cmpstr (read->parameters, ==, item->parameters);
  g_assert_cmpint (read->attempt, ==, 2);
  g_assert_cmpint (read->updated_at, ==, 1000);
}

static void
test_item_wrong (void)
{
  static const char *const wrong[] = {
    "{}",
    "{\"item\":0,\"label\":\"x\"}",
    "{\"item\":1}",
    "{\"item\":1,\"label\":\"x\",\"state\":\"queued\"}",
    "{\"item\":1,\"label\":\"x\",\"reference\":\"R\"}",
    "{\"item\":1,\"label\":\"x\",\"reference\":{\"kind\":\"\",\"id\":\"1\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BwJsonReader) reader = read_json (wrong[i]);

      g_assert_null (bw_item_read (reader));
      g_assert_false (bw_json_reader_is_valid (reader));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/job/round-trip", test_job_round_trip);
  g_test_add_func ("/core/job/members", test_job_members);
  g_test_add_func ("/core/job/bare", test_job_bare);
  g_test_add_func ("/core/job/newer-server", test_job_newer_server);
  g_test_add_func ("/core/job/wrong", test_job_wrong);
  g_test_add_func ("/core/job/equal", test_job_equal);
  g_test_add_func ("/core/job/boxed", test_boxed);
  g_test_add_func ("/core/item/round-trip", test_item);
  g_test_add_func ("/core/item/wrong", test_item_wrong);
  return g_test_run ();
}

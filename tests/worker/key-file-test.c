/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bw-duration.h"
#include "bw-job-kind.h"
#include "bw-worker-config.h"

typedef struct
{
  char *directory;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("key-file-test-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->directory, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
}

static char *
write_file (Fixture *fixture, const char *name, const char *text)
{
  char *path = g_build_filename (fixture->directory, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

#define MINIMUM                                                                                    \
  "[Job Type]\nType=send-invoices\nName=Send invoices\nExec=./send --all 'two words'\n"

static void
test_minimum (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "a.job", MINIMUM);
  g_autofree char *program = g_build_filename (fixture->directory, "send", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJobKind) kind = bw_job_kind_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (kind->type, ==, "send-invoices");
  g_assert_cmpstr (kind->name, ==, "Send invoices");
  g_assert_cmpuint (g_strv_length (kind->command), ==, 3);
  g_assert_cmpstr (kind->command[0], ==, program);
  g_assert_cmpstr (kind->command[2], ==, "two words");
  g_assert_null (kind->businesses);
  g_assert_null (kind->environment);
  g_assert_null (kind->directory);
  g_assert_cmpint (kind->time_limit, ==, BW_TIME_HOUR);
  g_assert_cmpint (kind->stalled_after, ==, BW_TIME_HOUR);
  g_assert_cmpint (kind->attempts, ==, 1);
  g_assert_cmpuint (kind->concurrency, ==, 1);
  g_assert_false (kind->makes_result);
}

static void
test_everything (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      write_file (fixture, "a.job",
                  "# A comment\n\n" MINIMUM "Businesses=willems;harbour\n"
                  "TimeLimit=1h 30min\nAttempts=3\nConcurrency=2\nStalledAfter=10m\n"
                  "MakesResult=true\nEnvironment=A=1;B=x=y\nWorkingDirectory=work\n");
  g_autofree char *directory = g_build_filename (fixture->directory, "work", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwJobKind) kind = bw_job_kind_load (path, &error);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (kind->businesses), ==, 2);
  g_assert_cmpstr (kind->businesses[1], ==, "harbour");
  g_assert_cmpint (kind->time_limit, ==, 90 * BW_TIME_MINUTE);
  g_assert_cmpint (kind->attempts, ==, 3);
  g_assert_cmpuint (kind->concurrency, ==, 2);
  g_assert_true (kind->makes_result);
  g_assert_cmpstr (kind->environment[1], ==, "B=x=y");
  g_assert_cmpstr (kind->directory, ==, directory);

  body = bw_job_kind_to_type (kind);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_cmpstr (text, ==,
                   "{\"name\":\"Send invoices\",\"stalled_after_s\":600,\"max_attempts\":3,"
                   "\"makes_result\":true}");
}

typedef struct
{
  const char *text;
  const char *message; /* part of it */
} Mistake;

static const Mistake mistakes[] = {
  { "", "There is no group [Job Type] in it" },
  { "Type=a\n", "line 1: The first line that is no comment must be [Job Type]" },
  { "[Job Type]\nType\n", "line 2: “Type” is neither a [group] nor a KEY=VALUE" },
  { "[Job Type]\nTpye=a\n", "line 2: There is no key “Tpye” here. There are: Type, Name, Exec" },
  { MINIMUM "Type=b\n", "line 5: “Type” stands in line 2 already" },
  { MINIMUM "[Other]\n", "line 5: “[Other]”: the one group of this file is [Job Type]" },
  { "[Job Type]\nName=A\nExec=a\n", "Type: It is missing" },
  { "[Job Type]\nType=a\nExec=a\n", "Name: It is missing" },
  { "[Job Type]\nType=a\nName=A\n", "Exec: It is missing" },
  { "[Job Type]\nType=Send Invoices\nName=A\nExec=a\n",
    "line 2: Type: “Send Invoices” is no job type" },
  { "[Job Type]\nType=a\nName=A\nExec='a\n", "line 4: Exec: “'a” can't be understood" },
  { MINIMUM "TimeLimit=10\n", "line 5: TimeLimit: “10” is not a duration from 100ms to 7d" },
  { MINIMUM "TimeLimit=8d\n", "line 5: TimeLimit: “8d” is not a duration" },
  { MINIMUM "StalledAfter=25h\n", "line 5: StalledAfter: “25h” is not a duration from 1s to 1d" },
  { MINIMUM "Attempts=0\n", "line 5: Attempts: “0” is not a whole number from 1 to 100" },
  { MINIMUM "Attempts=2.5\n", "line 5: Attempts: “2.5” is not a whole number" },
  { MINIMUM "Concurrency=lots\n", "line 5: Concurrency: “lots” is not a whole number" },
  { MINIMUM "MakesResult=yes\n", "line 5: MakesResult: “yes” is neither “true” nor “false”" },
  { MINIMUM "Environment=A\n", "line 5: Environment: “A” is not NAME=VALUE" },
  { MINIMUM "Businesses=a/b\n", "line 5: Businesses: “a/b” is not the short name of a business" },
  { MINIMUM "Businesses=\n", "Businesses: Give a value" },
  { MINIMUM "WorkingDirectory=\n", "line 5: WorkingDirectory: Give a value" },
  { "[Job Type]\nType=\xff\n", "It is not valid UTF-8" },
};

static void
test_mistake (Fixture *fixture, gconstpointer data)
{
  const Mistake *mistake = data;
  g_autofree char *path = write_file (fixture, "a.job", mistake->text);
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_job_kind_load (path, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, path));
  if (strstr (error->message, mistake->message) == NULL)
    g_error ("“%s” does not say “%s”", error->message, mistake->message);
}

static void
test_directory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *good = write_file (fixture, "good.job", MINIMUM);
  g_autofree char *ignored = write_file (fixture, "send", "#!/bin/sh\n");
  g_autofree char *twin = NULL;
  g_autofree char *bad = NULL;
  g_autoptr (GPtrArray) kinds = NULL;
  g_autoptr (GError) error = NULL;

  kinds = bw_job_kinds_load (fixture->directory, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kinds->len, ==, 1);

  /* All that is wrong is told at once, and nothing is loaded. */
  twin = write_file (fixture, "twin.job", MINIMUM);
  bad = write_file (fixture, "bad.job", "[Job Type]\nTpye=a\n");
  g_assert_null (bw_job_kinds_load (fixture->directory, &error));
  g_assert_nonnull (strstr (error->message, "twin.job: Type: “send-invoices” stands in "));
  g_assert_nonnull (strstr (error->message, "bad.job, line 2: "));
}

static void
test_no_key_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_job_kinds_load (fixture->directory, &error));
  g_assert_nonnull (strstr (error->message, "There is no *.job file in it"));
}

/* A program that is taken away and comes back, as in an upgrade. */
static void
test_program (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "a.job", MINIMUM);
  g_autoptr (BwJobKind) kind = bw_job_kind_load (path, NULL);
  g_autofree char *program = NULL;

  g_test_expect_message ("batchwork-worker", G_LOG_LEVEL_WARNING,
                         "*a.job: The command “*/send” does not exist*");
  g_assert_false (bw_job_kind_find_program (kind));
  g_test_assert_expected_messages ();
  g_assert_false (bw_job_kind_find_program (kind));

  program = write_file (fixture, "send", "#!/bin/sh\n");
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  g_test_expect_message ("batchwork-worker", G_LOG_LEVEL_MESSAGE, "*is there now*");
  g_assert_true (bw_job_kind_find_program (kind));
  g_test_assert_expected_messages ();

  g_assert_cmpint (g_chmod (program, 0644), ==, 0);
  g_test_expect_message ("batchwork-worker", G_LOG_LEVEL_WARNING, "*can't be run*chmod +x*");
  g_assert_false (bw_job_kind_find_program (kind));
  g_test_assert_expected_messages ();
}

static void
test_config (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      write_file (fixture, "worker.conf",
                  "[worker]\nserver=https://jobs.example.com\nkey-file=token\n"
                  "jobs=/srv/jobs\nlease=2s\nstop-timeout=0s\nkill-after=500ms\n"
                  "max-running=3\n");
  g_autofree char *token_path = write_file (fixture, "token", "bw_abc\n");
  g_autoptr (BwWorkerConfig) config = bw_worker_config_new ();
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (bw_worker_config_check (config, &error));
  g_assert_nonnull (strstr (error->message, "--server URL"));
  g_clear_error (&error);

  g_assert_true (bw_worker_config_load (config, path, &error));
  g_assert_true (bw_worker_config_check (config, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (config->key_file, ==, token_path);
  g_assert_cmpstr (config->jobs, ==, "/srv/jobs");
  g_assert_cmpint (config->lease, ==, 2000);
  g_assert_cmpint (config->stop_timeout, ==, 0);
  g_assert_cmpint (config->kill_after, ==, 500);
  g_assert_cmpuint (config->max_running, ==, 3);

  token = bw_worker_config_read_token (config, &error);
  g_assert_cmpstr (token, ==, "bw_abc");
  g_free (write_file (fixture, "token", "two words\n"));
  g_assert_null (bw_worker_config_read_token (config, &error));
  g_assert_nonnull (strstr (error->message, "does not hold a token"));
}

/* What the packages install must be understood as it stands. */
static void
test_shipped_files (void)
{
  g_autofree char *data = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data", NULL);
  g_autofree char *jobs = g_build_filename (data, "demo", "jobs", NULL);
  g_autofree char *demo = g_build_filename (data, "demo", "worker.conf", NULL);
  g_autofree char *installed = g_build_filename (data, "batchwork-worker.conf", NULL);
  g_autoptr (BwWorkerConfig) config = bw_worker_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) kinds = bw_job_kinds_load (jobs, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (kinds->len, >=, 9);
  for (guint i = 0; i < kinds->len; i++)
    g_assert_true (bw_job_kind_find_program (g_ptr_array_index (kinds, i)));
  g_assert_true (bw_worker_config_load (config, demo, &error));
  g_assert_no_error (error);
  g_assert_true (bw_worker_config_load (config, installed, &error));
  g_assert_no_error (error);
}

static void
test_durations (void)
{
  static const struct
  {
    const char *text;
    gint64 milliseconds; /* -1: refused */
  } cases[] = {
    { "500ms", 500 },
    { "30s", 30000 },
    { " 10 min ", 600000 },
    { "10m", 600000 },
    { "1h 30min", 5400000 },
    { "1h30m", 5400000 },
    { "2d", 172800000 },
    { "0s", 0 },
    { "", -1 },
    { "10", -1 },
    { "h", -1 },
    { "-1s", -1 },
    { "1.5h", -1 },
    { "1y", -1 },
    { "1s2", -1 },
    { "99999999999s", -1 },
    { "10S", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 milliseconds = -1;
      gboolean understood = bw_duration_parse (cases[i].text, &milliseconds);

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (understood, ==, cases[i].milliseconds >= 0);
      if (understood)
        {
          g_autofree char *text = bw_duration_to_string (milliseconds);
          gint64 again;

          g_assert_cmpint (milliseconds, ==, cases[i].milliseconds);
          g_assert_true (bw_duration_parse (text, &again));
          g_assert_cmpint (again, ==, milliseconds);
        }
    }
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/worker/job-type/minimum", test_minimum);
  ADD ("/worker/job-type/everything", test_everything);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/worker/job-type/mistake/%u", i + 1);

      g_test_add (path, Fixture, &mistakes[i], set_up, test_mistake, tear_down);
    }
  ADD ("/worker/job-type/directory", test_directory);
  ADD ("/worker/job-type/no-key-files", test_no_key_files);
  ADD ("/worker/job-type/program-comes-and-goes", test_program);
  ADD ("/worker/config/file-and-token", test_config);
  g_test_add_func ("/worker/config/shipped-files", test_shipped_files);
  g_test_add_func ("/worker/duration", test_durations);
  return g_test_run ();
}

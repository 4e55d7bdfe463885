/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-submission.h"
#include "core-test.h"

static GPtrArray *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *submissions = bw_submissions_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (submissions);
  return submissions;
}

static void
assert_refused (const char *text, BwErrorCode code, const char *field)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_submissions_parse (text, strlen (text), &error));
  assert_bw_error (error, (int) code, field);
}

static void
test_full (void)
{
  g_autoptr (GPtrArray) submissions = parse (
      "{\"type\": \"send-invoices\", \"name\": \" Invoices \\u0645 \", \"entity\": \"relations\", "
      "\"parameters\": { \"template\": \"a b\", \"n\": 12345678901234567890 }, \"items\": ["
      "{\"label\": \"Jansen\", \"reference\": {\"kind\": \"relation\", \"id\": \"17\", \"label\": "
      "\"J\"}, \"parameters\": {\"amount\": 12.50}}, {\"label\": \"De Vries\"}], "
      "\"references\": [{\"kind\": \"office\", \"id\": \"1\"}], \"idempotency_key\": \"k-1\", "
      "\"priority\": -5, \"run_at\": \"2026-11-21T23:50:00Z\", \"automated\": true, "
      "\"max_attempts\": 3}");
  const BwSubmission *job = g_ptr_array_index (submissions, 0);
  const BwItem *first = g_ptr_array_index (job->items, 0);
  const BwItem *second = g_ptr_array_index (job->items, 1);

  g_assert_cmpuint (submissions->len, ==, 1);
  g_assert_cmpstr (job->type, ==, "send-invoices");
  g_assert_cmpstr (job->name, ==, " Invoices \xd9\x85 ");
  g_assert_cmpstr (job->entity, ==, "relations");
  g_assert_cmpstr (job->parameters, ==, "{\"template\":\"a b\",\"n\":12345678901234567890}");
  g_assert_cmpuint (job->items->len, ==, 2);
  g_assert_cmpint (first->item, ==, 1);
  g_assert_cmpstr (first->reference->id, ==, "17");
  g_assert_cmpstr (first->parameters, ==, "{\"amount\":12.50}");
  g_assert_cmpint (second->item, ==, 2);
  g_assert_cmpstr (second->label, ==, "De Vries");
  g_assert_null (second->reference);
  g_assert_cmpuint (job->references->len, ==, 1);
  g_assert_cmpstr (job->idempotency_key, ==, "k-1");
  g_assert_cmpint (job->priority, ==, -5);
  g_assert_cmpint (job->run_at, ==, G_GINT64_CONSTANT (1795305000000));
  g_assert_true (job->automated);
  g_assert_cmpint (job->max_attempts, ==, 3);
}

static void
test_bare (void)
{
  g_autoptr (GPtrArray) submissions = parse ("[{\"type\":\"a\"},{\"type\":\"b\",\"items\":null}]");
  const BwSubmission *job = g_ptr_array_index (submissions, 0);

  g_assert_cmpuint (submissions->len, ==, 2);
  g_assert_null (job->name);
  g_assert_null (job->parameters);
  g_assert_cmpuint (job->items->len, ==, 0);
  g_assert_cmpuint (job->references->len, ==, 0);
  g_assert_cmpint (job->priority, ==, 0);
  g_assert_true (job->run_at == BW_TIME_NONE);
  g_assert_false (job->automated);
  g_assert_cmpint (job->max_attempts, ==, 0);
}

static void
test_labels_from_references (void)
{
  g_autoptr (GPtrArray) submissions =
      parse ("{\"type\":\"a\",\"items\":[{\"reference\":{\"kind\":\"k\",\"id\":\"7\"}},"
             "{\"reference\":{\"kind\":\"k\",\"id\":\"7\",\"label\":\"Seven\"}}]}");
  const BwSubmission *job = g_ptr_array_index (submissions, 0);

  g_assert_cmpstr (((BwItem *) g_ptr_array_index (job->items, 0))->label, ==, "7");
  g_assert_cmpstr (((BwItem *) g_ptr_array_index (job->items, 1))->label, ==, "Seven");
}

static const struct
{
  const char *text;
  const char *field;
} refused_submissions[] = {
  { "", NULL },
  { "7", NULL },
  { "null", NULL },
  { "[]", NULL },
  { "[7]", "[0]" },
  { "[null]", "[0]" },
  { "{}", "type" },
  { "{\"type\":7}", "type" },
  { "{\"type\":\"\"}", "type" },
  { "{\"type\":\"Send invoices\"}", "type" },
  { "{\"type\":\"-a\"}", "type" },
  { "{\"type\":\"a\",\"type\":\"b\"}", NULL },
  { "{\"type\":\"a\",\"nmae\":\"x\"}", "nmae" },
  { "{\"type\":\"a\",\"name\":\"\"}", "name" },
  { "{\"type\":\"a\",\"name\":\"a\\nb\"}", "name" },
  { "{\"type\":\"a\",\"name\":\"a\\u0000b\"}", NULL },
  { "{\"type\":\"a\",\"name\":[\"x\"]}", "name" },
  { "{\"type\":\"a\",\"entity\":\"\\u0007\"}", "entity" },
  { "{\"type\":\"a\",\"parameters\":[]}", "parameters" },
  { "{\"type\":\"a\",\"parameters\":\"{}\"}", "parameters" },
  { "{\"type\":\"a\",\"items\":{}}", "items" },
  { "{\"type\":\"a\",\"items\":[7]}", "items[0]" },
  { "{\"type\":\"a\",\"items\":[{}]}", "items[0].label" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\"},{\"label\":\"\"}]}", "items[1].label" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\",\"item\":1}]}", "items[0].item" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\",\"parameters\":1}]}", "items[0].parameters" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\",\"reference\":\"y\"}]}", "items[0].reference" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\",\"reference\":{\"kind\":\"k\"}}]}",
    "items[0].reference.id" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\",\"reference\":{\"kind\":\"k\",\"id\":7}}]}",
    "items[0].reference.id" },
  { "{\"type\":\"a\",\"items\":[{\"label\":\"x\",\"reference\":{\"kind\":\"k\",\"id\":\"7\","
    "\"url\":\"https://x\"}}]}",
    "items[0].reference.url" },
  { "{\"type\":\"a\",\"references\":[{\"kind\":\"k\",\"id\":\"\"}]}", "references[0].id" },
  { "{\"type\":\"a\",\"references\":[{\"kind\":\"k\",\"id\":\"1\",\"x\":1}]}", "references[0].x" },
  { "{\"type\":\"a\",\"idempotency_key\":\"\"}", "idempotency_key" },
  { "{\"type\":\"a\",\"priority\":101}", "priority" },
  { "{\"type\":\"a\",\"priority\":1.5}", "priority" },
  { "{\"type\":\"a\",\"priority\":18446744073709551617}", "priority" },
  { "{\"type\":\"a\",\"run_at\":\"tomorrow\"}", "run_at" },
  { "{\"type\":\"a\",\"automated\":\"yes\"}", "automated" },
  { "{\"type\":\"a\",\"max_attempts\":0}", "max_attempts" },
  { "[{\"type\":\"a\"},{\"type\":\"b\",\"items\":[{\"label\":1}]}]", "[1].items[0].label" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_submissions); i++)
    assert_refused (refused_submissions[i].text, BW_ERROR_INVALID, refused_submissions[i].field);
}

static void
test_lengths (void)
{
  static const struct
  {
    const char *member;
    guint max;
  } lengths[] = { { "name", BW_MAX_NAME },
                  { "entity", BW_MAX_TYPE },
                  { "idempotency_key", BW_MAX_KEY } };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GString) longest = g_string_new (NULL);
      g_autofree char *accepted = NULL;
      g_autofree char *refused = NULL;
      g_autoptr (GPtrArray) submissions = NULL;

      for (guint j = 0; j < lengths[i].max; j++)
        g_string_append (longest, "\xd9\x85");
      accepted =
          g_strdup_printf ("{\"type\":\"a\",\"%s\":\"%s\"}", lengths[i].member, longest->str);
      refused =
          g_strdup_printf ("{\"type\":\"a\",\"%s\":\"%s.\"}", lengths[i].member, longest->str);
      submissions = parse (accepted);
      assert_refused (refused, BW_ERROR_INVALID, lengths[i].member);
    }
}

static char *
repeat (const char *before, const char *element, guint n, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      g_string_append (text, element);
    }
  g_string_append (text, after);
  return g_string_free_and_steal (text);
}

static void
test_most_jobs (void)
{
  g_autofree char *just = repeat ("[", "{\"type\":\"a\"}", BW_SUBMISSION_MAX_JOBS, "]");
  g_autofree char *more = repeat ("[", "{\"type\":\"a\"}", BW_SUBMISSION_MAX_JOBS + 1, "]");
  g_autoptr (GPtrArray) submissions = parse (just);

  g_assert_cmpuint (submissions->len, ==, BW_SUBMISSION_MAX_JOBS);
  assert_refused (more, BW_ERROR_TOO_LARGE, NULL);
}

static void
test_most_items (void)
{
  g_autofree char *just =
      repeat ("{\"type\":\"a\",\"items\":[", "{\"label\":\"x\"}", BW_SUBMISSION_MAX_ITEMS, "]}");
  g_autofree char *more = repeat ("{\"type\":\"a\",\"items\":[", "{\"label\":\"x\"}",
                                  BW_SUBMISSION_MAX_ITEMS + 1, "]}");
  g_autofree char *two = g_strdup_printf ("[%s,%s]", just, just);
  g_autofree char *three =
      g_strdup_printf ("[%s,%s,{\"type\":\"a\",\"items\":[{\"label\":\"x\"}]}]", just, just);
  g_autoptr (GPtrArray) submissions = parse (two);

  g_assert_cmpuint (submissions->len, ==, 2);
  assert_refused (more, BW_ERROR_TOO_LARGE, "items");
  assert_refused (three, BW_ERROR_TOO_LARGE, "[2].items");
}

static void
test_most_references (void)
{
  g_autofree char *just = repeat ("{\"type\":\"a\",\"references\":[",
                                  "{\"kind\":\"k\",\"id\":\"1\"}", BW_MAX_REFERENCES, "]}");
  g_autofree char *more = repeat ("{\"type\":\"a\",\"references\":[",
                                  "{\"kind\":\"k\",\"id\":\"1\"}", BW_MAX_REFERENCES + 1, "]}");
  g_autoptr (GPtrArray) submissions = parse (just);

  assert_refused (more, BW_ERROR_TOO_LARGE, "references");
}

static void
test_largest_parameters (void)
{
  g_autofree char *filling = g_strnfill (BW_MAX_PARAMETERS - strlen ("{\"x\":\"\"}"), 'x');
  g_autofree char *just =
      g_strdup_printf ("{\"type\":\"a\",\"parameters\":{\"x\" : \"%s\"}}", filling);
  g_autofree char *more =
      g_strdup_printf ("{\"type\":\"a\",\"parameters\":{\"x\":\"%s.\"}}", filling);
  g_autoptr (GPtrArray) submissions = parse (just);

  g_assert_cmpuint (strlen (((BwSubmission *) g_ptr_array_index (submissions, 0))->parameters), ==,
                    BW_MAX_PARAMETERS);
  assert_refused (more, BW_ERROR_TOO_LARGE, "parameters");
}

static void
test_nesting (void)
{
  g_autofree char *open = g_strnfill (1000, '[');
  g_autofree char *close = g_strnfill (1000, ']');
  g_autofree char *text =
      g_strdup_printf ("{\"type\":\"a\",\"parameters\":{\"x\":%s%s}}", open, close);

  assert_refused (text, BW_ERROR_INVALID, NULL);
}

static char *
write_submission (const BwSubmission *submission)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_submission_write (submission, writer, NULL);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static void
test_write (void)
{
  static const char *const texts[] = {
    "{\"type\":\"a\"}",
    "{\"type\":\"send\",\"name\":\"\xd9\x85 "
    "\\\"x\\\"\",\"entity\":\"relations\",\"parameters\":{\"a\":"
    "[1,2.50]},\"items\":[{\"label\":\"L\",\"reference\":{\"kind\":\"k\",\"id\":\"1\",\"label\":"
    "\"R\"},"
    "\"parameters\":{}},{\"label\":\"M\"}],\"references\":[{\"kind\":\"k\",\"id\":\"2\"}],"
    "\"idempotency_key\":\"key\",\"priority\":100,\"run_at\":\"2026-11-21T23:50:00.000Z\","
    "\"automated\":true,\"max_attempts\":100}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) submissions = parse (texts[i]);
      g_autofree char *written = write_submission (g_ptr_array_index (submissions, 0));

      g_assert_cmpstr (written, ==, texts[i]);
    }
}

/* An address that the server made must not keep a job from being submitted again. */
static void
test_write_leaves_addresses_out (void)
{
  g_autoptr (BwSubmission) submission = bw_submission_new ("a");
  BwReference *reference = bw_reference_new ("k", "1", NULL);
  g_autofree char *written = NULL;

  bw_reference_expand (reference, "https://books.example/{id}");
  g_assert_nonnull (reference->url);
  g_ptr_array_add (submission->references, reference);
  written = write_submission (submission);
  g_assert_cmpstr (written, ==, "{\"type\":\"a\",\"references\":[{\"kind\":\"k\",\"id\":\"1\"}]}");
}

/* Damage anywhere gives an error or a submission, and AddressSanitizer nothing to say. */
static void
test_mutations (void)
{
  static const char original[] =
      "[{\"type\":\"send\",\"name\":\"N\",\"parameters\":{\"a\":[1,\"x\"]},\"items\":[{\"label\":"
      "\"L\",\"reference\":{\"kind\":\"k\",\"id\":\"1\"}}],\"priority\":7,\"automated\":true}]";
  guint n_accepted = 0;

  for (guint i = 0; i < 50000; i++)
    {
      g_autofree char *text = g_memdup2 (original, strlen (original));
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) submissions = NULL;

      for (gint32 n = g_test_rand_int_range (1, 4); n > 0; n--)
        text[g_test_rand_int_range (0, (gint32) strlen (original))] =
            original[g_test_rand_int_range (0, (gint32) strlen (original))];
      submissions = bw_submissions_parse (text, strlen (original), &error);
      g_assert_true ((submissions != NULL) == (error == NULL));
      n_accepted += submissions != NULL ? 1 : 0;
    }
  g_assert_cmpuint (n_accepted, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/submission/full", test_full);
  g_test_add_func ("/core/submission/bare", test_bare);
  g_test_add_func ("/core/submission/labels-from-references", test_labels_from_references);
  g_test_add_func ("/core/submission/refused", test_refused);
  g_test_add_func ("/core/submission/lengths", test_lengths);
  g_test_add_func ("/core/submission/most-jobs", test_most_jobs);
  g_test_add_func ("/core/submission/most-items", test_most_items);
  g_test_add_func ("/core/submission/most-references", test_most_references);
  g_test_add_func ("/core/submission/largest-parameters", test_largest_parameters);
  g_test_add_func ("/core/submission/nesting", test_nesting);
  g_test_add_func ("/core/submission/write", test_write);
  g_test_add_func ("/core/submission/write-leaves-addresses-out", test_write_leaves_addresses_out);
  g_test_add_func ("/core/submission/mutations", test_mutations);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "store-test.h"

static const char *const labels[] = { "Jansen & Zonen", "Café Émile", "ACME",
                                      "Müller GmbH",    "Zwart",      NULL };

/* Items that refer to relations, some reported: 1 success, 2 failed, 3 skipped, then again from 11.
 */
static gint64
hand_in (StoreTest *test, guint n)
{
  BwSubmission *submission = store_test_submission ("send-invoices", n);
  BwReport *report;
  gint64 job;

  for (guint i = 0; i < n; i++)
    {
      BwItem *item = g_ptr_array_index (submission->items, i);
      g_autofree char *id = g_strdup_printf ("R%u", i % 7);

      if (i % 3 != 2)
        item->reference = bw_reference_new (i % 5 == 4 ? "invoice" : "relation", id, labels[i % 5]);
    }
  job = store_test_hand_in (test, &test->sam, submission);
  report = bw_report_new (store_test_claim_one (test));
  for (guint i = 0; i + 2 < n; i += 10)
    {
      g_ptr_array_add (report->items, bw_item_result_new (i + 1, BW_ITEM_STATE_SUCCESS, NULL));
      g_ptr_array_add (report->items,
                       bw_item_result_new (i + 2, BW_ITEM_STATE_FAILED, "Adres van Café onbekend"));
      g_ptr_array_add (report->items,
                       bw_item_result_new (i + 3, BW_ITEM_STATE_SKIPPED, "Nothing to send"));
    }
  g_assert_cmpuint (store_test_report (test, report, NULL), ==, 200);
  return job;
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *decomposed = g_utf8_normalize (text != NULL ? text : "", -1, G_NORMALIZE_ALL);
  g_autofree char *lower = g_utf8_casefold (decomposed, -1);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = lower; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_combining_class (g_utf8_get_char (at)) == 0)
      g_string_append_unichar (plain, g_utf8_get_char (at));
  return text != NULL && strstr (plain->str, folded) != NULL;
}

static gboolean
expect (const BwItem *item, const BwItemFilter *filter)
{
  const BwReference *reference = item->reference;

  if (filter->states != 0 && !(filter->states & (1u << item->state)))
    return FALSE;
  if (filter->q != NULL && !contains (item->label, filter->q)
      && !contains (item->message, filter->q))
    return FALSE;
  if (filter->relation == NULL)
    return TRUE;
  return reference != NULL && g_str_equal (reference->kind, "relation")
         && (g_str_equal (reference->id, filter->relation)
             || contains (reference->label, filter->relation));
}

static void
check_filter (StoreTest *test, gint64 job, GPtrArray *all, const BwItemFilter *filter)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint64 after = 0;
  guint n = 0;

  for (guint i = 0; i < all->len; i++)
    if (expect (g_ptr_array_index (all, i), filter))
      g_ptr_array_add (expected, g_ptr_array_index (all, i));
  do
    {
      g_autoptr (BwItemPage) page =
          bw_store_list_items (test->store, &test->sam, job, filter, 30, after, 0, &error);

      g_assert_no_error (error);
      g_assert_cmpint (page->total, ==, expected->len);
      for (guint i = 0; i < page->items->len; i++, n++)
        g_assert_cmpint (((BwItem *) g_ptr_array_index (page->items, i))->item, ==,
                         ((BwItem *) g_ptr_array_index (expected, n))->item);
      after = page->next;
    }
  while (after != 0);
  g_assert_cmpuint (n, ==, expected->len);

  for (gint64 offset = 0; offset < expected->len + 2; offset += 17)
    {
      g_autoptr (BwItemPage) page =
          bw_store_list_items (test->store, &test->sam, job, filter, 5, 0, offset, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (page->items->len, ==, CLAMP ((gint64) expected->len - offset, 0, 5));
      if (page->items->len > 0)
        g_assert_cmpint (((BwItem *) g_ptr_array_index (page->items, 0))->item, ==,
                         ((BwItem *) g_ptr_array_index (expected, offset))->item);
      g_assert_true ((page->next != 0) == (offset + 5 < expected->len));
    }
}

static void
test_filters (StoreTest *test, gconstpointer data)
{
  static const BwItemFilter filters[] = {
    { 0 },
    { .states = 1u << BW_ITEM_STATE_FAILED },
    { .states = (1u << BW_ITEM_STATE_PENDING) | (1u << BW_ITEM_STATE_SKIPPED) },
    { .states = 1u << BW_ITEM_STATE_CANCELLED },
    { .relation = "R3" },
    { .relation = "emile" },
    { .relation = "zonen" },
    { .relation = "r3" },
    { .q = "item 1" },
    { .q = "cafe" },
    { .q = "nothing to" },
    { .q = "xylophone" },
    { .states = 1u << BW_ITEM_STATE_FAILED, .relation = "muller", .q = "adres" },
  };
  gint64 job = hand_in (test, 200);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwItemPage) all =
      bw_store_list_items (test->store, &test->sam, job, NULL, 1000, 0, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (all->items->len, ==, 200);
  g_assert_cmpint (all->counts.in_state[BW_ITEM_STATE_PENDING], ==, 140);
  g_assert_cmpint (all->counts.in_state[BW_ITEM_STATE_SUCCESS], ==, 20);
  g_assert_cmpint (all->counts.in_state[BW_ITEM_STATE_FAILED], ==, 20);
  g_assert_cmpint (all->counts.in_state[BW_ITEM_STATE_SKIPPED], ==, 20);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    check_filter (test, job, all->items, &filters[i]);
}

static void
test_fields (StoreTest *test, gconstpointer data)
{
  gint64 job = hand_in (test, 10);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwItemPage) page = NULL;
  const BwItem *item;

  bw_store_set_reference_url (test->store, test->business, "relation",
                              "https://erp.example/relations/{id}", &error);
  g_assert_no_error (error);
  page = bw_store_list_items (test->store, &test->sam, job, NULL, 3, 1, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->items->len, ==, 3);
  item = g_ptr_array_index (page->items, 0);
  g_assert_cmpint (item->item, ==, 2);
  g_assert_cmpstr (item->label, ==, "Item 2");
  g_assert_cmpint (item->state, ==, BW_ITEM_STATE_FAILED);
  g_assert_cmpstr (item->message, ==, "Adres van Café onbekend");
  g_assert_cmpint (item->attempt, ==, 1);
  g_assert_cmpint (item->updated_at, ==, test->wall);
  g_assert_cmpstr (item->reference->label, ==, "Café Émile");
  g_assert_cmpstr (item->reference->url, ==, "https://erp.example/relations/R1");
  item = g_ptr_array_index (page->items, 2);
  g_assert_cmpint (item->state, ==, BW_ITEM_STATE_PENDING);
  g_assert_cmpint (item->updated_at, ==, BW_TIME_NONE);
  g_assert_cmpint (item->attempt, ==, 0);
}

static void
test_invisible (StoreTest *test, gconstpointer data)
{
  gint64 job = hand_in (test, 3);
  g_autoptr (GError) error = NULL;

  g_assert_null (bw_store_list_items (test->store, &test->stella, job, NULL, 3, 0, 0, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (bw_store_list_items (test->store, &test->olivia, job + 1, NULL, 3, 0, 0, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/items/A9-filters-and-pages", test_filters);
  store_test_add ("/store/items/fields", test_fields);
  store_test_add ("/store/items/invisible", test_invisible);
  return g_test_run ();
}

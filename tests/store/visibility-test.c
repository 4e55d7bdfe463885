/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-fold.h"
#include "bw-visibility.h"

#define ME 7

static const struct
{
  BwPermissions permissions;
  gboolean own;             /* whether seen: my job, */
  gboolean own_automated;   /* my job that automation started, */
  gboolean other;           /* another's job, */
  gboolean other_automated; /* another's that automation started */
} cases[] = {
  { 0, FALSE, FALSE, FALSE, FALSE },
  { BW_PERMISSIONS_ALL
        & ~(BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED),
    FALSE, FALSE, FALSE, FALSE },
  { BW_PERMISSION_VIEW_OWN, TRUE, TRUE, FALSE, FALSE },
  { BW_PERMISSION_VIEW_AUTOMATED, FALSE, TRUE, FALSE, TRUE },
  { BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_AUTOMATED, TRUE, TRUE, FALSE, TRUE },
  { BW_PERMISSION_VIEW_ALL, TRUE, TRUE, TRUE, TRUE },
  { BW_PERMISSIONS_ALL, TRUE, TRUE, TRUE, TRUE },
};

/* As BW_VISIBLE_SQL() compares. */
static gboolean
sees_by_values (const BwViewer *viewer, gint64 owner, gboolean automated)
{
  BwVisibility visibility = bw_visibility_get (viewer);

  return visibility.everything == 1 || owner == visibility.own
         || (automated ? 1 : 0) == visibility.automation;
}

static void
check (const BwViewer *viewer, gint64 owner, gboolean automated, gboolean seen)
{
  g_assert_cmpint (bw_viewer_may_see (viewer, owner, automated), ==, seen);
  g_assert_cmpint (sees_by_values (viewer, owner, automated), ==, seen);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BwViewer viewer = { 1, ME, "Me", cases[i].permissions };

      check (&viewer, ME, FALSE, cases[i].own);
      check (&viewer, ME, TRUE, cases[i].own_automated);
      check (&viewer, ME + 1, FALSE, cases[i].other);
      check (&viewer, ME + 1, TRUE, cases[i].other_automated);
    }
}

static void
test_fold (void)
{
  static const struct
  {
    const char *text;
    const char *folded;
  } folds[] = {
    { "", "" },
    { "Invoices 12", "invoices 12" },
    { "CAFÉ Émile", "cafe emile" },
    { "Straße", "strasse" },
    { "ﬁn", "fin" },
    { "Ærø", "ærø" },
    { "Łódź", "łodz" },
    { "İstanbul", "istanbul" },
    { "e\xcc\x81", "e" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (folds); i++)
    {
      g_autofree char *folded = bw_fold (folds[i].text);

      g_assert_cmpstr (folded, ==, folds[i].folded);
      g_assert_true (bw_fold_contains (folds[i].text, folds[i].folded));
    }
  g_assert_true (bw_fold_contains ("Rue de l'École 4", "ecole"));
  g_assert_true (bw_fold_contains ("abc", ""));
  g_assert_true (bw_fold_contains ("É", ""));
  g_assert_false (bw_fold_contains ("Ecole", "école"));
  g_assert_false (bw_fold_contains ("Eco", "ecole"));
  g_assert_false (bw_fold_contains (NULL, "a"));
}

/* A key is cut between two characters, never within one. */
static void
test_fold_key (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = bw_fold_key (text->str);

      g_assert_true (g_utf8_validate (key, -1, NULL));
      g_assert_cmpuint (strlen (key), <=, BW_FOLD_KEY_SIZE);
      if (text->len > BW_FOLD_KEY_SIZE)
        g_assert_cmpuint (strlen (key), >, BW_FOLD_KEY_SIZE - 4);
      g_string_append (text, i % 3 == 0 ? "ł" : i % 3 == 1 ? "日" : "A");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/visibility/A4-table", test_table);
  g_test_add_func ("/store/fold/texts", test_fold);
  g_test_add_func ("/store/fold/keys", test_fold_key);
  return g_test_run ();
}

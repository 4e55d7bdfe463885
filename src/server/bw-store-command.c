/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-command.h"

#include <stdio.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-store-lock.h"
#include "bw-office-copy.h"

#define EXIT_USAGE 2
#define PROGRESS_US (G_USEC_PER_SEC / 10)

typedef GArray *(*Transfer) (const char *from,
                             const char *to,
                             gboolean live,
                             BwOfficeProgress progress,
                             gpointer user_data,
                             GError **error);

/** What the person at the terminal was told last. */
typedef struct
{
  gboolean is_terminal;
  BwOfficeStage stage;
  const char *table; /* to be told apart only, it may be gone */
  gint64 told_at;
} Teller;

static const char *const stages[] = {
  [BW_OFFICE_ROWS] = "Copying",         [BW_OFFICE_INDEXES] = "Indexing",
  [BW_OFFICE_WORDS] = "Indexing words", [BW_OFFICE_COMPARISON] = "Comparing",
  [BW_OFFICE_CHECK] = "Checking",
};

/* One line, written over itself. */
static void
tell (BwOfficeStage stage, const char *table, gint64 done, gint64 total, gpointer user_data)
{
  Teller *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (!self->is_terminal
      || (self->stage == stage && self->table == table && now < self->told_at + PROGRESS_US))
    return;
  self->stage = stage;
  self->table = table;
  self->told_at = now;
  g_printerr ("\r\033[K%s %s", stages[stage], table != NULL ? table : "");
  if (total > 0)
    g_printerr (" %" G_GINT64_FORMAT " %%", CLAMP (done * 100 / total, 0, 100));
}

static void
end_telling (const Teller *self)
{
  if (self->is_terminal)
    g_printerr ("\r\033[K");
}

static void
print_counts (GArray *counts)
{
  gint64 total = 0;

  for (guint i = 0; i < counts->len; i++)
    {
      const BwOfficeCount *count = &g_array_index (counts, BwOfficeCount, i);

      total += count->rows;
      if (count->rows > 0)
        g_print ("%12" G_GINT64_FORMAT "  %s\n", count->rows, count->table);
    }
  g_print ("%12" G_GINT64_FORMAT "  rows in %u tables are the same in both stores\n", total,
           counts->len);
}

/* What is done in an office while it is copied does not go along. Locks stay until the program
 * ends. */
static gboolean
lock_both (const char *from, const char *to, gboolean live, GError **error)
{
  return (live || bw_store_lock (from, error) != -1) && bw_store_lock (to, error) != -1;
}

static int
run (const char *from, const char *to, gboolean live, Transfer transfer)
{
  Teller teller = { .is_terminal = isatty (STDERR_FILENO) };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) counts = NULL;

  if (lock_both (from, to, live, &error))
    counts = transfer (from, to, live, tell, &teller, &error);
  end_telling (&teller);
  if (counts == NULL)
    {
      g_printerr ("batchworkd: %s\n", error->message);
      return 1;
    }
  print_counts (counts);
  return 0;
}

/**
 * bw_store_command_run:
 * @argc: how many arguments
 * @argv: the arguments, the first being "store"
 *
 * Runs “batchworkd store”, which copies a store or compares two.
 *
 * Returns: an exit status
 */
int
bw_store_command_run (int argc, char **argv)
{
  gboolean live = FALSE;
  const GOptionEntry entries[] = {
    { "live", 0, 0, G_OPTION_ARG_NONE, &live,
      "Servers may be working on FROM: take what it holds at one moment", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("copy|compare FROM TO");
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (
      context,
      "Copies an office from one store into another, which must be empty or not there yet, and\n"
      "compares every column of every row; or only compares two stores.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_printerr ("batchworkd: %s\n", error->message);
  else if (argc == 4 && g_str_equal (argv[1], "copy"))
    return run (argv[2], argv[3], live, bw_office_copy);
  else if (argc == 4 && g_str_equal (argv[1], "compare"))
    return run (argv[2], argv[3], live, bw_office_compare);
  else
    g_printerr ("batchworkd: Usage: batchworkd store copy|compare FROM TO\n");
  return EXIT_USAGE;
}

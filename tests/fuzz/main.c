/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Tries every reader of what comes from outside on mutations of what it usually reads, from a fixed
 * seed: the same inputs in every run. Says which as TAP. Files that are named are tried as they
 * are, which is how a find of the long run (./dev bench fuzz) is looked at:
 *
 *   fuzz-readers --runs 20000 [TARGET…]
 *   fuzz-readers TARGET --file FILE
 */

#include <stdlib.h>
#include <string.h>

#include "targets.h"

#define MAX_LENGTH 4096

static int runs = 20000;
static int seed = 20261122;
static char **files;
static char *seed_folder;
static char **names;

static const GOptionEntry options[] = {
  { "runs", 0, 0, G_OPTION_ARG_INT, &runs, "Inputs for each reader", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "What the inputs follow from", "N" },
  { "file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, "Try this input alone; repeats", "FILE" },
  { "write-seeds", 0, 0, G_OPTION_ARG_FILENAME, &seed_folder,
    "Only write what the reader usually reads", "FOLDER" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, "[TARGET…]" },
  { NULL },
};

/* Pieces that readers stumble over. */
static const char *const pieces[] = {
  "\\u0000",
  "\\ud800",
  "\\udc00\\ud800",
  "\xff",
  "\xc0\x80",
  "\xed\xa0\x80",
  "\xf4\x90\x80\x80",
  "[",
  "{\"",
  "]",
  "}",
  "\"",
  "\\",
  ",",
  ":",
  "null",
  "true",
  "1e999",
  "-",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775809",
  "0.0000000000000000000001",
  "%00",
  "%",
  "%ff",
  "&",
  "=",
  "+",
  "\r",
  "\n",
  "\n\n",
  "\r\n",
  " ",
  "T24:00:00",
  "Z",
  "+24:00",
  "data: ",
  "id: ",
  "event:",
  ":",
  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
  "\xef\xbb\xbf",
};

static void
mutate (GString *input, GRand *random)
{
  gsize at = input->len > 0 ? (gsize) g_rand_int_range (random, 0, (gint32) input->len + 1) : 0;
  gsize length = (gsize) g_rand_int_range (random, 1, 17);
  g_autofree char *copy = NULL;

  length = MIN (length, input->len - at);
  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      g_string_erase (input, (gssize) at, (gssize) length);
      break;
    case 1:
      g_string_insert (input, (gssize) at,
                       pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      break;
    case 2:
      if (at < input->len)
        input->str[at] = (char) g_rand_int_range (random, 0, 256);
      break;
    case 3:
      copy = g_memdup2 (input->str + at, length);
      for (int n = g_rand_int_range (random, 1, 20); n > 0 && length > 0; n--)
        g_string_insert_len (input, (gssize) at, copy, (gssize) length);
      break;
    case 4:
      g_string_truncate (input, at);
      break;
    default:
      if (at < input->len)
        input->str[at] ^= (char) (1 << g_rand_int_range (random, 0, 8));
      break;
    }
  g_string_truncate (input, MIN (input->len, MAX_LENGTH));
}

/* In a block of its exact size, so that a byte too many is read by a sanitizer. */
static void
try_exactly (const FuzzTarget *target, const char *data, gsize length)
{
  g_autofree char *exact = g_malloc (MAX (length, 1));

  memcpy (exact, data, length);
  target->try (exact, length);
}

static void
try_mutations (const FuzzTarget *target)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) seed);
  g_autoptr (GString) input = g_string_new (NULL);
  guint n_seeds = g_strv_length ((char **) target->seeds);

  for (guint i = 0; i < n_seeds; i++)
    try_exactly (target, target->seeds[i], strlen (target->seeds[i]));
  for (int i = 0; i < runs; i++)
    {
      g_string_assign (input, target->seeds[(guint) i % n_seeds]);
      for (int n = g_rand_int_range (random, 1, 8); n > 0; n--)
        mutate (input, random);
      try_exactly (target, input->str, input->len);
    }
}

static const FuzzTarget *
need_target (void)
{
  const FuzzTarget *target = names != NULL ? fuzz_find_target (names[0]) : NULL;

  if (target == NULL)
    g_error ("Name the reader that it is for");
  return target;
}

static int
write_seeds (void)
{
  const FuzzTarget *target = need_target ();

  for (guint i = 0; target->seeds[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_strdup_printf ("%s/seed-%u", seed_folder, i);

      if (!g_file_set_contents (path, target->seeds[i], -1, &error))
        g_error ("%s", error->message);
    }
  return 0;
}

static int
try_files (void)
{
  const FuzzTarget *target = need_target ();

  for (char **file = files; *file != NULL; file++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *data = NULL;
      gsize length;

      if (!g_file_get_contents (*file, &data, &length, &error))
        g_error ("%s", error->message);
      try_exactly (target, data, length);
    }
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (seed_folder != NULL)
    return write_seeds ();
  if (files != NULL)
    return try_files ();
  for (const FuzzTarget *target = fuzz_targets; target->name != NULL; target++)
    if (names == NULL || g_strv_contains ((const char *const *) names, target->name))
      {
        try_mutations (target);
        g_print ("ok %u /fuzz/readers/%s\n", ++n, target->name);
      }
  g_print ("1..%u\n", n);
  return n > 0 ? 0 : EXIT_FAILURE;
}

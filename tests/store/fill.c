/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fill.h"

#include "bw-fold.h"
#include "bw-read.h"
#include "bw-search.h"
#include "bw-store-private.h"
#include "bw-tx-private.h"

/* So many jobs in one write; more would only need more memory. */
#define SLICE 25000

/* The newest jobs of an office are the ones that wait or run. */
#define MAX_ACTIVE 400
#define UNFINISHED_AT G_GINT64_CONSTANT (253402300799999)

#define SQL_JOB                                                                                    \
  "INSERT INTO job (business, id, type, owner, automated, state, cancelling, stalled, due, name, " \
  "entity, items, items_success, items_failed, items_skipped, items_cancelled, progress, "         \
  "message, "                                                                                      \
  "refs, created_at, started_at, finished_at, updated_at, updated_by, priority, run_at, attempt, " \
  "max_attempts, revision, name_key, claim) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "     \
  "$11, $12, $13, $14, "                                                                           \
  "$15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, 1, $28, $29, $30)"
#define SQL_SPAN                                                                                   \
  "INSERT INTO span (business, span, first_job) VALUES ($1, $2, $3) "                              \
  "ON CONFLICT (business, span) DO NOTHING"
#define SQL_RELATION                                                                               \
  "INSERT INTO job_relation (business, relation, job) VALUES ($1, $2, $3) "                        \
  "ON CONFLICT (business, relation, job) DO NOTHING"

#define SQL_ITEM                                                                                   \
  "INSERT INTO item (business, job, item, state, label, attempt, updated_at) "                     \
  "VALUES ($1, $2, $3, $4, $5, $6, $7)"
#define SQL_CLAIM                                                                                  \
  "INSERT INTO claim (id, business, job, account, worker, lease, lease_until, claimed_at, "        \
  "attempt) "                                                                                      \
  "VALUES ($1, $2, $3, $4, 'worker-1', $5, $6, $7, 1)"

/* How jobs fall on the kinds of work of an office, in parts of the whole. */
static const struct
{
  const char *type;
  const char *name;
  const char *subject;
  guint weight;
} work[BW_FILL_TYPES] = {
  { "send-invoices", "Send invoices", "Invoices", 30 },
  { "send-reminders", "Send reminders", "reminders", 14 },
  { "import-relations", "Import relations", "Relations from", 8 },
  { "upload-products", "Upload products", "Products of", 10 },
  { "mail-statements", "Mail statements", "Statements", 9 },
  { "export-archive", "Export archive", "Archive", 4 },
  { "book-payments", "Book payments", "Payments", 10 },
  { "check-addresses", "Check addresses", "addresses in", 5 },
  { "plan-classes", "Plan classes", "Classes", 3 },
  { "print-labels", "Print labels", "Étiquettes", 4 },
  { "sync-stock", "Synchronise stock", "Stock of", 2 },
  { "delete-clients", "Delete clients", "Clients without orders,", 1 },
};

static const char *const places[] = {
  "Amsterdam", "Zürich", "Évora", "Gent", "London", "Łódź", "utrecht", "Malmö",
};

typedef struct
{
  BwStore *store;
  gint64 business;
  gint64 n;
  guint64 random;
  BwTime start;
  BwTime end;
  gint64 types[BW_FILL_TYPES];
  gint64 users[BW_FILL_USERS];
  gint64 n_done;
  guint64 random_kept; /* where the running slice began, for a write that is run again */
} Fill;

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static guint64
next_random (Fill *self)
{
  guint64 z = self->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static guint
below (Fill *self, guint bound)
{
  return (guint) (next_random (self) % bound);
}

static gboolean
chance (Fill *self, double probability)
{
  return (double) (next_random (self) >> 11) * 0x1.0p-53 < probability;
}

static guint
pick_work (Fill *self)
{
  guint at = below (self, 100);
  guint i = 0;

  while (at >= work[i].weight)
    at -= work[i++].weight;
  return i;
}

/* A few users do most of the work. */
static guint
pick_user (Fill *self)
{
  double uniform = (double) (next_random (self) >> 11) * 0x1.0p-53;

  return (guint) (BW_FILL_USERS * uniform * uniform);
}

static BwJobState
pick_state (Fill *self, gint64 number)
{
  gint64 active = MIN (MAX_ACTIVE, self->n / 20 + 1);
  guint at = below (self, 100);

  if (number >= self->n - active)
    return at < 45 ? BW_JOB_STATE_QUEUED : at < 65 ? BW_JOB_STATE_PROCESSING : BW_JOB_STATE_SUCCESS;
  if (at < 86)
    return BW_JOB_STATE_SUCCESS;
  return at < 92 ? BW_JOB_STATE_FAILED : at < 97 ? BW_JOB_STATE_SKIPPED : BW_JOB_STATE_CANCELLED;
}

/* Offices work by day: two thirds of a day's jobs fall into its ten hours from 8 to 18. */
static BwTime
pick_time (Fill *self, gint64 number)
{
  double at = (double) number / (double) self->n;
  BwTime time = self->start + (BwTime) (at * (double) (self->end - self->start));
  BwTime day = time / BW_TIME_DAY * BW_TIME_DAY;
  double within = (double) (time - day) / (double) BW_TIME_DAY;
  double hour = within < 1.0 / 6   ? within * 48
                : within < 5.0 / 6 ? 8 + (within - 1.0 / 6) * 15
                                   : 18 + (within - 5.0 / 6) * 36;

  if (self->end - self->start < BW_TIME_DAY)
    return time;
  return MIN (day + (BwTime) (hour * (double) BW_TIME_HOUR), self->end);
}

static char *
make_name (Fill *self, guint kind, gint64 number)
{
  if (chance (self, 0.2))
    return g_strdup (work[kind].name);
  return g_strdup_printf ("%s %s %u, run %" G_GINT64_FORMAT, work[kind].subject,
                          places[below (self, G_N_ELEMENTS (places))], 2024 + below (self, 3),
                          number % 977);
}

static gboolean
add_relations (Fill *self, BwTx *tx, gint64 id, GString *refs, GError **error)
{
  guint n = chance (self, 0.6) ? 1 + below (self, 2) : 0;

  g_string_assign (refs, n > 0 ? "[" : "");
  for (guint i = 0; i < n; i++)
    {
      guint number = below (self, BW_FILL_RELATIONS) * below (self, 100) / 99;
      g_autofree char *relation = g_strdup_printf ("R%04u", number);
      g_autofree char *label =
          g_strdup_printf ("%s Trading %u", places[number % G_N_ELEMENTS (places)], number);

      g_string_append_printf (refs, "%s{\"kind\":\"relation\",\"id\":\"%s\",\"label\":\"%s\"}",
                              i > 0 ? "," : "", relation, label);
      if (!bw_relations_add (bw_tx_relations (tx), bw_tx_db (tx), self->business, relation, label,
                             error)
          || !bw_db_exec (bw_tx_db (tx), error, SQL_RELATION, "isi", self->business, relation, id))
        return FALSE;
    }
  if (n > 0)
    g_string_append_c (refs, ']');
  return TRUE;
}

/* How many of a job's items are in each state. */
typedef struct
{
  gint64 total;
  gint64 in_state[BW_N_ITEM_STATES];
  double progress;
} Items;

static void
pick_items (Fill *self, Items *items, BwJobState state)
{
  gint64 *in_state = items->in_state;
  gint64 left = items->total = chance (self, 0.6) ? 0 : 1 + below (self, 5) * below (self, 4);

  if (state == BW_JOB_STATE_PROCESSING)
    left /= 2;
  if (state == BW_JOB_STATE_CANCELLED)
    in_state[BW_ITEM_STATE_CANCELLED] = (left + 1) / 2;
  else if (state == BW_JOB_STATE_FAILED)
    in_state[BW_ITEM_STATE_FAILED] = (left + 9) / 10;
  else if (state == BW_JOB_STATE_SKIPPED)
    in_state[BW_ITEM_STATE_SKIPPED] = (left + 9) / 10;
  left -= in_state[BW_ITEM_STATE_CANCELLED] + in_state[BW_ITEM_STATE_FAILED]
          + in_state[BW_ITEM_STATE_SKIPPED];
  if (state != BW_JOB_STATE_QUEUED)
    in_state[BW_ITEM_STATE_SUCCESS] = left;
  in_state[BW_ITEM_STATE_PENDING] =
      items->total - (state != BW_JOB_STATE_QUEUED ? left : 0) - in_state[BW_ITEM_STATE_CANCELLED]
      - in_state[BW_ITEM_STATE_FAILED] - in_state[BW_ITEM_STATE_SKIPPED];
  items->progress = state == BW_JOB_STATE_QUEUED ? 0 : state == BW_JOB_STATE_PROCESSING ? 0.5 : 1;
}

static gboolean
add_items (Fill *self, BwTx *tx, gint64 job, const Items *items, BwTime at, GError **error)
{
  gint64 number = 0;

  for (guint state = 0; state < BW_N_ITEM_STATES; state++)
    for (gint64 i = 0; i < items->in_state[state]; i++)
      {
        char label[32];

        number++;
        g_snprintf (label, sizeof label, "Document %u", below (self, 100000));
        if (!bw_db_exec (bw_tx_db (tx), error, SQL_ITEM, "iiiisit", self->business, job, number,
                         (gint64) state, label, (gint64) (state == 0 ? 0 : 1),
                         state == 0 ? BW_TIME_NONE : at))
          return FALSE;
      }
  return TRUE;
}

/* Sets @claim to 0 for a job that nobody works on. */
static gboolean
add_claim (Fill *self,
           BwTx *tx,
           gint64 job,
           BwJobState state,
           BwTime at,
           gint64 *claim,
           GError **error)
{
  *claim = 0;
  if (state != BW_JOB_STATE_PROCESSING)
    return TRUE;
  *claim = bw_tx_next_claim (tx);
  return bw_db_exec (bw_tx_db (tx), error, SQL_CLAIM, "iiiiiii", *claim, self->business, job,
                     self->users[0], BW_TIME_HOUR, self->end + BW_TIME_HOUR, at);
}

static void
count_finished (Fill *self,
                BwTx *tx,
                const BwCounterKey *key,
                const Items *items,
                BwTime created_at,
                BwTime started_at,
                BwTime finished_at)
{
  const BwFinish finish = {
    .items = items->total,
    .items_failed = items->in_state[BW_ITEM_STATE_FAILED],
    .run = finished_at - started_at,
    .wait = started_at - created_at,
  };

  bw_tx_count_finished (tx, self->business, finished_at, key, &finish);
}

static gboolean
add_job (Fill *self, BwTx *tx, gint64 number, GString *refs, GError **error)
{
  guint kind = pick_work (self);
  BwJobState state = pick_state (self, number);
  BwCounterKey key = { self->types[kind], self->users[pick_user (self)], chance (self, 0.15),
                       state };
  BwTime created_at = pick_time (self, number);
  gboolean is_finished = bw_job_state_is_finished (state);
  gboolean due = state != BW_JOB_STATE_QUEUED || !chance (self, 0.2);
  gboolean cancelling = state == BW_JOB_STATE_PROCESSING && chance (self, 0.1);
  gboolean stalled = state == BW_JOB_STATE_PROCESSING && chance (self, 0.1);
  BwTime started_at =
      state == BW_JOB_STATE_QUEUED ? BW_TIME_NONE : created_at + 1000 + below (self, 60000);
  BwTime finished_at = is_finished ? started_at + below (self, 3600000) : UNFINISHED_AT;
  g_autofree char *name = make_name (self, kind, number);
  g_autofree char *name_key = bw_fold_key (name);
  Items items = { 0 };
  gint64 id = bw_tx_get_number (tx, BW_NUMBER_JOB) + 1;
  gint64 revision = bw_tx_next_revision (tx, self->business, error);
  gint64 claim = 0;

  bw_tx_set_number (tx, BW_NUMBER_JOB, id);
  pick_items (self, &items, state);
  if (revision <= 0 || !add_relations (self, tx, id, refs, error)
      || !add_items (self, tx, id, &items, created_at, error)
      || !add_claim (self, tx, id, state, created_at, &claim, error))
    return FALSE;
  bw_tx_count (tx, self->business, created_at, &key, 1);
  if (is_finished)
    count_finished (self, tx, &key, &items, created_at, started_at, finished_at);
  return bw_db_exec (bw_tx_db (tx), error, SQL_SPAN, "iii", self->business,
                     created_at / BW_SPAN_QUARTER, id)
         && bw_db_exec (bw_tx_db (tx), error, SQL_JOB, "iiiiiiiiissiiiiidssitiisitiisi",
                        self->business, id, key.type, key.owner, (gint64) key.automated,
                        (gint64) state, (gint64) cancelling, (gint64) stalled, (gint64) due, name,
                        "relations", items.total, items.in_state[BW_ITEM_STATE_SUCCESS],
                        items.in_state[BW_ITEM_STATE_FAILED], items.in_state[BW_ITEM_STATE_SKIPPED],
                        items.in_state[BW_ITEM_STATE_CANCELLED], items.progress,
                        state == BW_JOB_STATE_FAILED ? "The mail server refused 2 addresses."
                                                     : NULL,
                        refs->len > 0 ? refs->str : NULL, created_at, started_at, finished_at,
                        is_finished ? finished_at : created_at, "worker-1", (gint64) 0,
                        due ? BW_TIME_NONE : self->end + BW_TIME_HOUR,
                        (gint64) (state == BW_JOB_STATE_QUEUED ? 0 : 1), revision, name_key, claim);
}

/* A write may be run again from its start, and then has to make the same jobs. */
static gboolean
add_slice (BwTx *tx, gpointer data, GError **error)
{
  Fill *self = data;
  g_autoptr (GString) refs = g_string_new (NULL);
  gint64 end = MIN (self->n_done + SLICE, self->n);

  self->random = self->random_kept;
  for (gint64 i = self->n_done; i < end; i++)
    if (!add_job (self, tx, i, refs, error))
      return FALSE;
  bw_tx_set_number (tx, BW_NUMBER_CREATED_AT,
                    MAX (bw_tx_get_number (tx, BW_NUMBER_CREATED_AT), self->end));
  return TRUE;
}

static gboolean
read_numbers (BwTx *tx, gpointer data, GError **error)
{
  Fill *self = data;

  for (guint i = 0; i < BW_FILL_TYPES; i++)
    {
      const BwTypeRow *row =
          bw_types_need (bw_tx_types (tx), bw_tx_db (tx), self->business, work[i].type, error);

      if (row == NULL)
        return FALSE;
      self->types[i] = row->id;
    }
  return TRUE;
}

static gboolean
add_types (Fill *self, GError **error)
{
  for (guint i = 0; i < BW_FILL_TYPES; i++)
    {
      BwJobType type = { (char *) work[i].type, (char *) work[i].name, BW_TIME_HOUR, 3, FALSE };

      if (!bw_store_set_type (self->store, self->business, &type, error))
        return FALSE;
    }
  return bw_store_write (self->store, read_numbers, self, error);
}

static gboolean
add_users (Fill *self, GError **error)
{
  static const char *const names[] = { "anna",  "Bo",     "Çelik", "Dirk",
                                       "émile", "Fatima", "Gül",   "hugo" };

  for (guint i = 0; i < BW_FILL_USERS; i++)
    {
      g_autofree char *login = g_strdup_printf ("user%02u", i);
      g_autofree char *name =
          g_strdup_printf ("%s %c. Visser", names[i % G_N_ELEMENTS (names)], 'A' + (i * 7) % 26);
      g_autofree char *hash = NULL;

      if (!bw_store_find_account (self->store, login, &self->users[i], &hash, error))
        return FALSE;
      if (self->users[i] == 0)
        self->users[i] =
            bw_store_add_account (self->store, BW_ACCOUNT_PERSON, login, name, NULL, error);
      if (self->users[i] <= 0
          || !bw_store_set_membership (self->store, self->business, self->users[i], BW_ROLE_STAFF,
                                       0, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * bw_fill_store:
 * @store: a store
 * @business: a business of it that has no jobs
 * @n: how many jobs to add
 * @seed: the same seed makes the same jobs
 * @error: return location
 *
 * Fills a business with the jobs of an office's last 90 days, up to the store's present time: 12
 * types of work, 40 users of whom a few do most, 500 relations, most jobs done, the newest waiting
 * or running. Counters, spans, relations, words and revisions are kept as the store itself keeps
 * them.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_fill_store (BwStore *store, gint64 business, gint64 n, guint32 seed, GError **error)
{
  return bw_fill_store_within (store, business, n, seed, BW_FILL_DAYS * BW_TIME_DAY, error);
}

/**
 * bw_fill_store_within:
 * @store: a store
 * @business: a business of it that has no jobs
 * @n: how many jobs to add
 * @seed: the same seed makes the same jobs
 * @length: within how many milliseconds before the store's present time; under a day, they come
 * evenly
 * @error: return location
 *
 * Fills a business as bw_fill_store() does, but with the jobs of another length of time.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_fill_store_within (BwStore *store,
                      gint64 business,
                      gint64 n,
                      guint32 seed,
                      gint64 length,
                      GError **error)
{
  Fill self = {
    .store = store, .business = business, .n = n, .random = seed, .end = bw_store_now (store)
  };

  self.start = self.end - length;
  if (!add_types (&self, error) || !add_users (&self, error))
    return FALSE;
  for (; self.n_done < n; self.n_done = MIN (self.n_done + SLICE, n))
    {
      self.random_kept = self.random;
      if (!bw_store_write (store, add_slice, &self, error))
        return FALSE;
    }
  return bw_search_catch_up (store, error);
}

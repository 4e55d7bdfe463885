/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-report.h"

#include "bw-submission.h"
#include "bw-text.h"

#define MAX_JOBS 1000
#define MAX_VALUES 1000
#define MAX_WORKER 200
#define DEFAULT_LEASE_S 60
#define MAX_LEASE_S (24 * 60 * 60)
#define MAX_WAIT_S 60

/**
 * bw_claim_request_free:
 * @self: (transfer full) (nullable): what a worker asks for
 *
 * Frees it.
 */
void
bw_claim_request_free (BwClaimRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->worker);
  g_strfreev (self->businesses);
  g_strfreev (self->types);
  g_free (self);
}

static gint64
read_seconds (BwJsonReader *reader, const char *member, double min, double max, double fallback)
{
  return (gint64) (bw_json_reader_double (reader, member, min, max, fallback) * BW_TIME_SECOND
                   + 0.5);
}

static GStrv
read_names (BwJsonReader *reader, const char *member, gsize max_length)
{
  g_auto (GStrv) names = bw_json_reader_strv (reader, member, MAX_VALUES, max_length);

  if (names != NULL && names[0] == NULL)
    bw_json_reader_fail (reader, member, "must not be empty; leave it out for all");
  return g_steal_pointer (&names);
}

static GStrv
read_types (BwJsonReader *reader, const char *member)
{
  g_auto (GStrv) types = read_names (reader, member, BW_MAX_TYPE);

  for (guint i = 0; types != NULL && types[i] != NULL; i++)
    if (!bw_text_is_type_name (types[i]))
      bw_json_reader_fail (reader, member, "has “%s”, which is no job type's name", types[i]);
  return g_steal_pointer (&types);
}

/**
 * bw_claim_request_parse:
 * @text: the body of a request: {worker, businesses, types, max, lease_s, wait_s}, of which only
 *   the worker's name is needed
 * @length: its length in bytes
 * @error: (out) (optional): %BW_ERROR_INVALID with the path of the field at fault
 *
 * Reads what a worker asks for. At most 1,000 jobs are claimed at once, 1 if nothing is said;
 * leases are from 1 second to 24 hours, 60 seconds if nothing is said; the wait for work is from 0,
 * if nothing is said, to 60 seconds. Seconds may have fractions.
 *
 * Returns: (transfer full) (nullable): the request, or %NULL
 */
BwClaimRequest *
bw_claim_request_parse (const char *text, gsize length, GError **error)
{
  static const char *const members[] = { "worker",  "businesses", "types", "max",
                                         "lease_s", "wait_s",     NULL };
  g_autoptr (BwJsonReader) reader = bw_json_reader_new_for_text (text, length, error);
  g_autoptr (BwClaimRequest) self = NULL;

  if (reader == NULL)
    return NULL;
  self = g_new0 (BwClaimRequest, 1);
  bw_json_reader_only (reader, members);
  self->worker = bw_json_reader_dup_line (reader, "worker", MAX_WORKER);
  if (self->worker == NULL)
    bw_json_reader_fail (reader, "worker", "is missing");
  self->businesses = read_names (reader, "businesses", BW_MAX_NAME);
  self->types = read_types (reader, "types");
  self->max = (int) bw_json_reader_int (reader, "max", 1, MAX_JOBS, 1);
  self->lease = read_seconds (reader, "lease_s", 1, MAX_LEASE_S, DEFAULT_LEASE_S);
  self->wait = read_seconds (reader, "wait_s", 0, MAX_WAIT_S, 0);
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * bw_claim_request_write:
 * @self: what a worker asks for
 * @writer: a writer, at the top
 *
 * Writes the body of a request for claims, an object.
 */
void
bw_claim_request_write (const BwClaimRequest *self, BwJsonWriter *writer)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "worker", self->worker);
  if (self->businesses != NULL)
    bw_json_writer_strv (writer, "businesses", (const char *const *) self->businesses);
  if (self->types != NULL)
    bw_json_writer_strv (writer, "types", (const char *const *) self->types);
  bw_json_writer_int (writer, "max", self->max);
  bw_json_writer_double (writer, "lease_s", (double) self->lease / BW_TIME_SECOND);
  bw_json_writer_double (writer, "wait_s", (double) self->wait / BW_TIME_SECOND);
  bw_json_writer_end_object (writer);
}

/**
 * bw_claim_new:
 *
 * Makes a claim without items, to be filled in.
 *
 * Returns: (transfer full): the claim
 */
BwClaim *
bw_claim_new (void)
{
  BwClaim *self = g_new0 (BwClaim, 1);

  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_item_unref);
  self->lease_until = BW_TIME_NONE;
  return self;
}

/**
 * bw_claim_free:
 * @self: (transfer full) (nullable): a claim
 *
 * Frees a claim.
 */
void
bw_claim_free (BwClaim *self)
{
  if (self == NULL)
    return;
  g_free (self->business);
  g_free (self->type);
  g_free (self->name);
  g_free (self->parameters);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

static void
write_item (const BwItem *item, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "item", item->item);
  bw_json_writer_string (writer, "label", item->label);
  bw_reference_write (item->reference, writer, "reference");
  bw_json_writer_raw (writer, "parameters", item->parameters);
  bw_json_writer_end_object (writer);
}

/**
 * bw_claim_write:
 * @self: a claim
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a claim as {claim, business, lease_until, job: {id, type, name, parameters, attempt},
 * items: [{item, label, reference, parameters}]}.
 */
void
bw_claim_write (const BwClaim *self, BwJsonWriter *writer, const char *member)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, member);
  bw_json_writer_int (writer, "claim", self->claim);
  bw_json_writer_string (writer, "business", self->business);
  bw_json_writer_time (writer, "lease_until", self->lease_until);
  bw_json_writer_begin_object (writer, "job");
  bw_json_writer_int (writer, "id", self->job);
  bw_json_writer_string (writer, "type", self->type);
  bw_json_writer_string (writer, "name", self->name);
  bw_json_writer_raw (writer, "parameters", self->parameters);
  bw_json_writer_int (writer, "attempt", self->attempt);
  bw_json_writer_end_object (writer);
  bw_json_writer_begin_array (writer, "items");
  for (guint i = 0; i < self->items->len; i++)
    write_item (g_ptr_array_index (self->items, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
}

static void
read_job (BwClaim *self, BwJsonReader *reader)
{
  if (!bw_json_reader_enter_object (reader, "job"))
    {
      bw_json_reader_fail (reader, "job", "is missing");
      return;
    }
  self->job = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  self->type = g_strdup (bw_json_reader_need_string (reader, "type", BW_MAX_TYPE));
  self->name = bw_json_reader_dup_string (reader, "name", BW_MAX_NAME);
  self->parameters = bw_json_reader_raw (reader, "parameters");
  self->attempt = (int) bw_json_reader_int (reader, "attempt", 0, G_MAXINT, 0);
  bw_json_reader_leave (reader);
}

/**
 * bw_claim_read:
 * @reader: a reader at an object as bw_claim_write() writes it
 *
 * Reads a claim. Unknown members are ignored, since a newer server may send some.
 *
 * Returns: (transfer full) (nullable): the claim, or %NULL if anything was wrong
 */
BwClaim *
bw_claim_read (BwJsonReader *reader)
{
  g_autoptr (BwClaim) self = bw_claim_new ();
  gsize length;

  self->claim = bw_json_reader_need_int (reader, "claim", 1, G_MAXINT64);
  self->business = bw_json_reader_dup_string (reader, "business", BW_MAX_NAME);
  self->lease_until = bw_json_reader_time (reader, "lease_until");
  read_job (self, reader);
  if (bw_json_reader_enter_array (reader, "items", BW_SUBMISSION_MAX_ITEMS, &length))
    {
      for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
        {
          BwItem *item = bw_item_read (reader);

          if (item != NULL)
            g_ptr_array_add (self->items, item);
          bw_json_reader_leave (reader);
        }
      bw_json_reader_leave (reader);
    }
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

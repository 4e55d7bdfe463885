/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-item.h"

#include "bw-submission.h"

G_DEFINE_BOXED_TYPE (BwItem, bw_item, bw_item_ref, bw_item_unref)

/**
 * bw_item_new:
 *
 * Makes a pending item to be filled in by its maker, before anybody else sees it.
 *
 * Returns: (transfer full): the item
 */
BwItem *
bw_item_new (void)
{
  BwItem *self = g_atomic_rc_box_new0 (BwItem);

  self->updated_at = BW_TIME_NONE;
  return self;
}

/**
 * bw_item_ref:
 * @self: an item
 *
 * Takes a reference. May be called from any thread.
 *
 * Returns: (transfer full): @self
 */
BwItem *
bw_item_ref (BwItem *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwItem *self = data;

  g_free (self->label);
  g_free (self->message);
  g_free (self->parameters);
  bw_reference_free (self->reference);
}

/**
 * bw_item_unref:
 * @self: (transfer full) (nullable): an item
 *
 * Gives a reference back. May be called from any thread.
 */
void
bw_item_unref (BwItem *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

static BwItemState
read_state (BwJsonReader *reader)
{
  const char *name = bw_json_reader_string (reader, "state", BW_MAX_TYPE);
  BwItemState state = BW_ITEM_STATE_PENDING;

  if (name != NULL && !bw_item_state_from_string (name, &state))
    bw_json_reader_fail (reader, "state", "no item state is called '%s'", name);
  return state;
}

/**
 * bw_item_read:
 * @reader: a reader at an object as bw_item_write() writes it, or as claims have it, without state
 *
 * Reads an item. Unknown members are ignored, since a newer server may send some.
 *
 * Returns: (transfer full) (nullable): the item, or %NULL if anything was wrong
 */
BwItem *
bw_item_read (BwJsonReader *reader)
{
  g_autoptr (BwItem) self = bw_item_new ();

  self->item = bw_json_reader_need_int (reader, "item", 1, G_MAXINT64);
  self->label = g_strdup (bw_json_reader_need_string (reader, "label", BW_MAX_LABEL));
  self->state = read_state (reader);
  self->message = bw_json_reader_dup_string (reader, "message", BW_MAX_MESSAGE);
  if (bw_json_reader_enter_object (reader, "reference"))
    {
      self->reference = bw_reference_read (reader);
      bw_json_reader_leave (reader);
    }
  self->parameters = bw_json_reader_raw (reader, "parameters");
  self->attempt = (int) bw_json_reader_int (reader, "attempt", 0, G_MAXINT, 0);
  self->updated_at = bw_json_reader_time (reader, "updated_at");
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

/**
 * bw_item_write:
 * @self: an item
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes an item as {item, label, state, message, reference, attempt, updated_at}, and parameters
 * where it has some.
 */
void
bw_item_write (const BwItem *self, BwJsonWriter *writer, const char *member)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, member);
  bw_json_writer_int (writer, "item", self->item);
  bw_json_writer_string (writer, "label", self->label);
  bw_json_writer_string (writer, "state", bw_item_state_to_string (self->state));
  bw_json_writer_string (writer, "message", self->message);
  bw_reference_write (self->reference, writer, "reference");
  if (self->parameters != NULL)
    bw_json_writer_raw (writer, "parameters", self->parameters);
  bw_json_writer_int (writer, "attempt", self->attempt);
  bw_json_writer_time (writer, "updated_at", self->updated_at);
  bw_json_writer_end_object (writer);
}

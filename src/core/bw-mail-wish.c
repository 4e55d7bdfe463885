/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-mail-wish.h"

#include <string.h>

#include "bw-submission.h"

#define MAX_LANGUAGE 35 /* RFC 5646, section 4.4.1 */

G_DEFINE_BOXED_TYPE (BwMailWish, bw_mail_wish, bw_mail_wish_copy, bw_mail_wish_free)

/** bw_mail_wish_new: Returns: (transfer full): no mail, in English */
BwMailWish *
bw_mail_wish_new (void)
{
  BwMailWish *self = g_new0 (BwMailWish, 1);

  self->address = g_strdup ("");
  self->language = g_strdup ("en");
  return self;
}

/** bw_mail_wish_copy: @self: a wish. Returns: (transfer full): the same */
BwMailWish *
bw_mail_wish_copy (const BwMailWish *self)
{
  BwMailWish *copy = g_memdup2 (self, sizeof *self);

  copy->address = g_strdup (self->address);
  copy->language = g_strdup (self->language);
  return copy;
}

/** bw_mail_wish_free: @self: (transfer full) (nullable): a wish */
void
bw_mail_wish_free (BwMailWish *self)
{
  if (self == NULL)
    return;
  g_free (self->address);
  g_free (self->language);
  g_free (self);
}

/**
 * bw_mail_address_is_plausible:
 * @address: what somebody typed
 *
 * Whether an address works only the mail server can tell; this finds what can't be one, and what
 * would be dangerous in a command of SMTP: spaces, control characters, angle brackets.
 *
 * Returns: whether it looks like NAME@DOMAIN
 */
gboolean
bw_mail_address_is_plausible (const char *address)
{
  const char *at = strrchr (address, '@');

  if (at == NULL || at == address || at[1] == '\0' || strlen (address) > BW_MAX_ADDRESS)
    return FALSE;
  for (const char *p = address; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || (guchar) *p >= 0x7f || strchr ("<>()[]\\,;:\"", *p) != NULL)
      return FALSE;
  return at[1] != '.' && at[strlen (at) - 1] != '.' && strstr (at, "..") == NULL;
}

static gboolean
language_is_plausible (const char *language)
{
  for (const char *p = language; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-')
      return FALSE;
  return g_ascii_isalpha (language[0]);
}

/**
 * bw_mail_wish_read:
 * @reader: a reader at an object as bw_mail_wish_write() writes it; "available" may be left out
 *
 * Returns: (transfer full) (nullable): the wish, or %NULL if anything was wrong
 */
BwMailWish *
bw_mail_wish_read (BwJsonReader *reader)
{
  static const char *const members[]
    = { "available", "enabled", "address", "jobs", "only_failures", "language", NULL };
  g_autoptr (BwMailWish) self = bw_mail_wish_new ();
  g_autofree char *jobs = NULL;
  g_autofree char *language = NULL;

  bw_json_reader_only (reader, members);
  self->available = bw_json_reader_boolean (reader, "available", FALSE);
  self->enabled = bw_json_reader_boolean (reader, "enabled", FALSE);
  self->only_failures = bw_json_reader_boolean (reader, "only_failures", FALSE);
  g_free (self->address);
  self->address = bw_json_reader_dup_string (reader, "address", BW_MAX_ADDRESS);
  if (self->address == NULL)
    self->address = g_strdup ("");
  jobs = bw_json_reader_dup_string (reader, "jobs", BW_MAX_NAME);
  language = bw_json_reader_dup_string (reader, "language", MAX_LANGUAGE);

  if (jobs != NULL && !g_str_equal (jobs, "own") && !g_str_equal (jobs, "all"))
    bw_json_reader_fail (reader, "jobs", "is “own” or “all”");
  self->everyone = g_strcmp0 (jobs, "all") == 0;
  if (language != NULL && !language_is_plausible (language))
    bw_json_reader_fail (reader, "language", "is not a language such as “nl” or “de-AT”");
  else if (language != NULL)
    g_set_str (&self->language, language);
  if ((self->enabled || self->address[0] != '\0')
      && !bw_mail_address_is_plausible (self->address))
    bw_json_reader_fail (reader, "address", "is not an e-mail address");
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}

/**
 * bw_mail_wish_write:
 * @self: a wish
 * @writer: a writer, at a place for a value
 *
 * Writes {available, enabled, address, jobs, only_failures, language}.
 */
void
bw_mail_wish_write (const BwMailWish *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_boolean (writer, "available", self->available);
  bw_json_writer_boolean (writer, "enabled", self->enabled);
  bw_json_writer_string (writer, "address", self->address);
  bw_json_writer_string (writer, "jobs", self->everyone ? "all" : "own");
  bw_json_writer_boolean (writer, "only_failures", self->only_failures);
  bw_json_writer_string (writer, "language", self->language);
  bw_json_writer_end_object (writer);
}

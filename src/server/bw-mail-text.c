/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-mail-text.h"

#include <gio/gio.h>
#include <gmime/gmime.h>
#include <string.h>

#define TEXTS "/io/github/batchwork/server/mail/texts.ini"

/*
 * The words are in a file by language rather than in the message catalogue: a server's own locale is
 * one, and often none, while each of its users has a language.
 */
static GKeyFile *
load_texts (void)
{
  GKeyFile *file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data (TEXTS, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  if (bytes == NULL
      || !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, &error))
    g_error ("The texts of the mail are missing from the program: %s", error->message);
  return file;
}

/* "de-AT" finds the words for "de". */
static char *
get_words (GKeyFile *texts, const BwMail *mail, const char *group, const char *key)
{
  g_autofree char *locale = g_strdelimit (g_strdup (mail->language), "-", '_');

  return g_key_file_get_locale_string (texts, group, key, locale, NULL);
}

/* Puts in the names. A name with braces in it is not looked at again. */
static char *
fill (const char *words, const BwMail *mail)
{
  const struct
  {
    const char *mark;
    const char *value;
  } marks[] = { { "{job}", mail->job->name },
                { "{business}", mail->business_name },
                { "{user}", mail->user_name } };
  GString *result = g_string_new (NULL);

  while (*words != '\0')
    {
      guint i = 0;

      while (i < G_N_ELEMENTS (marks) && !g_str_has_prefix (words, marks[i].mark))
        i++;
      if (i < G_N_ELEMENTS (marks))
        {
          g_string_append (result, marks[i].value);
          words += strlen (marks[i].mark);
        }
      else
        {
          g_string_append_c (result, *words++);
        }
    }
  return g_string_free (result, FALSE);
}

static char *
get_sentence (GKeyFile *texts, const BwMail *mail, const char *group, const char *key)
{
  g_autofree char *words = get_words (texts, mail, group, key);

  return fill (words, mail);
}

static void
append_sentence (GString *body, GKeyFile *texts, const BwMail *mail, const char *key)
{
  g_autofree char *sentence = get_sentence (texts, mail, "body", key);

  g_string_append_printf (body, "%s\n", sentence);
}

static void
append_field (GString *body, GKeyFile *texts, const BwMail *mail, const char *key, const char *value)
{
  g_autofree char *words = get_words (texts, mail, "body", key);

  if (value != NULL && value[0] != '\0')
    g_string_append_printf (body, "  %s: %s\n", words, value);
}

static void
append_number (GString *body, GKeyFile *texts, const BwMail *mail, const char *key, gint64 number)
{
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  if (number > 0)
    append_field (body, texts, mail, key, value);
}

static void
append_failures (GString *body, GKeyFile *texts, const BwMail *mail)
{
  if (mail->failures->len == 0)
    return;
  g_string_append_c (body, '\n');
  append_sentence (body, texts, mail, "failures");
  for (guint i = 0; i < mail->failures->len; i++)
    {
      const BwItem *item = g_ptr_array_index (mail->failures, i);

      g_string_append_printf (body, "  %s: %s\n", item->label,
                              item->message != NULL ? item->message : "");
    }
  if (mail->job->items.in_state[BW_ITEM_STATE_FAILED] > mail->failures->len)
    append_sentence (body, texts, mail, "more");
}

static char *
make_body (GKeyFile *texts, const BwMail *mail)
{
  const BwJob *job = mail->job;
  GString *body = g_string_new (NULL);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (job->finished_at / BW_TIME_SECOND);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  /* With the offset, since the reader may be elsewhere than the server. */
  g_autofree char *finished = g_date_time_format (local, "%Y-%m-%d %H:%M (UTC%:z)");

  append_sentence (body, texts, mail, "hello");
  g_string_append_c (body, '\n');
  append_sentence (body, texts, mail, bw_job_state_to_string (job->state));
  g_string_append_c (body, '\n');
  append_number (body, texts, mail, "number", job->id);
  append_field (body, texts, mail, "message", job->message);
  append_number (body, texts, mail, "items", bw_item_counts_total (&job->items));
  append_number (body, texts, mail, "items-failed", job->items.in_state[BW_ITEM_STATE_FAILED]);
  append_number (body, texts, mail, "items-skipped", job->items.in_state[BW_ITEM_STATE_SKIPPED]);
  append_field (body, texts, mail, "finished", finished);
  append_failures (body, texts, mail);
  g_string_append (body, "\n-- \n");
  append_sentence (body, texts, mail, "why");
  return g_string_free (body, FALSE);
}

static void
set_headers (GMimeMessage *message, const BwMail *mail, const char *from, BwTime now)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (now / BW_TIME_SECOND);
  const char *at = strrchr (from, '@');
  g_autofree char *id = g_strdup_printf (
    "%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT "@%s",
    mail->viewer.business, mail->job->id, mail->viewer.user, mail->job->finished_at,
    at != NULL ? at + 1 : "batchwork");

  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_FROM, "Batchwork", from);
  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_TO, mail->user_name, mail->address);
  g_mime_message_set_date (message, date);
  /* The same at each try: a mail server that got it twice can tell. */
  g_mime_message_set_message_id (message, id);
  /* No holiday replies, please: RFC 3834. */
  g_mime_object_set_header (GMIME_OBJECT (message), "Auto-Submitted", "auto-generated", NULL);
}

/**
 * bw_mail_text_compose:
 * @mail: what happened, and to whom it matters
 * @from: the sender's address
 * @now: the date of the mail
 *
 * Returns: (transfer full): the message as RFC 5322 has it, with CRLF at the ends of lines
 */
char *
bw_mail_text_compose (const BwMail *mail, const char *from, BwTime now)
{
  g_autoptr (GKeyFile) texts = load_texts ();
  g_autofree char *subject
    = get_sentence (texts, mail, "subject", bw_job_state_to_string (mail->job->state));
  g_autofree char *body = make_body (texts, mail);
  GMimeMessage *message = g_mime_message_new (TRUE);
  GMimeTextPart *part = g_mime_text_part_new_with_subtype ("plain");
  GMimeFormatOptions *options = g_mime_format_options_new ();
  char *text;

  set_headers (message, mail, from, now);
  g_mime_message_set_subject (message, subject, "utf-8");
  g_mime_text_part_set_charset (part, "utf-8");
  g_mime_text_part_set_text (part, body);
  g_mime_part_set_content_encoding (GMIME_PART (part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_message_set_mime_part (message, GMIME_OBJECT (part));
  g_mime_format_options_set_newline_format (options, GMIME_NEWLINE_FORMAT_DOS);
  text = g_mime_object_to_string (GMIME_OBJECT (message), options);
  g_mime_format_options_free (options);
  g_object_unref (part);
  g_object_unref (message);
  return text;
}

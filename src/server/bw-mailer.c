/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-mailer.h"

#include <curl/curl.h>
#include <gmime/gmime.h>

#include "bw-mail-sender.h"
#include "bw-mail-text.h"

/* Jobs that end in quick succession are looked for together. */
#define REST_US G_USEC_PER_SEC
/* Wants and due times set by another server on the same store are seen within this. */
#define LONGEST_US (60 * G_USEC_PER_SEC)
#define AT_ONCE 20
/* Longer than sending that many takes, unless the mail server crawls: then one is sent twice rather
 * than not at all. */
#define LEASE_MS (20 * BW_TIME_MINUTE)
#define FIRST_DELAY_MS BW_TIME_MINUTE
#define LONGEST_DELAY_MS BW_TIME_HOUR
#define GIVE_UP_MS (2 * BW_TIME_DAY)

struct _BwMailer
{
  BwStore *store;
  const BwOptions *options;
  BwMailSender *sender;
  GThread *thread;
  gboolean failing;         /* the last mail could not be sent, and that was said */

  GMutex lock;              /* of all below */
  GCond wake;
  gboolean changed;
  gboolean stopping;
};

static gint64
get_delay (gint64 tries)
{
  return MIN (LONGEST_DELAY_MS, FIRST_DELAY_MS << MIN (tries - 1, 10));
}

static gboolean
is_stopping (BwMailer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->stopping;
}

/* Said once: a mail server that is away for a night is one line in the log, not thousands. */
static void
note_outcome (BwMailer *self, const GError *failure)
{
  if (failure != NULL && !self->failing)
    g_warning ("Mail can't be sent; it is tried again: %s", failure->message);
  if (failure == NULL && self->failing)
    g_message ("Mail can be sent again");
  self->failing = failure != NULL;
}

static gboolean
send_one (BwMailer *self, const BwMail *mail, GError **error)
{
  g_autofree char *message = bw_mail_text_compose (mail, self->options->mail_from, bw_time_now ());
  g_autoptr (GError) failure = NULL;
  gboolean hopeless = FALSE;

  if (bw_mail_sender_send (self->sender, mail->address, message, &hopeless, &failure))
    {
      note_outcome (self, NULL);
      return bw_store_end_mail (self->store, mail, error);
    }
  if (is_stopping (self))
    return bw_store_delay_mail (self->store, mail, 0, error);
  if (hopeless || bw_time_now () - mail->queued_at > GIVE_UP_MS)
    {
      g_warning ("Mail about job %" G_GINT64_FORMAT " to %s is given up: %s", mail->job->id,
                 mail->address, failure->message);
      return bw_store_end_mail (self->store, mail, error);
    }
  note_outcome (self, failure);
  return bw_store_delay_mail (self->store, mail, get_delay (mail->tries), error);
}

/* Returns: whether all that is due was dealt with */
static gboolean
send_due (BwMailer *self, GError **error)
{
  guint n;

  do
    {
      g_autoptr (GPtrArray) mails = bw_store_take_mail (self->store, AT_ONCE, LEASE_MS, error);

      if (mails == NULL)
        return FALSE;
      n = mails->len;
      for (guint i = 0; i < n; i++)
        if (!send_one (self, g_ptr_array_index (mails, i), error))
          return FALSE;
    }
  while (n == AT_ONCE && !is_stopping (self));
  return TRUE;
}

/* Returns: for how long there is nothing to do unless something changes, in microseconds */
static gint64
work (BwMailer *self)
{
  g_autoptr (GError) error = NULL;
  BwTime next;

  if (!bw_store_queue_mail (self->store, &error) || !send_due (self, &error))
    {
      g_warning ("The store did not let mail be sent; it is tried again: %s", error->message);
      return LONGEST_US;
    }
  next = bw_store_next_mail (self->store, NULL);
  if (next == BW_TIME_NONE)
    return LONGEST_US;
  return CLAMP ((next - bw_time_now ()) * 1000, 0, LONGEST_US);
}

static gpointer
run (gpointer data)
{
  BwMailer *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->stopping)
    {
      gint64 begun = g_get_monotonic_time ();
      gint64 until;

      self->changed = FALSE;
      g_mutex_unlock (&self->lock);
      until = begun + work (self);
      g_mutex_lock (&self->lock);
      while (!self->stopping && !self->changed
             && g_cond_wait_until (&self->wake, &self->lock, until))
        ;
      while (!self->stopping && g_cond_wait_until (&self->wake, &self->lock, begun + REST_US))
        ;
    }
  return NULL;
}

/**
 * bw_mailer_start:
 * @store: a store; outlives the mailer
 * @options: with a mail server or not; outlive the mailer
 * @error: set if the mail server's password can't be read
 *
 * Returns: (transfer full) (nullable): the mailer; %NULL without @error if no mail server is set
 */
BwMailer *
bw_mailer_start (BwStore *store, const BwOptions *options, GError **error)
{
  BwMailer *self;
  BwMailSender *sender;

  if (options->mail_server == NULL)
    return NULL;
  curl_global_init (CURL_GLOBAL_DEFAULT);
  g_mime_init ();
  sender = bw_mail_sender_new (options, error);
  if (sender == NULL)
    return NULL;

  self = g_new0 (BwMailer, 1);
  self->store = store;
  self->options = options;
  self->sender = sender;
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->thread = g_thread_new ("bw-mailer", run, self);
  return self;
}

/** bw_mailer_stop: @self: (transfer full) (nullable): a mailer, whose thread has ended on return */
void
bw_mailer_stop (BwMailer *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  bw_mail_sender_cancel (self->sender);
  g_thread_join (self->thread);
  bw_mail_sender_free (self->sender);
  g_cond_clear (&self->wake);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_mailer_changed:
 * @self: (nullable): a mailer
 *
 * Something changed in the store: a job may have ended. May be called from any thread; is quick.
 */
void
bw_mailer_changed (BwMailer *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->changed = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

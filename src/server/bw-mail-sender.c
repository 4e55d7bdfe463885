/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-mail-sender.h"

#include <curl/curl.h>
#include <string.h>

#include "bw-address.h"
#include "bw-error.h"

#define CONNECT_TIMEOUT 20L
#define TIMEOUT 60L

struct _BwMailSender
{
  CURL *curl;
  const BwOptions *options;
  char *password;           /* nullable */
  char problem[CURL_ERROR_SIZE];
  int cancelled;            /* atomic */
};

/** What is still to be sent. */
typedef struct
{
  const char *at;
  gsize left;
} Upload;

static size_t
read_cb (char *buffer, size_t size, size_t n, void *data)
{
  Upload *upload = data;
  gsize length = MIN (size * n, upload->left);

  memcpy (buffer, upload->at, length);
  upload->at += length;
  upload->left -= length;
  return length;
}

static int
progress_cb (void *data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
  return g_atomic_int_get (&((BwMailSender *) data)->cancelled);
}

/* On the way to another machine a mail, and above all the password, is never in the clear. */
static gboolean
is_local (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL
         && (g_str_equal (host, "localhost") || g_str_equal (host, "::1")
             || g_str_has_prefix (host, "127."));
}

static void
set_up (BwMailSender *self)
{
  const BwOptions *options = self->options;

  curl_easy_setopt (self->curl, CURLOPT_URL, options->mail_server);
  curl_easy_setopt (self->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (self->curl, CURLOPT_MAIL_FROM, options->mail_from);
  curl_easy_setopt (self->curl, CURLOPT_USE_SSL,
                    (long) (is_local (options->mail_server) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (options->mail_ca != NULL)
    curl_easy_setopt (self->curl, CURLOPT_CAINFO, options->mail_ca);
  if (options->mail_user != NULL)
    curl_easy_setopt (self->curl, CURLOPT_USERNAME, options->mail_user);
  if (self->password != NULL)
    curl_easy_setopt (self->curl, CURLOPT_PASSWORD, self->password);
  curl_easy_setopt (self->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT);
  curl_easy_setopt (self->curl, CURLOPT_TIMEOUT, TIMEOUT);
  /* Signals would reach any thread. */
  curl_easy_setopt (self->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (self->curl, CURLOPT_ERRORBUFFER, self->problem);
  curl_easy_setopt (self->curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (self->curl, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (self->curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (self->curl, CURLOPT_XFERINFOFUNCTION, progress_cb);
  curl_easy_setopt (self->curl, CURLOPT_XFERINFODATA, self);
}

/**
 * bw_mail_sender_new:
 * @options: with the mail server's; outlive the sender
 * @error: set if the password can't be read
 *
 * Connects to nothing yet.
 *
 * Returns: (transfer full) (nullable): a sender
 */
BwMailSender *
bw_mail_sender_new (const BwOptions *options, GError **error)
{
  g_autoptr (BwMailSender) self = g_new0 (BwMailSender, 1);

  self->options = options;
  if (options->mail_password_file != NULL
      && !g_file_get_contents (options->mail_password_file, &self->password, NULL, error))
    {
      g_prefix_error (error, "The password for the mail server can't be read: ");
      return NULL;
    }
  if (self->password != NULL)
    g_strchomp (self->password);
  self->curl = curl_easy_init ();
  if (self->curl == NULL)
    {
      bw_set_error (error, BW_ERROR_INTERNAL, "There is no memory for sending mail.");
      return NULL;
    }
  set_up (self);
  return g_steal_pointer (&self);
}

/** bw_mail_sender_free: @self: (transfer full) (nullable): a sender */
void
bw_mail_sender_free (BwMailSender *self)
{
  if (self == NULL)
    return;
  if (self->curl != NULL)
    curl_easy_cleanup (self->curl);
  g_free (self->password);
  g_free (self);
}

/**
 * bw_mail_sender_cancel:
 * @self: a sender
 *
 * Has a mail under way fail within a second. May be called from any thread.
 */
void
bw_mail_sender_cancel (BwMailSender *self)
{
  g_atomic_int_set (&self->cancelled, TRUE);
}

/* 55x is about this mail or address, and stays so; but 535 is about who we are, and 4xx passes (RFC
 * 5321, section 4.2.1). */
static gboolean
is_hopeless (BwMailSender *self, CURLcode result)
{
  long code = 0;

  curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &code);
  return result != CURLE_LOGIN_DENIED && code >= 550 && code <= 559;
}

/**
 * bw_mail_sender_send:
 * @self: a sender
 * @address: whom to
 * @message: the message, as bw_mail_text_compose() makes it
 * @hopeless: (out): on failure, whether there is no use in trying again
 * @error: set if the mail server did not take it
 *
 * Blocks until the mail server has taken it, for a minute at most.
 *
 * Returns: whether it was taken
 */
gboolean
bw_mail_sender_send (BwMailSender *self,
                     const char *address,
                     const char *message,
                     gboolean *hopeless,
                     GError **error)
{
  struct curl_slist *recipients = curl_slist_append (NULL, address);
  Upload upload = { message, strlen (message) };
  CURLcode result;

  self->problem[0] = '\0';
  curl_easy_setopt (self->curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (self->curl, CURLOPT_READDATA, &upload);
  result = curl_easy_perform (self->curl);
  curl_slist_free_all (recipients);
  *hopeless = result != CURLE_OK && is_hopeless (self, result);
  if (result == CURLE_OK)
    return TRUE;
  bw_set_error (error, BW_ERROR_UNAVAILABLE, "%s",
                self->problem[0] != '\0' ? self->problem : curl_easy_strerror (result));
  return FALSE;
}

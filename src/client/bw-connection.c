/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-connection-private.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-soup.h"

#define DEFAULT_TIMEOUT 30
#define MAX_CONNECTIONS 6
/* The Date header counts seconds: less than this may be its rounding and the way here. */
#define CLOCK_TOLERANCE (2 * BW_TIME_SECOND)

struct _BwConnection
{
  GObject parent_instance;

  char *url;
  GUri *uri;
  GError *address_error;
  SoupSession *session;

  BwConnectionState state;
  GError *error;
  BwMe *me;
  char *token;
  gint64 server_time_offset;
  guint timeout;

  char *trusted;
  GTlsCertificate *refused;
  GTlsCertificateFlags refused_reasons;
};

enum
{
  PROP_0,
  PROP_URL,
  PROP_STATE,
  PROP_ERROR,
  PROP_ME,
  PROP_SERVER_TIME_OFFSET,
  PROP_TIMEOUT,
  N_PROPS
};

enum
{
  SIGN_IN_NEEDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (BwConnectionState,
                    bw_connection_state,
                    G_DEFINE_ENUM_VALUE (BW_CONNECTION_STATE_SIGNED_OUT, "signed-out"),
                    G_DEFINE_ENUM_VALUE (BW_CONNECTION_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (BW_CONNECTION_STATE_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (BW_CONNECTION_STATE_OFFLINE, "offline"))

G_DEFINE_FINAL_TYPE (BwConnection, bw_connection, G_TYPE_OBJECT)

static char *
normalise_url (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text != NULL ? text : ""));
  g_autofree char *url = NULL;
  gsize length;

  if (trimmed[0] == '\0' || strstr (trimmed, "://") != NULL)
    url = g_steal_pointer (&trimmed);
  else
    url = g_strconcat ("https://", trimmed, NULL);
  length = strlen (url);
  while (length > strlen ("https://") && url[length - 1] == '/')
    url[--length] = '\0';
  return g_steal_pointer (&url);
}

static GUri *
parse_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0'
      || strpbrk (g_uri_get_host (uri), " <>\"{}|\\^`") != NULL
      || (!g_str_equal (scheme, "https") && !g_str_equal (scheme, "http")))
    {
      g_set_error (error, BW_CLIENT_ERROR, BW_CLIENT_ERROR_ADDRESS,
                   _ ("“%s” is no address of a server. It should look like "
                      "https://jobs.example.com"),
                   url);
      return NULL;
    }
  if (g_str_equal (scheme, "http") && !bw_soup_is_loopback (uri))
    {
      g_set_error (error, BW_CLIENT_ERROR, BW_CLIENT_ERROR_ADDRESS,
                   _ ("%s is not encrypted: on the way there, anybody could read the password. Use "
                      "its https:// address"),
                   url);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

static void
set_state (BwConnection *self, BwConnectionState state, const GError *error)
{
  gboolean same_error = (error == NULL) == (self->error == NULL)
                        && (error == NULL || g_str_equal (error->message, self->error->message));

  g_object_freeze_notify (G_OBJECT (self));
  if (!same_error)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
learn_clock (BwConnection *self, SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) time = date != NULL ? soup_date_time_new_from_http_string (date) : NULL;
  gint64 offset;

  if (time == NULL)
    return;
  offset = g_date_time_to_unix (time) * BW_TIME_SECOND - bw_time_now ();
  if (ABS (offset) < CLOCK_TOLERANCE)
    offset = 0;
  if (ABS (offset - self->server_time_offset) < CLOCK_TOLERANCE)
    return;
  self->server_time_offset = offset;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER_TIME_OFFSET]);
}

static void
bw_connection_constructed (GObject *object)
{
  BwConnection *self = BW_CONNECTION (object);

  G_OBJECT_CLASS (bw_connection_parent_class)->constructed (object);
  self->uri = parse_url (self->url, &self->address_error);
}

static void
bw_connection_dispose (GObject *object)
{
  BwConnection *self = BW_CONNECTION (object);

  g_clear_object (&self->session);
  g_clear_object (&self->refused);
  g_clear_pointer (&self->me, bw_me_unref);
  G_OBJECT_CLASS (bw_connection_parent_class)->dispose (object);
}

static void
bw_connection_finalize (GObject *object)
{
  BwConnection *self = BW_CONNECTION (object);

  g_clear_error (&self->error);
  g_clear_error (&self->address_error);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->url);
  g_free (self->token);
  g_free (self->trusted);
  G_OBJECT_CLASS (bw_connection_parent_class)->finalize (object);
}

static void
bw_connection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwConnection *self = BW_CONNECTION (object);

  switch (id)
    {
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_ME:
      g_value_set_boxed (value, self->me);
      break;
    case PROP_SERVER_TIME_OFFSET:
      g_value_set_int64 (value, self->server_time_offset);
      break;
    case PROP_TIMEOUT:
      g_value_set_uint (value, self->timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_connection_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwConnection *self = BW_CONNECTION (object);

  switch (id)
    {
    case PROP_URL:
      self->url = normalise_url (g_value_get_string (value));
      break;
    case PROP_TIMEOUT:
      bw_connection_set_timeout (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_connection_class_init (BwConnectionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  dex_init ();
  object_class->constructed = bw_connection_constructed;
  object_class->dispose = bw_connection_dispose;
  object_class->finalize = bw_connection_finalize;
  object_class->get_property = bw_connection_get_property;
  object_class->set_property = bw_connection_set_property;

  properties[PROP_URL] = g_param_spec_string (
      "url", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, BW_TYPE_CONNECTION_STATE,
                                              BW_CONNECTION_STATE_SIGNED_OUT, readable);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);
  properties[PROP_ME] = g_param_spec_boxed ("me", NULL, NULL, BW_TYPE_ME, readable);
  properties[PROP_SERVER_TIME_OFFSET] =
      g_param_spec_int64 ("server-time-offset", NULL, NULL, G_MININT64, G_MAXINT64, 0, readable);
  properties[PROP_TIMEOUT] = g_param_spec_uint ("timeout", NULL, NULL, 1, 3600, DEFAULT_TIMEOUT,
                                                readable | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * BwConnection::sign-in-needed:
   * @self: the connection
   * @error: what the server said
   *
   * The server no longer takes the token: the user has to sign in again.
   */
  signals[SIGN_IN_NEEDED] = g_signal_new ("sign-in-needed", BW_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
bw_connection_init (BwConnection *self)
{
  self->timeout = DEFAULT_TIMEOUT;
  self->session = bw_soup_session_new (MAX_CONNECTIONS);
}

/**
 * bw_connection_new:
 * @url: the server's address; without a scheme, https is meant
 *
 * Makes a connection. Nothing is sent until something is asked for; an address that makes no sense
 * makes every request fail with %BW_CLIENT_ERROR_ADDRESS.
 *
 * Returns: (transfer full): the connection, signed out
 */
BwConnection *
bw_connection_new (const char *url)
{
  return g_object_new (BW_TYPE_CONNECTION, "url", url, NULL);
}

/**
 * bw_connection_get_url:
 * @self: a connection
 *
 * Returns: (transfer none): the server's address, without a slash at its end
 */
const char *
bw_connection_get_url (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), NULL);

  return self->url;
}

/**
 * bw_connection_get_uri:
 * @self: a connection
 * @error: (out) (optional): why the address can't be used
 *
 * Returns: (transfer none) (nullable): the address, taken apart
 */
GUri *
bw_connection_get_uri (BwConnection *self, GError **error)
{
  if (self->uri == NULL && error != NULL)
    *error = g_error_copy (self->address_error);
  return self->uri;
}

/**
 * bw_connection_get_session:
 * @self: a connection
 *
 * Returns: (transfer none): what requests are sent through
 */
SoupSession *
bw_connection_get_session (BwConnection *self)
{
  return self->session;
}

/**
 * bw_connection_get_state:
 * @self: a connection
 *
 * Returns: whether it is signed in and reaches the server
 */
BwConnectionState
bw_connection_get_state (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), BW_CONNECTION_STATE_SIGNED_OUT);

  return self->state;
}

/**
 * bw_connection_get_error:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): why it is offline or signed out, for people; %NULL when it
 * is online, and when the user signed out
 */
const GError *
bw_connection_get_error (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), NULL);

  return self->error;
}

/**
 * bw_connection_get_me:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): who is signed in, and where; %NULL until that is known
 */
BwMe *
bw_connection_get_me (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), NULL);

  return self->me;
}

/**
 * bw_connection_set_me:
 * @self: a connection
 * @me: (nullable): who is signed in
 *
 * Keeps what the server said of the user.
 */
void
bw_connection_set_me (BwConnection *self, BwMe *me)
{
  if (self->me == me)
    return;
  g_clear_pointer (&self->me, bw_me_unref);
  self->me = me != NULL ? bw_me_ref (me) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ME]);
}

/**
 * bw_connection_get_server_time_offset:
 * @self: a connection
 *
 * How far the server's clock is ahead of this computer's, from the Date of its answers. To be added
 * to bw_time_now() before it is compared with the server's times ("running for 3 minutes").
 *
 * Returns: milliseconds, negative when the server's clock is behind; 0 when they agree within two
 *   seconds
 */
gint64
bw_connection_get_server_time_offset (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), 0);

  return self->server_time_offset;
}

/**
 * bw_connection_get_timeout:
 * @self: a connection
 *
 * Returns: seconds of silence after which a request has failed
 */
guint
bw_connection_get_timeout (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), DEFAULT_TIMEOUT);

  return self->timeout;
}

/**
 * bw_connection_set_timeout:
 * @self: a connection
 * @seconds: 1 to 3600
 *
 * Sets for how long a server may be silent before a request has failed. Has to be longer than what
 * the server is asked to wait, as in a claim.
 */
void
bw_connection_set_timeout (BwConnection *self, guint seconds)
{
  g_return_if_fail (BW_IS_CONNECTION (self));
  g_return_if_fail (seconds >= 1 && seconds <= 3600);

  if (self->timeout == seconds)
    return;
  self->timeout = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT]);
}

/**
 * bw_connection_get_token:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): what requests are signed with, to be kept in the keyring
 */
const char *
bw_connection_get_token (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), NULL);

  return self->token;
}

/**
 * bw_connection_set_token:
 * @self: a connection
 * @token: (nullable): a token from an earlier sign-in or of an application; %NULL to forget it
 *
 * Signs in without asking the server. Whether it takes the token shows at the next request, such as
 * bw_connection_refresh_me().
 */
void
bw_connection_set_token (BwConnection *self, const char *token)
{
  g_return_if_fail (BW_IS_CONNECTION (self));

  if (!g_set_str (&self->token, token))
    return;
  bw_connection_set_me (self, NULL);
  set_state (self, token != NULL ? BW_CONNECTION_STATE_CONNECTING : BW_CONNECTION_STATE_SIGNED_OUT,
             NULL);
}

/**
 * bw_connection_set_trusted_certificate:
 * @self: a connection
 * @fingerprint: (nullable): of bw_certificate_get_fingerprint()
 *
 * Trusts one certificate that this computer does not know by itself. Every other one, a renewed one
 * of the same server included, has to be asked about anew.
 */
void
bw_connection_set_trusted_certificate (BwConnection *self, const char *fingerprint)
{
  g_return_if_fail (BW_IS_CONNECTION (self));

  if (g_set_str (&self->trusted, fingerprint))
    g_clear_object (&self->refused);
}

/**
 * bw_connection_get_trusted_certificate:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): the fingerprint set
 */
const char *
bw_connection_get_trusted_certificate (BwConnection *self)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), NULL);

  return self->trusted;
}

/**
 * bw_connection_get_refused_certificate:
 * @self: a connection
 * @reasons: (out) (optional): why it was refused, for bw_certificate_flags_to_text()
 *
 * Tells which certificate made the last request fail with %BW_CLIENT_ERROR_CERTIFICATE, so that the
 * user can be shown it and asked.
 *
 * Returns: (transfer none) (nullable): the certificate; %NULL when none was refused
 */
GTlsCertificate *
bw_connection_get_refused_certificate (BwConnection *self, GTlsCertificateFlags *reasons)
{
  g_return_val_if_fail (BW_IS_CONNECTION (self), NULL);

  if (reasons != NULL)
    *reasons = self->refused != NULL ? self->refused_reasons : 0;
  return self->refused;
}

/**
 * bw_connection_accepts:
 * @self: a connection
 * @certificate: one that this computer does not trust by itself
 * @reasons: why not
 *
 * Returns: %TRUE if the user trusts it; otherwise it is kept for
 *   bw_connection_get_refused_certificate()
 */
gboolean
bw_connection_accepts (BwConnection *self,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags reasons)
{
  g_autofree char *fingerprint = bw_certificate_get_fingerprint (certificate);

  if (g_strcmp0 (fingerprint, self->trusted) == 0)
    return TRUE;
  g_set_object (&self->refused, certificate);
  self->refused_reasons = reasons;
  return FALSE;
}

/**
 * bw_connection_note_answer:
 * @self: a connection
 * @message: a message that the server answered
 *
 * Keeps in mind that the server is there and, if the request was signed, takes the token.
 */
void
bw_connection_note_answer (BwConnection *self, SoupMessage *message)
{
  learn_clock (self, message);
  if (self->token != NULL && g_strcmp0 (bw_message_get_token (message), self->token) == 0)
    set_state (self, BW_CONNECTION_STATE_ONLINE, NULL);
}

/**
 * bw_connection_note_error:
 * @self: a connection
 * @message: (nullable): the request that failed
 * @error: what it failed of, explained
 *
 * Keeps in mind that the server is away or no longer takes the token. What a request with a token
 * of the past failed of says nothing of the present.
 */
void
bw_connection_note_error (BwConnection *self, SoupMessage *message, const GError *error)
{
  if (self->token == NULL || message == NULL
      || g_strcmp0 (bw_message_get_token (message), self->token) != 0)
    return;
  if (g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED))
    {
      g_autoptr (GError) copy = g_error_copy (error);

      g_clear_pointer (&self->token, g_free);
      bw_connection_set_me (self, NULL);
      set_state (self, BW_CONNECTION_STATE_SIGNED_OUT, copy);
      g_signal_emit (self, signals[SIGN_IN_NEEDED], 0, copy);
    }
  else if (g_error_matches (error, BW_ERROR, BW_ERROR_UNAVAILABLE)
           || g_error_matches (error, BW_CLIENT_ERROR, BW_CLIENT_ERROR_CERTIFICATE))
    set_state (self, BW_CONNECTION_STATE_OFFLINE, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-options.h"

#include "bw-error.h"
#include "bw-mail-wish.h"

typedef enum
{
  KIND_TEXT,
  KIND_BOOLEAN,
  KIND_NUMBER,
} Kind;

/* One key of the configuration file: where it stands, where it goes, what it may be. */
typedef struct
{
  const char *group;
  const char *key;
  Kind kind;
  gsize offset;
  gint64 min;
  gint64 max;
} Key;

#define TEXT(group, key, member) { group, key, KIND_TEXT, G_STRUCT_OFFSET (BwOptions, member), 0, 0 }
#define BOOLEAN(group, key, member) \
  { group, key, KIND_BOOLEAN, G_STRUCT_OFFSET (BwOptions, member), 0, 0 }
#define NUMBER(group, key, member, min, max) \
  { group, key, KIND_NUMBER, G_STRUCT_OFFSET (BwOptions, member), min, max }

static const Key keys[] = {
  TEXT ("server", "listen", listen),
  TEXT ("server", "store", store),
  TEXT ("server", "log-level", log_level),
  BOOLEAN ("server", "behind-proxy", behind_proxy),
  NUMBER ("server", "threads", threads, 1, 1024),
  NUMBER ("server", "http-threads", http_threads, 1, 64),
  NUMBER ("server", "stop-timeout", stop_timeout, 0, 3600),
  TEXT ("tls", "certificate", certificate),
  TEXT ("tls", "key", key),
  NUMBER ("limits", "connections", connections, 16, 1000000),
  NUMBER ("limits", "connections-per-address", connections_per_address, 0, 1000000),
  NUMBER ("limits", "event-streams", max_streams, 1, 1000000),
  NUMBER ("limits", "idle-timeout", idle_timeout, 1, 3600),
  NUMBER ("limits", "header-timeout", header_timeout, 1, 3600),
  NUMBER ("limits", "body-timeout", body_timeout, 1, 3600),
  NUMBER ("limits", "header-size", max_header, 1024, 64 * 1024),
  NUMBER ("limits", "body-size", max_body, 1024, 1024 * 1024 * 1024),
  NUMBER ("limits", "result-size", max_result, 1024, G_GINT64_CONSTANT (1) << 40),
  NUMBER ("sign-in", "session-days", session_days, 1, 3650),
  NUMBER ("sign-in", "concurrent-hashes", password_hashes, 1, 64),
  TEXT ("mail", "server", mail_server),
  TEXT ("mail", "user", mail_user),
  TEXT ("mail", "password-file", mail_password_file),
  TEXT ("mail", "from", mail_from),
  TEXT ("mail", "ca-file", mail_ca),
};

static const Key *
find_key (const char *group, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group) && g_str_equal (keys[i].key, name))
      return &keys[i];
  return NULL;
}

static gboolean
load_key (BwOptions *self, GKeyFile *file, const Key *key, GError **error)
{
  gpointer place = G_STRUCT_MEMBER_P (self, key->offset);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  gint64 number = 0;

  if (key->kind == KIND_BOOLEAN)
    *(gboolean *) place = g_key_file_get_boolean (file, key->group, key->key, &local_error);
  else
    text = g_key_file_get_string (file, key->group, key->key, &local_error);
  if (key->kind == KIND_NUMBER && text != NULL
      && g_ascii_string_to_signed (g_strstrip (text), 10, key->min, key->max, &number, &local_error))
    *(gint64 *) place = number;
  if (local_error != NULL)
    {
      bw_set_error (error, BW_ERROR_INVALID, "The value of “%s” in [%s] is not right: %s", key->key,
                    key->group, local_error->message);
      return FALSE;
    }
  if (key->kind == KIND_TEXT)
    {
      g_free (*(char **) place);
      *(char **) place = text[0] != '\0' ? g_steal_pointer (&text) : NULL;
    }
  return TRUE;
}

/**
 * bw_options_new:
 *
 * Returns: (transfer full): options with the defaults, which data/batchworkd.conf explains
 */
BwOptions *
bw_options_new (void)
{
  BwOptions *self = g_new0 (BwOptions, 1);

  self->listen = g_strdup ("127.0.0.1:8420");
  self->log_level = g_strdup ("info");
  self->threads = 24;
  self->http_threads = 2;
  self->connections = 16384;
  self->connections_per_address = 0;
  self->idle_timeout = 60;
  self->header_timeout = 20;
  self->body_timeout = 60;
  self->stop_timeout = 10;
  self->max_header = 16 * 1024;
  self->max_body = 16 * 1024 * 1024;
  self->max_result = 1024 * 1024 * 1024;
  self->max_streams = 10000;
  self->session_days = 30;
  self->password_hashes = 2;
  return self;
}

/** bw_options_free: @self: (nullable) (transfer full): options */
void
bw_options_free (BwOptions *self)
{
  if (self == NULL)
    return;
  g_free (self->listen);
  g_free (self->store);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->log_level);
  g_free (self->mail_server);
  g_free (self->mail_user);
  g_free (self->mail_password_file);
  g_free (self->mail_from);
  g_free (self->mail_ca);
  g_free (self);
}

/**
 * bw_options_load:
 * @self: options
 * @path: a configuration file
 * @error: set when the file can't be read, or has a key that is not known or a value out of range
 *
 * Takes over what the file says. A key that is not known is an error, since a misspelt bound that is
 * silently ignored bounds nothing.
 *
 * Returns: whether the whole file was understood
 */
gboolean
bw_options_load (BwOptions *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "The configuration file “%s” can't be read: ", path);
      return FALSE;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) names = g_key_file_get_keys (file, groups[i], NULL, error);

      if (names == NULL)
        return FALSE;
      for (guint j = 0; names[j] != NULL; j++)
        {
          const Key *key = find_key (groups[i], names[j]);

          if (key == NULL)
            {
              bw_set_error (error, BW_ERROR_INVALID, "“%s”: there is no setting “%s” in [%s]", path,
                            names[j], groups[i]);
              return FALSE;
            }
          if (!load_key (self, file, key, error))
            {
              g_prefix_error (error, "“%s”: ", path);
              return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
check_mail (BwOptions *self, GError **error)
{
  if (self->mail_server == NULL)
    return TRUE;
  if (!g_str_has_prefix (self->mail_server, "smtp://") && !g_str_has_prefix (self->mail_server, "smtps://"))
    bw_set_error (error, BW_ERROR_INVALID,
                  "The mail server “%s” is not of the form smtp://HOST:PORT or smtps://HOST:PORT.",
                  self->mail_server);
  else if (self->mail_from == NULL || !bw_mail_address_is_plausible (self->mail_from))
    bw_set_error (error, BW_ERROR_INVALID,
                  "[mail] needs “from”: the address that mail is sent from.");
  else
    return TRUE;
  return FALSE;
}

/**
 * bw_options_check:
 * @self: options
 * @error: set when they contradict each other
 *
 * Checks what does not depend on the address; bw_listener_open() checks that.
 *
 * Returns: whether a server can be started with them
 */
gboolean
bw_options_check (BwOptions *self, GError **error)
{
  if (self->store == NULL)
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "No store is named. Give --store sqlite:PATH, or “store” in the configuration.");
      return FALSE;
    }
  if ((self->certificate == NULL) != (self->key == NULL))
    {
      bw_set_error (error, BW_ERROR_INVALID, "A certificate and its key are only of use together.");
      return FALSE;
    }
  return check_mail (self, error);
}

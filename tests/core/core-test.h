/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "bw-error.h"
#include "bw-json-reader.h"
#include "bw-json-writer.h"

/* What the tests of core share. */

#define assert_bw_error(error, expected_code, expected_field)                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_error (error, BW_ERROR, expected_code);                                               \
    g_assert_cmpstr (bw_error_get_field (error), ==, expected_field);                              \
  }                                                                                                \
  G_STMT_END

static inline BwJsonReader *
read_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  BwJsonReader *reader = bw_json_reader_new_for_text (text, strlen (text), &error);

  g_assert_no_error (error);
  return reader;
}

/* Fails the test unless the reader has failed at the field. Returns the message. */
static inline char *
take_failure (BwJsonReader *reader, BwErrorCode code, const char *field)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bw_json_reader_finish (reader, &error));
  assert_bw_error (error, (int) code, field);
  return g_strdup (error->message);
}

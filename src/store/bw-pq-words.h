/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The text index in PostgreSQL's terms. A document is one tsvector, in which the words of the scope
 * have a mark in front that no other word can have. What a word is, and that neither case nor accents
 * count, is the same as with SQLite's FTS5; PostgreSQL's own parser would see addresses and numbers.
 */
char *bw_pq_words_from_scope (const char *scope);
char *bw_pq_words_from_text  (const char *text);
char *bw_pq_words_query      (const char *expression);

G_END_DECLS

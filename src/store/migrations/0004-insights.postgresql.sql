-- SPDX-License-Identifier: GPL-3.0-or-later
-- The words of the audit log, see 0004-insights.sqlite.sql. No store of this engine is older than this
-- table, so there are no entries to fill it with.
CREATE TABLE action_text (
  id BIGINT NOT NULL PRIMARY KEY,
  words TSVECTOR NOT NULL
);
CREATE INDEX action_text_words ON action_text USING GIN (words);

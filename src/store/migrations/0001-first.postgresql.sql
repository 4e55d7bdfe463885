-- SPDX-License-Identifier: GPL-3.0-or-later
-- The words of a job, see 0001-first.sqlite.sql and bw-pq-words.c.
CREATE TABLE job_text (
  id BIGINT NOT NULL PRIMARY KEY,
  words TSVECTOR NOT NULL
);
CREATE INDEX job_text_words ON job_text USING GIN (words);

-- Each write takes the next number: so every node knows whether another wrote since it did.
CREATE SEQUENCE commit_number;

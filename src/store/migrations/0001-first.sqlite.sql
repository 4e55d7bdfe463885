-- SPDX-License-Identifier: GPL-3.0-or-later
-- The words of a job's name, type, creator and references. Beside them in "scope": b<business>,
-- o<owner>, t<type> and, for an automated job, a1, so that a search stays inside one business and one
-- user's rights. The row id is the job's.
CREATE VIRTUAL TABLE job_text USING fts5 (
  scope,
  text,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);

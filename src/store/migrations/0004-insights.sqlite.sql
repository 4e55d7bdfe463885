-- SPDX-License-Identifier: GPL-3.0-or-later
-- The words of the audit log. Beside them in "scope": u<account>, w<action> and, of an entry about a
-- job, o<owner> and a1 if it is automated, else o0; and j<job>. The row id is the business in front of
-- the entry's id (bw-action.h), so that a business's entries are a range.
CREATE VIRTUAL TABLE action_text USING fts5 (
  scope,
  text,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);
INSERT INTO action_text (rowid, scope, text)
SELECT (business << 40) + id,
  'u' || account || ' w' || REPLACE(action, '-', '') || ' o' || owner
    || CASE WHEN automated = 1 THEN ' a1' ELSE '' END || ' j' || job,
  actor || ' ' || COALESCE(job_name, '') || ' ' || COALESCE(detail, '')
    || CASE WHEN job <> 0 THEN ' ' || job ELSE '' END
FROM action;

-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who wants mail when jobs are done, and the mail on its way.

CREATE TABLE mail_wish (
  business BIGINT NOT NULL,
  account BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  address @text@ NOT NULL,
  everyone BIGINT NOT NULL,                    -- 1: for all jobs that the user sees; 0: for their own
  only_failures BIGINT NOT NULL,
  language @text@ NOT NULL,
  since BIGINT NOT NULL,                       -- jobs that ended before are no news
  PRIMARY KEY (business, account)
) @clustered@;

-- How far the changes of a business have been gone through for jobs that ended.
CREATE TABLE mail_mark (
  business BIGINT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL
);

-- One row a job and user, kept for a while after it was sent so that it is sent once.
CREATE TABLE mail (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  account BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,                 -- the end that it tells of
  queued_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  ended_at BIGINT,                             -- sent, or given up; NULL: waits until due_at
  PRIMARY KEY (business, job, account)
) @clustered@;
CREATE INDEX mail_due ON mail (due_at) WHERE ended_at IS NULL;
CREATE INDEX mail_ended ON mail (ended_at) WHERE ended_at IS NOT NULL;

-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first schema. @text@, @bytes@ and @clustered@ are the engine's own words (see bw-migrate.c).
-- Times are milliseconds since 1970 in UTC. Every key begins with the business, so that businesses
-- can be spread over databases. Enumerations are the numbers of src/core.

CREATE TABLE setting (
  name @text@ NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
) @clustered@;

CREATE TABLE business (
  id BIGINT NOT NULL PRIMARY KEY,
  slug @text@ NOT NULL UNIQUE,
  name @text@ NOT NULL,
  revision BIGINT NOT NULL DEFAULT 0,
  oldest_revision BIGINT NOT NULL DEFAULT 0,   -- deletions at or before it are forgotten
  retention_days BIGINT NOT NULL DEFAULT 90
);

CREATE TABLE reference_url (
  business BIGINT NOT NULL,
  kind @text@ NOT NULL,
  template @text@ NOT NULL,
  PRIMARY KEY (business, kind)
) @clustered@;

CREATE TABLE account (
  id BIGINT NOT NULL PRIMARY KEY,
  kind BIGINT NOT NULL,
  login @text@ NOT NULL UNIQUE,
  name @text@ NOT NULL,
  password_hash @text@,
  created_at BIGINT NOT NULL
);

CREATE TABLE membership (
  business BIGINT NOT NULL,
  account BIGINT NOT NULL,
  role BIGINT NOT NULL,
  added BIGINT NOT NULL DEFAULT 0,             -- permissions on top of the role's
  PRIMARY KEY (business, account)
) @clustered@;
CREATE INDEX membership_account ON membership (account);

CREATE TABLE session (
  token_hash @bytes@ NOT NULL PRIMARY KEY,
  account BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT
) @clustered@;
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE job_type (
  business BIGINT NOT NULL,
  id BIGINT NOT NULL,
  type @text@ NOT NULL,
  name @text@ NOT NULL,
  stalled_after BIGINT NOT NULL DEFAULT 3600000,
  max_attempts BIGINT NOT NULL DEFAULT 1,
  makes_result BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (business, id),
  UNIQUE (business, type)
) @clustered@;

-- Ids are given in the order of created_at within the store, so the key is also the order of creation.
CREATE TABLE job (
  business BIGINT NOT NULL,
  id BIGINT NOT NULL,
  type BIGINT NOT NULL,
  owner BIGINT NOT NULL,
  automated BIGINT NOT NULL DEFAULT 0,
  state BIGINT NOT NULL DEFAULT 0,
  cancelling BIGINT NOT NULL DEFAULT 0,
  stalled BIGINT NOT NULL DEFAULT 0,
  due BIGINT NOT NULL DEFAULT 1,               -- 0: waits for run_at
  name @text@ NOT NULL,
  name_key @text@ NOT NULL DEFAULT '',           -- the name as it is sorted: without case and accents, cut
  entity @text@,
  items BIGINT NOT NULL DEFAULT 0,
  items_success BIGINT NOT NULL DEFAULT 0,
  items_failed BIGINT NOT NULL DEFAULT 0,
  items_skipped BIGINT NOT NULL DEFAULT 0,
  items_cancelled BIGINT NOT NULL DEFAULT 0,
  progress DOUBLE PRECISION NOT NULL DEFAULT 0,
  message @text@,
  refs @text@,                                   -- JSON array of references
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT NOT NULL DEFAULT 253402300799999,  -- the end of 9999: not finished
  updated_at BIGINT NOT NULL,
  updated_by @text@,
  priority BIGINT NOT NULL DEFAULT 0,
  run_at BIGINT,
  attempt BIGINT NOT NULL DEFAULT 0,
  max_attempts BIGINT NOT NULL DEFAULT 1,
  errors_left BIGINT NOT NULL DEFAULT 0,       -- how many more attempts may end in an error and be tried again
  lapses BIGINT NOT NULL DEFAULT 0,            -- workers lost since it was submitted or retried
  result_name @text@,
  result_size BIGINT NOT NULL DEFAULT 0,
  result_upload BIGINT NOT NULL DEFAULT 0,
  log_size BIGINT NOT NULL DEFAULT 0,
  claim BIGINT NOT NULL DEFAULT 0,             -- the claim that stands, 0: none
  revision BIGINT NOT NULL,
  PRIMARY KEY (business, id)
) @clustered@;
-- Any filter by type, creator and state is a handful of ranges of this one index; the counters tell
-- which ranges are not empty and how long they are (bw-plan.c).
CREATE INDEX job_kind ON job (business, type, owner, automated, state, id);
CREATE INDEX job_revision ON job (business, revision);
CREATE INDEX job_name ON job (business, name_key, id);
CREATE INDEX job_items ON job (business, items, id);
CREATE INDEX job_finished ON job (business, finished_at, id, type, owner, automated, state) WHERE state >= 2;
CREATE INDEX job_queue ON job (business, type, owner, priority DESC, id) WHERE state = 0 AND due = 1;
CREATE INDEX job_run_at ON job (run_at) WHERE state = 0 AND due = 0;
CREATE INDEX job_cancelled ON job (finished_at) WHERE state = 5;

CREATE TABLE job_submission (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  parameters @text@,
  idempotency_key @text@,
  PRIMARY KEY (business, job)
) @clustered@;

CREATE TABLE idempotency_key (
  business BIGINT NOT NULL,
  idempotency_key @text@ NOT NULL,
  job BIGINT NOT NULL,
  PRIMARY KEY (business, idempotency_key)
) @clustered@;

CREATE TABLE item (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  item BIGINT NOT NULL,
  state BIGINT NOT NULL DEFAULT 0,
  label @text@,
  message @text@,
  ref_kind @text@,
  ref_id @text@,
  ref_label @text@,
  parameters @text@,
  attempt BIGINT NOT NULL DEFAULT 0,
  updated_at BIGINT,
  PRIMARY KEY (business, job, item)
) @clustered@;

CREATE TABLE relation (
  business BIGINT NOT NULL,
  id @text@ NOT NULL,
  label @text@ NOT NULL,
  folded @text@ NOT NULL,                        -- the label as it is searched: without case and accents
  PRIMARY KEY (business, id)
) @clustered@;

CREATE TABLE job_relation (
  business BIGINT NOT NULL,
  relation @text@ NOT NULL,
  job BIGINT NOT NULL,
  PRIMARY KEY (business, relation, job)
) @clustered@;
CREATE INDEX job_relation_job ON job_relation (business, job);

CREATE TABLE claim (
  id BIGINT NOT NULL PRIMARY KEY,
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  account BIGINT NOT NULL,
  worker @text@ NOT NULL,
  lease BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  claimed_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL
) @clustered@;

CREATE TABLE attempt (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  worker @text@ NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  error @text@,
  PRIMARY KEY (business, job, attempt)
) @clustered@;

CREATE TABLE action (
  business BIGINT NOT NULL,
  id BIGINT NOT NULL,                          -- the revision that it made
  at BIGINT NOT NULL,
  account BIGINT NOT NULL,
  actor @text@ NOT NULL,
  action @text@ NOT NULL,
  job BIGINT NOT NULL DEFAULT 0,
  detail @text@,
  PRIMARY KEY (business, id)
) @clustered@;
CREATE INDEX action_job ON action (business, job, id);

CREATE TABLE log_chunk (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  start BIGINT NOT NULL,                       -- bytes before it in the job's log
  text @bytes@ NOT NULL,
  PRIMARY KEY (business, job, start)
) @clustered@;

CREATE TABLE result_chunk (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  upload BIGINT NOT NULL,
  chunk BIGINT NOT NULL,
  data @bytes@ NOT NULL,
  PRIMARY KEY (business, job, upload, chunk)
);

-- Result files on their way in: finished or forgotten when their claim ends.
CREATE TABLE upload (
  id BIGINT NOT NULL PRIMARY KEY,
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  claim BIGINT NOT NULL
) @clustered@;

CREATE TABLE pause (
  business BIGINT NOT NULL,
  id BIGINT NOT NULL,                          -- the revision that it made
  account BIGINT NOT NULL DEFAULT 0,
  type BIGINT NOT NULL DEFAULT 0,
  everything BIGINT NOT NULL DEFAULT 0,
  reason @text@,
  paused_by @text@ NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (business, id)
) @clustered@;

CREATE TABLE deleted (
  business BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  job BIGINT NOT NULL,
  owner BIGINT NOT NULL,
  automated BIGINT NOT NULL,
  deleted_at BIGINT NOT NULL,
  PRIMARY KEY (business, revision, job)
) @clustered@;

-- How many jobs, by what they are and when they were created: level 1 by UTC day, 2 by quarter of an
-- hour. Every time zone's day begins on a quarter of an hour of UTC, so a user's days come out exact
-- from whole spans.
CREATE TABLE counter (
  business BIGINT NOT NULL,
  level BIGINT NOT NULL,
  span BIGINT NOT NULL,                        -- days, or quarters of an hour, since 1970
  type BIGINT NOT NULL,
  owner BIGINT NOT NULL,
  automated BIGINT NOT NULL,
  state BIGINT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (business, level, span, type, owner, automated, state)
) @clustered@;

-- The first job of each quarter of an hour: turns a range of time into a range of ids.
CREATE TABLE span (
  business BIGINT NOT NULL,
  span BIGINT NOT NULL,
  first_job BIGINT NOT NULL,
  PRIMARY KEY (business, span)
) @clustered@;

-- The revision at which a day's counters last changed, so that readers can keep days in memory.
CREATE TABLE day (
  business BIGINT NOT NULL,
  day BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (business, day)
) @clustered@;

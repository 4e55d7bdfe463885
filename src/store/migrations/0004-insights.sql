-- SPDX-License-Identifier: GPL-3.0-or-later
-- What ended, kept after the jobs are removed; which workers there are; and an audit log that can be
-- searched.

-- When it was retried last: a job waits since then. NULL: since created_at, or its run_at.
ALTER TABLE job ADD COLUMN queued_at BIGINT;
UPDATE job SET queued_at = retried.at
  FROM (SELECT business, job, MAX(at) AS at FROM action WHERE action = 'retry' GROUP BY business, job) AS retried
  WHERE retried.business = job.business AND retried.job = job.id;

CREATE INDEX job_scheduled ON job (business, type, owner, automated) WHERE state = 0 AND due = 0;
CREATE INDEX job_stalled ON job (business, type, owner, automated) WHERE stalled = 1;

-- How many jobs ended in each quarter of an hour, and their items, running and waiting times in
-- milliseconds. A bucket of running times is an eighth of an octave (bw-histogram.h). Old quarters
-- are summed up into the first one of their hour, later of their day (bw-views-upkeep.c).
CREATE TABLE finish (
  business BIGINT NOT NULL,
  span BIGINT NOT NULL,                        -- quarters of an hour since 1970
  type BIGINT NOT NULL,
  owner BIGINT NOT NULL,
  automated BIGINT NOT NULL,
  state BIGINT NOT NULL,
  bucket BIGINT NOT NULL,
  n BIGINT NOT NULL,
  items BIGINT NOT NULL,
  items_failed BIGINT NOT NULL,
  run_ms BIGINT NOT NULL,
  wait_ms BIGINT NOT NULL,
  PRIMARY KEY (business, span, type, owner, automated, state, bucket)
) @clustered@;

-- The revision at which an hour's rows last changed, so that readers can keep hours in memory.
CREATE TABLE finish_hour (
  business BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (business, hour)
) @clustered@;

-- Where each bucket of a running time of 8 ms and more is, by the octave that it lies in. A table, so
-- that a million jobs find theirs by its key.
CREATE TABLE octave (low BIGINT NOT NULL PRIMARY KEY, eighth BIGINT NOT NULL, bucket BIGINT NOT NULL) @clustered@;
INSERT INTO octave (low, eighth, bucket)
WITH RECURSIVE octaves (low, eighth, bucket) AS (
  SELECT CAST(8 AS BIGINT), CAST(1 AS BIGINT), CAST(8 AS BIGINT)
  UNION ALL SELECT low * 2, eighth * 2, bucket + 8 FROM octaves WHERE bucket < 304
)
SELECT low, eighth, bucket FROM octaves;

INSERT INTO finish
  (business, span, type, owner, automated, state, bucket, n, items, items_failed, run_ms, wait_ms)
WITH ended AS (
  SELECT business, type, owner, automated, state, items, items_failed, finished_at / 900000 AS span,
    CASE WHEN started_at < finished_at THEN finished_at - started_at ELSE 0 END AS run,
    CASE WHEN started_at IS NULL THEN 0
         WHEN queued_at IS NOT NULL THEN started_at - queued_at
         WHEN run_at BETWEEN created_at AND started_at THEN started_at - run_at
         ELSE started_at - created_at END AS wait
  FROM job WHERE state >= 2
)
SELECT business, span, type, owner, automated, state,
  CASE WHEN run < 8 THEN run ELSE o.bucket + (run - o.low) / o.eighth END AS bucket,
  COUNT(*), SUM(items), SUM(items_failed), SUM(run), SUM(CASE WHEN wait > 0 THEN wait ELSE 0 END)
FROM ended LEFT JOIN octave o ON o.low = (SELECT MAX(low) FROM octave WHERE low <= run)
GROUP BY 1, 2, 3, 4, 5, 6, 7;
DROP TABLE octave;

INSERT INTO finish_hour (business, hour, revision) SELECT DISTINCT business, span / 4, 0 FROM finish;

-- Who works: one row a business, since a worker is seen by each that it works for.
CREATE TABLE worker (
  business BIGINT NOT NULL,
  account BIGINT NOT NULL,
  name @text@ NOT NULL,
  types @text@ NOT NULL,                         -- what it asks for, with commas between; *: all; '': not known
  last_seen_at BIGINT NOT NULL,
  PRIMARY KEY (business, account, name)
) @clustered@;

CREATE TABLE worker_hour (
  business BIGINT NOT NULL,
  account BIGINT NOT NULL,
  name @text@ NOT NULL,
  hour BIGINT NOT NULL,                        -- hours since 1970
  finished BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  PRIMARY KEY (business, account, name, hour)
) @clustered@;

-- How many items were done when the claim began, from which follows how fast they are done.
ALTER TABLE claim ADD COLUMN items_done BIGINT NOT NULL DEFAULT 0;
UPDATE claim SET items_done =
  (SELECT COUNT(*) FROM item i WHERE i.business = claim.business AND i.job = claim.job
   AND i.state <> 0 AND i.attempt < claim.attempt);

-- What an entry says of its job stays when the job is gone, and decides who may see the entry.
ALTER TABLE action ADD COLUMN job_name @text@;
ALTER TABLE action ADD COLUMN owner BIGINT NOT NULL DEFAULT 0;
ALTER TABLE action ADD COLUMN automated BIGINT NOT NULL DEFAULT 0;
UPDATE action SET
  job_name = (SELECT j.name FROM job j WHERE j.business = action.business AND j.id = action.job),
  owner = COALESCE((SELECT j.owner FROM job j WHERE j.business = action.business AND j.id = action.job), -1),
  automated =
    COALESCE((SELECT j.automated FROM job j WHERE j.business = action.business AND j.id = action.job), 0)
  WHERE job <> 0;
CREATE INDEX action_kind ON action (business, action, id);

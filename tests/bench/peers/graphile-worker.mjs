// SPDX-License-Identifier: GPL-3.0-or-later
//
// graphile-worker on PostgreSQL. It deletes a job that has succeeded, so it keeps no history. In batches: with
// its local queue, which claims 500 at a time, and completions that are written together.

import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { EventEmitter } from "node:events";
import pg from "pg";

const NAME = "send-invoices";
const logger = new Logger(() => (level, message) => {
  if (level === "error")
    throw new Error(message);
});

export async function open(connectionString, concurrency) {
  const utils = await makeWorkerUtils({ connectionString, maxPoolSize: concurrency, logger });
  await utils.migrate();
  const pool = new pg.Pool({ connectionString, max: 1 });

  return {
    submit(payloads) {
      return payloads.length === 1
        ? utils.addJob(NAME, payloads[0])
        : utils.addJobs(payloads.map((payload) => ({ identifier: NAME, payload })));
    },

    async work({ concurrency: workers, batch }, onFinished) {
      const events = new EventEmitter();
      events.on("job:success", () => onFinished(1));
      const runner = await run({
        connectionString,
        events,
        logger,
        noHandleSignals: true,
        parsedCronItems: [],
        taskList: { [NAME]: async () => {} },
        preset: {
          worker: {
            concurrentJobs: workers,
            maxPoolSize: workers + 2,
            ...(batch > 1 ? { localQueue: { size: 500 }, completeJobBatchDelay: 0 } : {}),
          },
        },
      });
      return () => runner.stop();
    },

    async waiting() {
      return (await pool.query("SELECT count(*)::int AS n FROM graphile_worker._private_jobs")).rows[0].n;
    },

    async fill() {
      return 0;
    },

    async close() {
      await pool.end();
      await utils.release();
    },
  };
}

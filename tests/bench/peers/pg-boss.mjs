// SPDX-License-Identifier: GPL-3.0-or-later
//
// pg-boss on PostgreSQL, with its defaults: what has ended is kept for a week. Its work() polls at most twice
// a second, so fetch() and complete() are called in a loop, which is the most it can do.

import { PgBoss } from "pg-boss";
import pg from "pg";

const NAME = "bench";

export async function open(connectionString, concurrency) {
  const boss = new PgBoss({ connectionString, max: concurrency, schedule: false });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(NAME);
  const pool = new pg.Pool({ connectionString, max: 1 });
  const waits = "SELECT count(*)::int AS n FROM pgboss.job WHERE name = $1 AND state <> 'completed'";

  return {
    submit(payloads) {
      return payloads.length === 1
        ? boss.send(NAME, payloads[0])
        : boss.insert(NAME, payloads.map((data) => ({ data })));
    },

    async work({ concurrency: workers, batch }, onFinished) {
      let stopping = false;
      const loops = Array.from({ length: workers }, async () => {
        while (!stopping) {
          const jobs = await boss.fetch(NAME, { batchSize: batch });
          if (jobs.length === 0)
            return;
          await boss.complete(NAME, jobs.map((job) => job.id));
          onFinished(jobs.length);
        }
      });
      return () => {
        stopping = true;
        return Promise.all(loops);
      };
    },

    async waiting() {
      return (await pool.query(waits, [NAME])).rows[0].n;
    },

    // Copies a job that has ended, every half second one of the last days.
    async fill(n) {
      const { rows } = await pool.query(
        `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = 'pgboss' AND table_name = 'job' AND is_generated = 'NEVER' ORDER BY ordinal_position`);
      const columns = rows.map((row) => row.name);
      const values = columns.map((column) => ({
        id: "gen_random_uuid()",
        created_on: "created_on - g * interval '0.5 s'",
        completed_on: "completed_on - g * interval '0.5 s'",
      })[column] ?? column);
      const { rowCount } = await pool.query(
        `INSERT INTO pgboss.job (${columns.join(", ")})
         SELECT ${values.join(", ")}
         FROM (SELECT * FROM pgboss.job WHERE name = $1 AND state = 'completed' LIMIT 1) AS job,
              generate_series(1, $2::int) AS g`, [NAME, n]);
      await pool.query("VACUUM ANALYZE");
      return rowCount;
    },

    async close() {
      await pool.end();
      await boss.stop({ graceful: false });
    },
  };
}

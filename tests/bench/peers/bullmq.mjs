// SPDX-License-Identifier: GPL-3.0-or-later
//
// BullMQ on Redis, with its defaults: what has ended is kept. It has no batches of work: a worker with a
// concurrency of 20 takes its next job with the same call that ends the one before.

import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

const NAME = "bench";

// A job that has ended, copied under new ids, and its place in the set of those that have.
const COPY = `
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local id = 'old-' .. i
  redis.call('COPY', KEYS[1], KEYS[2] .. id)
  redis.call('ZADD', KEYS[3], ARGV[3] - i, id)
end`;

export async function open(path) {
  // as BullMQ asks for: a worker waits for Redis however long it takes
  const connect = () => new Redis({ path, maxRetriesPerRequest: null });
  const connection = connect();
  const queue = new Queue(NAME, { connection });
  await queue.waitUntilReady();

  return {
    submit(payloads) {
      return payloads.length === 1
        ? queue.add("send-invoices", payloads[0])
        : queue.addBulk(payloads.map((data) => ({ name: "send-invoices", data })));
    },

    async work({ concurrency }, onFinished) {
      const worker = new Worker(NAME, async () => {}, { connection: connect(), concurrency });
      worker.on("completed", () => onFinished(1));
      worker.on("error", (error) => {
        throw error;
      });
      await worker.waitUntilReady();
      return () => worker.close();
    },

    async waiting() {
      const counts = await queue.getJobCounts("waiting", "active", "failed", "delayed");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },

    async fill(n) {
      const before = await queue.getCompletedCount();
      const [job] = await queue.getCompleted(0, 0);
      for (let first = 1; first <= n; first += 1000)
        await connection.eval(COPY, 3, queue.toKey(job.id), queue.toKey(""), queue.toKey("completed"),
          first, Math.min(first + 999, n), Date.now());
      return (await queue.getCompletedCount()) - before;
    },

    async close() {
      await queue.close();
      connection.disconnect();
    },
  };
}

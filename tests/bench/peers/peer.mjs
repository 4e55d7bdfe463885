// SPDX-License-Identifier: GPL-3.0-or-later
//
// Puts load on one peer through its own library, as its manual shows it.
//
//   node peer.mjs bullmq|pg-boss|graphile-worker ADDRESS PAYLOAD
//
// Reads commands as lines of JSON from standard input and answers each with one line:
//
//   {"do": "submit", "concurrency": 20, "batch": 1, "warm": 0.5, "seconds": 2}
//   {"do": "work", "concurrency": 20, "batch": 1, "warm": 0.5, "seconds": 2}
//   {"do": "waiting"}, {"do": "fill", "jobs": 1000000}
//
// A peer's module gives open(address, concurrency), which resolves to an object with:
//
//   submit(payloads)                        resolves when they are kept as surely as the engine promises
//   work({concurrency, batch}, onFinished)  starts workers that do nothing; resolves to a function that stops
//                                           them; onFinished(n) tells that n jobs have ended
//   waiting()                               how many jobs have not ended
//   fill(n)                                 puts n jobs there that have ended; resolves to how many it keeps
//   close()

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [name, address, payload] = process.argv.slice(2);
const { open } = await import(`./${name}.mjs`);
const peer = await open(address, 20);

const now = () => performance.now() / 1000;

async function submit({ concurrency, batch, warm, seconds }) {
  const payloads = Array.from({ length: batch }, () => JSON.parse(payload));
  const begin = now() + warm;
  const end = begin + seconds;
  const latencies = [];
  let all = 0;

  const produce = async () => {
    for (let asked = now(); asked < end; asked = now()) {
      await peer.submit(payloads);
      all += batch;
      const answered = now();
      if (answered >= begin && answered < end)
        latencies.push(answered - asked);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, produce));
  latencies.sort((a, b) => a - b);
  const at = (part) => (latencies[Math.floor(latencies.length * part)] ?? seconds) * 1000;
  return { jobs: latencies.length * batch, all, seconds, median_ms: at(0.5), p99_ms: at(0.99) };
}

async function work({ concurrency, batch, warm, seconds }) {
  let begin = Infinity;
  let end = Infinity;
  let jobs = 0;
  let all = 0;
  let last = 0;

  const stop = await peer.work({ concurrency, batch }, (n) => {
    const at = now();

    all += n;
    if (at >= begin && at < end) {
      jobs += n;
      last = at;
    }
  });
  begin = now() + warm;
  end = begin + seconds;
  await sleep((warm + seconds) * 1000);
  await stop();

  // Workers that ran out of jobs were as fast as they were until then.
  const dry = (await peer.waiting()) === 0;
  if (dry && jobs === 0)
    throw new Error(`${name} ran out of jobs while it warmed up`);
  return { jobs, all, seconds: dry ? last - begin : seconds, ran_dry: dry };
}

async function obey(command) {
  switch (command.do) {
    case "submit":
      return submit(command);
    case "work":
      return work(command);
    case "waiting":
      return { jobs: await peer.waiting() };
    case "fill":
      return { jobs: await peer.fill(command.jobs) };
    default:
      throw new Error(`Unknown command: ${command.do}`);
  }
}

process.stdout.write(JSON.stringify({ node: process.version }) + "\n");
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(JSON.stringify(await obey(JSON.parse(line))) + "\n");
await peer.close();
process.exit(0);

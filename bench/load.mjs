import pg from 'pg';
import { forgetConnections } from './http-client.mjs';

/**
 * The load generator: a process of its own, so that its work is nobody's. It is told what to prepare and when to run
 * by messages, and answers each.
 */
const loads = new Map();
let next;

process.on('message', (message) => {
  answer(message).then(
    (reply) => process.send(reply),
    (error) => process.send({ error: error.stack ?? String(error) }),
  );
});

async function answer({ prepare, run }) {
  forgetConnections();
  if (prepare) {
    next = await (await loadOf(prepare))[prepare.work](prepare.count);
    return {};
  }
  return drive(run);
}

async function loadOf({ load, base, databaseUrl, options }) {
  if (!loads.has(base)) {
    const { load: make } = await import(`./loads/${load}.mjs`);
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, idleTimeoutMillis: 1_000 });
    pool.on('error', () => undefined);
    loads.set(base, make({ base, pool, ...options }));
  }
  return loads.get(base);
}

/** Each of the workers asks, waits for the answer, and asks again. Latencies are in milliseconds. */
async function drive({ seconds, concurrency }) {
  const latencies = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let before = performance.now(); before < end;) {
        if (!(await next())) return;
        const after = performance.now();
        latencies.push(after - before);
        before = after;
      }
    }),
  );
  return { latencies: Float64Array.from(latencies), milliseconds: performance.now() - start };
}

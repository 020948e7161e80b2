import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { cpuOfTree, memoryOfTree } from './processes.mjs';

/** The process that asks; see load.mjs. */
export function startLoad() {
  const child = fork(fileURLToPath(new URL('load.mjs', import.meta.url)), { serialization: 'advanced' });
  const tell = (message) =>
    new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`The load generator ended with ${code}.`));
      child.once('exit', ended);
      child.once('message', (reply) => {
        child.off('exit', ended);
        if (reply.error) reject(new Error(reply.error));
        else resolve(reply);
      });
      child.send(message);
    });
  return { tell, stop: () => child.disconnect() };
}

/** Makes what a round needs, and vacuums: between the rounds rather than in whichever it happens to fall into. */
export async function prepare({ load, server, work, seconds }) {
  const { base, databaseUrl, load: name, loadOptions: options } = server;
  // More than any server answers: what is not used stays unused.
  const count = Math.ceil(seconds * 6_000);
  await load.tell({ prepare: { load: name, base, databaseUrl, options, work, count } });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('VACUUM (ANALYZE)');
  await client.end();
}

/**
 * One round of one work on one server, {@link prepare} before the clocks are read. The processor time of the server
 * and that of every PostgreSQL process count; nothing else is asked of the cluster meanwhile.
 *
 * @returns requests, milliseconds, microseconds of processor time of each side, bytes of memory, and each request's
 *   milliseconds
 */
export async function measure(round) {
  const { cluster, load, server, seconds, concurrency } = round;
  await prepare(round);
  const before = { server: cpuOfTree(server.pid), database: cpuOfTree(cluster.pid) };
  const { latencies, milliseconds } = await load.tell({ run: { seconds, concurrency } });
  const after = { server: cpuOfTree(server.pid), database: cpuOfTree(cluster.pid) };
  return {
    requests: latencies.length,
    milliseconds,
    server: after.server - before.server,
    database: after.database - before.database,
    memory: memoryOfTree(server.pid),
    latencies,
  };
}

/** A round that warms the server up, and how many statements a request takes; BEGIN and COMMIT are statements. */
export async function countStatements(round) {
  const { cluster, load, server, seconds, concurrency } = round;
  const database = new URL(server.databaseUrl).pathname.slice(1);
  await prepare(round);
  await track(cluster.root, 'top');
  await cluster.root.query('SELECT pg_stat_statements_reset()');
  const { latencies } = await load.tell({ run: { seconds, concurrency } });
  const { rows } = await cluster.root.query(
    `SELECT sum(calls)::int AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
     WHERE d.datname = $1`,
    [database],
  );
  await track(cluster.root, 'none');
  return rows[0].calls / latencies.length;
}

async function track(root, which) {
  await root.query(`ALTER SYSTEM SET pg_stat_statements.track = '${which}'`);
  await root.query('SELECT pg_reload_conf()');
}

/**
 * A process of its own that uses the launcher; tests build it, start it and kill it.
 *
 *     node embedded-child.js <data dir> <start module> <mode>
 *
 * It writes one JSON object a line: first how the start went, then what the mode says. `hold` serves until its input
 * ends, and starts again for each line it gets; `write` inserts rows one by one and writes each number once it is
 * committed; `forget` does nothing more and never stops the server; `interrupted` waits for SIGINT, then still uses
 * the database before it ends.
 */
import { createInterface } from 'node:readline';
import pg from 'pg';

interface Started {
  url: string;
  owner: boolean;
  stop(): Promise<void>;
}

const [dataDir, startModule, mode] = process.argv.slice(2) as [string, string, string];
const { startEmbeddedPostgres } = (await import(startModule)) as {
  startEmbeddedPostgres(options: { dataDir: string }): Promise<Started>;
};

const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function start(): Promise<Started> {
  const begin = performance.now();
  const started = await startEmbeddedPostgres({ dataDir });
  say({ url: started.url, owner: started.owner, ms: Math.round(performance.now() - begin) });
  return started;
}

function poolFor(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', () => undefined);
  return pool;
}

async function write(url: string): Promise<void> {
  const pool = poolFor(url);
  await pool.query('CREATE TABLE IF NOT EXISTS written (id bigint PRIMARY KEY, note text NOT NULL)');
  for (;;) {
    // Not a sequence: those leave gaps after a crash, and a gap here must mean a lost row.
    const { rows } = await pool.query(
      "INSERT INTO written SELECT coalesce(max(id), 0) + 1, repeat('x', 200) FROM written RETURNING id",
    );
    say(rows[0] as object);
  }
}

async function useAfterInterrupt(server: Started): Promise<void> {
  await interrupted;
  const pool = poolFor(server.url);
  const { rows } = await pool.query('SELECT pg_sleep(0.3), 42 AS answer');
  await pool.end();
  await server.stop();
  say({ answer: (rows[0] as { answer: number }).answer });
}

// Listening before the start is reported: the signal may come at once.
const interrupted =
  mode === 'interrupted' ? new Promise((resolve) => process.once('SIGINT', resolve)) : undefined;

try {
  let server = await start();
  if (mode === 'write') await write(server.url);
  if (mode === 'interrupted') {
    process.stdin.resume();
    await useAfterInterrupt(server);
    process.stdin.destroy();
  }
  if (mode === 'hold') {
    for await (const line of createInterface({ input: process.stdin })) if (line) server = await start();
    await server.stop();
    say({ stopped: true });
  }
} catch (error) {
  say({ error: (error as Error).message });
  process.exitCode = 1;
}

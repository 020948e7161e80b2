import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runJob, until } from '../support/run-job.js';
import { startServer, type TestServer } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const MANY = 100_000;
const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let database: TestDatabase;
let servers: TestServer[];
beforeEach(async () => {
  database = await createTestDatabase();
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await database.drop();
});

async function start(): Promise<TestServer> {
  const server = await startServer({ DATABASE_URL: database.url, ENCRYPTION_KEYS, RATE_LIMITS: 'off' });
  servers.push(server);
  return server;
}

/** Tokens of a grant that is no more, all expired. */
async function pileUp(): Promise<void> {
  await database.pool.query(
    `INSERT INTO access_tokens (hash, grant_id, expires_at)
     SELECT sha256(n::text::bytea), 0, now() - n * interval '1 second' FROM generate_series(1, $1::int) AS n`,
    [MANY],
  );
  await database.pool.query(
    `INSERT INTO refresh_tokens (hash, grant_id, client_id, expires_at)
     SELECT hash, 0, 'sd_cl_gone', expires_at FROM access_tokens`,
  );
}

/** How many of the piled up tokens are left. */
async function left(table: 'access_tokens' | 'refresh_tokens'): Promise<number> {
  const { rows } = await database.pool.query(`SELECT count(*)::int AS n FROM ${table} WHERE grant_id = 0`);
  return rows[0].n;
}

const enqueue = () => database.pool.query(`SELECT graphile_worker.add_job('tokens.reap')`);
const someAreGone = async () => (await left('access_tokens')) < MANY;
const reapers = async () => {
  const { rows } = await database.pool.query(
    `SELECT count(DISTINCT pid)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0].n as number;
};

describe(`reaping ${MANY} access tokens and as many refresh tokens`, () => {
  it('beside 20 clients that refresh: all of it goes, no refresh fails, nothing that lives is gone', async () => {
    const client = new TestClient(await start());
    await pileUp();
    const users = Array.from({ length: 20 }, (_, n) => `user-${n}`);
    const chains = await Promise.all(
      users.map(async (sub) => {
        const registration = await client.register();
        return { registration, pairs: [await client.tokens(registration, {}, { sub })] };
      }),
    );
    let isDone = false;
    const refreshing = chains.map(async ({ registration, pairs }) => {
      while (!isDone) {
        const { status, body, text } = await client.refresh(registration, pairs.at(-1)!.refresh_token);
        expect([status, text]).toEqual([200, text]);
        pairs.push(body as (typeof pairs)[number]);
      }
    });
    await runJob(database.pool, 'tokens.reap').finally(() => (isDone = true));
    await Promise.all(refreshing);
    expect([await left('access_tokens'), await left('refresh_tokens')]).toEqual([0, 0]);
    const issued = chains.flatMap(({ pairs }) => pairs).length;
    expect(issued).toBeGreaterThan(2 * users.length);
    const { rows } = await database.pool.query(
      `SELECT (SELECT count(*)::int FROM access_tokens) AS access, (SELECT count(*)::int FROM refresh_tokens) AS refresh`,
    );
    expect(rows[0]).toEqual({ access: issued, refresh: issued });
  });

  it('kill -9 in the middle: another replica goes on with what is left', async () => {
    const doomed = await start();
    await pileUp();
    await enqueue();
    await until(someAreGone);
    await doomed.stop('SIGKILL');
    expect(await left('refresh_tokens')).toBeGreaterThan(0);
    await start();
    await until(async () => (await reapers()) === 0);
    await runJob(database.pool, 'tokens.reap');
    expect([await left('access_tokens'), await left('refresh_tokens')]).toEqual([0, 0]);
  });

  it('one replica at a time: whoever comes while another one is at it does nothing', async () => {
    await Promise.all([start(), start()]);
    await pileUp();
    for (let times = 0; times < 4; times += 1) await enqueue();
    await until(someAreGone);
    // Three of the four jobs are over at once; the turn is still with the one.
    await until(
      async () => (await database.pool.query('SELECT FROM graphile_worker.jobs')).rows.length === 1,
    );
    expect([await reapers(), await left('refresh_tokens')]).toEqual([1, expect.any(Number)]);
    expect(await left('refresh_tokens')).toBeGreaterThan(0);
    await until(
      async () => (await database.pool.query('SELECT FROM graphile_worker.jobs')).rows.length === 0,
    );
    expect([await left('access_tokens'), await left('refresh_tokens')]).toEqual([0, 0]);
    const lines = servers.flatMap(({ logs }) => logs.filter((line) => line.includes('Reaped.')));
    expect(lines).toHaveLength(1);
  });

  it('a server that is told to stop does not wait for the end of it', async () => {
    const server = await start();
    await pileUp();
    await enqueue();
    await until(someAreGone);
    expect(await server.stop()).toBe(0);
    expect(await left('refresh_tokens')).toBeGreaterThan(0);
    expect(server.logs.filter((line) => /"level":[456]0/.test(line))).toEqual([]);
    servers = [];
  });
});

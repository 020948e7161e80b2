import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runJob, until, untilOneWaits } from '../support/run-job.js';
import { startServer, type TestServer } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const MANY = 100_000;
const FEW = 20_000;
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

/** Access tokens and codes of a grant that is no more, all expired. */
async function pileUp(many: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO access_tokens (hash, grant_id, created_at, expires_at)
     SELECT sha256(n::text::bytea), 0, now() - interval '1 day', now() - n * interval '1 second' FROM generate_series(1, $1::int) AS n`,
    [many],
  );
  await database.pool.query(
    `INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, expires_at)
     SELECT hash, 0, '', '', expires_at - interval '1 hour' FROM access_tokens WHERE grant_id = 0`,
  );
}

/** How many of the piled up rows are left: access tokens, codes. */
async function left(): Promise<[number, number]> {
  const { rows } = await database.pool.query(
    `SELECT (SELECT count(*)::int FROM access_tokens WHERE grant_id = 0) AS access,
       (SELECT count(*)::int FROM authorization_codes WHERE grant_id = 0) AS codes`,
  );
  return [rows[0].access, rows[0].codes];
}

const enqueue = () => database.pool.query(`SELECT graphile_worker.add_job('tokens.reap')`);

/** How many jobs wait or run. */
async function jobs(): Promise<number> {
  return (await database.pool.query('SELECT FROM graphile_worker.jobs')).rows.length;
}

/** Starts a run and stops it half-way, where access tokens are gone and codes are not. Returns what lets go. */
async function holdHalfway(): Promise<() => Promise<void>> {
  const holder = await database.pool.connect();
  await holder.query('BEGIN; LOCK TABLE authorization_codes IN SHARE MODE');
  await enqueue();
  await untilOneWaits(database.pool);
  expect(await left()).toEqual([0, FEW]);
  return async () => {
    await holder.query('COMMIT');
    holder.release();
  };
}

it(`${MANY} of each kind, beside 20 clients that refresh: all go, no refresh fails, nothing that lives is gone`, async () => {
  const client = new TestClient(await start());
  await pileUp(MANY);
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
  expect(await left()).toEqual([0, 0]);
  const issued = chains.flatMap(({ pairs }) => pairs).length;
  expect(issued).toBeGreaterThan(users.length);
  const { rows } = await database.pool.query(
    `SELECT (SELECT count(*)::int FROM access_tokens) AS access, (SELECT count(*)::int FROM authorization_codes) AS codes`,
  );
  expect(rows[0]).toEqual({ access: issued, codes: chains.length });
}, 120_000);

it('kill -9 in the middle: another replica goes on with what is left', async () => {
  const doomed = await start();
  await pileUp(FEW);
  const letGo = await holdHalfway();
  await doomed.stop('SIGKILL');
  await letGo();
  await start();
  // PostgreSQL ends the statement at hand before it sees that nobody waits for it.
  await until(async () => {
    await runJob(database.pool, 'tokens.reap');
    return (await left())[1] === 0;
  });
});

it('one replica at a time: whoever comes while another one is at it does nothing', async () => {
  await Promise.all([start(), start()]);
  await pileUp(FEW);
  const letGo = await holdHalfway();
  for (let times = 0; times < 4; times += 1) await enqueue();
  await until(async () => (await jobs()) === 1);
  await letGo();
  await until(async () => (await jobs()) === 0);
  expect(await left()).toEqual([0, 0]);
  const lines = () => servers.flatMap(({ logs }) => logs.filter((line) => line.includes('Reaped.')));
  await until(async () => lines().length > 0);
  expect(lines()).toHaveLength(1);
});

it('a server that is told to stop ends the statement at hand, and leaves the rest', async () => {
  const server = await start();
  await pileUp(FEW);
  const letGo = await holdHalfway();
  const stopped = server.stop();
  // What is answered now was asked after the signal.
  await new TestClient(server).request('/health/live');
  await letGo();
  expect(await stopped).toBe(0);
  expect((await left())[1]).toBeGreaterThan(0);
  expect(server.logs.filter((line) => /"level":[456]0/.test(line))).toEqual([]);
});

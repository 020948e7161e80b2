import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { forgetAccounts, letPass, Owner } from '../out/account-calls.js';
import type { OutStage } from '../out/traveller.js';
import { freePort } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { expectAway, recovered } from './away.js';
import { Load, lostOf } from './load.js';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.js';
import { type Replica, startReplicas } from './replicas.js';

/** Seconds for which the database is away; `npm run faults` says 30. */
const OUTAGE = Number(process.env.FAULT_SECONDS ?? 3);

let postgres: OwnPostgres;
let sandbox: Sandbox;
let replica: Replica;
let client: TestClient;
let stage: OutStage;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  const PORT = String(await freePort());
  sandbox = await startSandbox({ callbackOrigins: [`http://127.0.0.1:${PORT}`] });
  const PROVIDER_ORIGINS = JSON.stringify(sandbox.origins);
  [replica] = (await startReplicas(1, { PORT, DATABASE_URL: postgres.url, PROVIDER_ORIGINS })) as [Replica];
  const database = new pg.Pool({ connectionString: postgres.url, max: 2 });
  database.on('error', () => undefined);
  const app = { ...replica.server, database, databaseUrl: postgres.url, close: () => database.end() };
  stage = { app, sandbox, close: app.close };
  client = new TestClient(app);
}, 120_000);
afterAll(async () => {
  await stage.close();
  await replica.server.stop();
  await sandbox.stop();
  await postgres.close();
}, 60_000);

const lives = () => expect(replica.server.process.exitCode).toBeNull();

describe.each(['fast', 'crash'] as const)('a database that is restarted under load (%s)', (how) => {
  it('callers are told to come again and get what they wanted; nothing that was given is lost', async () => {
    const load = new Load(() => replica.address, 4, true);
    await served(load, 50);
    await postgres.stop(how);
    await expectAway(client);
    await postgres.start();
    await recovered(client);
    await served(load, 50);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.cut).toBe(0);
    expect(await lostOf(load.chains, client)).toEqual([]);
    lives();
  }, 90_000);
});

describe('a database that goes away while a job runs', () => {
  it('does not take the server along, and jobs go on afterwards', async () => {
    const owner = new Owner(stage);
    await owner.connect('x', { person: 'ben' });
    const lock = await stage.app.database.connect();
    lock.on('error', () => undefined);
    await lock.query('BEGIN; LOCK TABLE provider_consents');
    await postgres.run(`SELECT graphile_worker.add_job('accounts.claim-due')`);
    const WAITS = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'swingdoor'`;
    while ((await postgres.run(WAITS)).rows.length === 0) await delay(10);
    await postgres.stop();
    lock.release(true);
    await expectAway(client);
    // The job has failed by now, and there was nowhere to write that down.
    while (!replica.server.logs.some((line) => line.includes('The queue stopped'))) await delay(20);
    await postgres.start();
    await recovered(client);
    await letPass(stage, 7_190);
    const before = sandbox.world.seen().calls['x.refresh'] ?? 0;
    await postgres.run(`SELECT graphile_worker.add_job('accounts.claim-due')`);
    while ((sandbox.world.seen().calls['x.refresh'] ?? 0) === before) await delay(50);
    lives();
    // A connection that is left would be renewed along with those of the tests that follow.
    await forgetAccounts(stage);
  }, 90_000);
});

describe('a database that goes away while it is reaped', () => {
  it('is reaped to the end when it is back', async () => {
    const EXPIRED = `INSERT INTO access_tokens (hash, grant_id, created_at, expires_at)
      SELECT sha256(n::text::bytea), 0, now() - interval '2 days', now() - interval '1 day' FROM generate_series(1, 20000) AS n`;
    const left = async () =>
      (await postgres.run('SELECT FROM access_tokens WHERE grant_id = 0 LIMIT 1')).rows.length;
    await postgres.run(EXPIRED);
    await postgres.run(`SELECT graphile_worker.add_job('tokens.reap', job_key => 'cron:tokens.reap')`);
    while ((await postgres.run('SELECT FROM access_tokens WHERE grant_id = 0')).rows.length === 20_000) {
      await delay(5);
    }
    await postgres.stop('crash');
    await expectAway(client);
    await postgres.start();
    await recovered(client);
    await postgres.run(`SELECT graphile_worker.add_job('tokens.reap', job_key => 'cron:tokens.reap')`);
    while ((await left()) > 0) await delay(50);
    lives();
  }, 90_000);
});

describe(`a database that is away for ${OUTAGE} s`, () => {
  it('the server lives, is not ready, and recovers by itself, jobs and renewing included', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    await letPass(stage, 7_190);
    sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'slow', ms: 1_000, times: 1 });
    const refreshes = () => sandbox.world.seen().calls['x.refresh'] ?? 0;
    const before = refreshes();
    await postgres.run(`SELECT graphile_worker.add_job('accounts.claim-due')`);
    while (refreshes() === before) await delay(5);
    // In the middle of a job, and of a rotation that only the renewing process knows of.
    await postgres.stop();
    for (const end = Date.now() + OUTAGE * 1000; Date.now() < end; await delay(200)) {
      expect((await client.request('/health/live')).status).toBe(200);
      await expectAway(client);
    }
    lives();
    await postgres.start();
    await recovered(client);

    let answer = await owner.token(id);
    for (; answer.status === 503; answer = await owner.token(id)) await delay(200);
    expect(answer.status).toBe(200);
    expect(sandbox.world.live(answer.body.access_token, 'access')).toBeDefined();
    const { redemptions, replays } = sandbox.world.seen();
    expect([new Set(Object.values(redemptions)), replays]).toEqual([new Set([1]), 0]);

    await letPass(stage, 7_190);
    await postgres.run(`SELECT graphile_worker.add_job('accounts.claim-due')`);
    while (refreshes() < before + 2) await delay(50);
    lives();
  }, 180_000);

  it('a server that is told to stop meanwhile stops', async () => {
    // Waits for what is being renewed: with a token to store, the renewing process would wait for the database.
    await forgetAccounts(stage);
    await postgres.stop();
    expect(await replica.server.stop()).toBe(0);
    await postgres.start();
    await replica.start();
    expect((await client.register()).client_id).toBeDefined();
  }, 90_000);
});

describe('a standby that is promoted late', () => {
  it('tokens are checked meanwhile, whatever would write is told to come again', async () => {
    const registration = await client.register();
    const tokens = await client.tokens(registration);
    await postgres.stop();
    await postgres.start(true);
    await recovered(client);
    expect((await client.me(tokens.access_token)).status).toBe(200);
    await expectAway(client, ['register']);
    const { status, headers } = await client.refresh(registration, tokens.refresh_token);
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    await postgres.run('SELECT pg_promote()');
    expect((await client.refresh(registration, tokens.refresh_token)).status).toBe(200);
    lives();
  }, 90_000);
});

/** Until so many more calls were answered. */
async function served(load: Load, calls: number): Promise<void> {
  for (const target = load.answered + calls; load.answered < target; await delay(20));
}

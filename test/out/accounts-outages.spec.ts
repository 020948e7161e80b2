import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { freePort, startServer, type TestServer } from '../support/test-app.js';
import { until } from '../support/run-job.js';
import { forgetAccounts, letPass, logLine, Owner } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

/** How often X was asked, tries of an app's credentials included. */
const refreshesOf = ({ world }: Pick<Sandbox, 'world'>) => world.seen().calls['x.refresh'] ?? 0;

describe('a provider that fails', () => {
  let stage: OutStage;
  beforeAll(async () => {
    stage = await openOutStage();
  });
  afterAll(() => stage.close());
  beforeEach(() => forgetAccounts(stage));
  const refreshes = () => refreshesOf(stage.sandbox);
  const answerTo = async (owner: Owner, id: string) => {
    const { status, headers, body } = await owner.refresh(id);
    return { answer: [status, body.code], retryAfter: Number(headers.get('retry-after')) };
  };
  const LATER = [503, 'provider_unavailable'];

  it('RFC 9110 §10.2.3: is not asked before the time that it named, and callers are told what is left', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    stage.sandbox.world.fail({
      provider: 'x',
      on: 'refresh',
      kind: 'status',
      status: 429,
      retryAfter: 600,
      times: 1,
    });
    expect(await answerTo(owner, id)).toEqual({ answer: LATER, retryAfter: 600 });
    const before = refreshes();
    await letPass(stage, 300);
    const { answer, retryAfter } = await answerTo(owner, id);
    expect(answer).toEqual(LATER);
    expect(retryAfter).toBeLessThanOrEqual(300);
    expect(retryAfter).toBeGreaterThan(280);
    expect(refreshes()).toBe(before);
    await letPass(stage, 300);
    expect((await owner.refresh(id)).status).toBe(200);
  });

  it('without naming a time is left alone for 5 seconds, and is an event in the log, not an error', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'status', status: 502, times: 1 });
    expect(await answerTo(owner, id)).toEqual({ answer: LATER, retryAfter: 5 });
    const before = refreshes();
    expect((await answerTo(owner, id)).answer).toEqual(LATER);
    expect(refreshes()).toBe(before);
    await letPass(stage, 5);
    expect((await owner.refresh(id)).status).toBe(200);
    expect(await logLine(stage, 'was not renewed', '502')).toContain('"level":40');
    expect(await logLine(stage, 'provider_unavailable', 'reqId')).toContain('"level":40');
    expect(stage.app.logs.filter((line) => /"level":(50|60)|"stack"/.test(line))).toEqual([]);
  });

  it('because of a wrong secret: says so, keeps the status, and goes on as soon as the secret is right', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const { apps } = stage.sandbox.world;
    const at = apps.findIndex(({ provider }) => provider === 'x');
    const right = apps[at]!;
    apps[at] = { ...right, clientSecret: 'another-secret' };
    for (const _ of [1, 2]) {
      const { status, headers, body } = await owner.refresh(id);
      expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'bad_client_credentials', null]);
    }
    expect((await owner.show(id)).body).toMatchObject({ status: 'active', reason: null });
    const line = await logLine(stage, 'was not renewed', 'bad_client_credentials');
    expect(line).toContain('"level":40');
    expect(line).not.toContain('stack');
    apps[at] = right;
    expect((await owner.refresh(id)).status).toBe(200);
  });
});

describe('a lock that is lost while the provider rotates a token', () => {
  let stage: OutStage;
  let other: TestServer;
  beforeAll(async () => {
    stage = await openOutStage({ ENCRYPTION_KEYS });
    other = await startServer({
      ENCRYPTION_KEYS,
      DATABASE_URL: stage.app.databaseUrl,
      PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
    });
  });
  afterAll(async () => {
    await other.stop();
    await stage.close();
  });

  const loseLock = async () => {
    const { rows } = await stage.app.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%FOR NO KEY UPDATE%'`,
    );
    expect(rows).toHaveLength(1);
  };

  it('leaves a mark: another replica does not redeem it as well, and goes on once the new one is stored', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'slow', ms: 5_000, times: 1 });
    const before = refreshesOf(stage.sandbox);
    const asked = owner.refresh(id);
    while (refreshesOf(stage.sandbox) === before) await wait(5);
    await loseLock();
    const elsewhere = new Owner({ ...stage, app: other }, owner.org_id);
    const { status, headers, body } = await elsewhere.refresh(id);
    expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    const retryAfter = Number(headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(20);
    expect(retryAfter).toBeLessThanOrEqual(30);
    expect((await asked).status).toBe(200);
    expect((await elsewhere.refresh(id)).status).toBe(200);
    const { redemptions, replays } = stage.sandbox.world.seen();
    expect([Object.values(redemptions), replays]).toEqual([[1, 1], 0]);
  });

  it('gives tokens back to the provider that came after their account was disconnected', async () => {
    const { world } = stage.sandbox;
    const owner = new Owner(stage);
    const id = await owner.connect('x', { person: 'guest-1' });
    world.fail({ provider: 'x', on: 'refresh', kind: 'slow', ms: 3_000, times: 1 });
    world.fail({ provider: 'x', on: 'revoke', kind: 'status', status: 503, times: 1 });
    const [before, revoked] = [refreshesOf(stage.sandbox), world.seen().revocations.length];
    const asked = owner.refresh(id);
    while (refreshesOf(stage.sandbox) === before) await wait(5);
    await loseLock();
    expect((await owner.disconnect(id)).status).toBe(204);
    expect((await asked).status).toBe(409);
    // Not by the job that the disconnect left for in a minute.
    await until(() => Promise.resolve(world.seen().revocations.length > revoked));
    expect(world.seen().revocations.at(-1)).toMatchObject({ provider: 'x', person: 'guest-1' });
  });

  it('where the renewer is lost as well, the mark ends by itself', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x', { person: 'ben' });
    const lost = `INSERT INTO renewal_marks
      SELECT consent_id, 1, 'a process that is no more', clock_timestamp() + interval '30 s' FROM accounts WHERE id = $1`;
    await stage.app.database.query(lost, [id]);
    expect((await owner.refresh(id)).status).toBe(503);
    await letPass(stage, 30);
    expect((await owner.refresh(id)).status).toBe(200);
  });
});

it('a server that is killed together with its database while the provider rotates a token loses nothing', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'swingdoor-outages-'));
  chmodSync(parent, 0o755);
  const PORT = String(await freePort());
  const sandbox = await startSandbox({ callbackOrigins: [`http://127.0.0.1:${PORT}`] });
  const env = {
    PORT,
    DATA_DIR: join(parent, 'data'),
    ENCRYPTION_KEYS,
    PROVIDER_ORIGINS: JSON.stringify(sandbox.origins),
    RATE_LIMITS: 'off',
  };
  let server = await startServer(env);
  try {
    const owner = new Owner({ sandbox, app: server });
    const id = await owner.connect('x');
    sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'slow', ms: 9_500, times: 1 });
    const before = refreshesOf(sandbox);
    const asked = owner.refresh(id).catch(() => 'cut');
    while (refreshesOf(sandbox) === before) await wait(5);
    await server.stop('SIGKILL');
    expect(await asked).toBe('cut');
    server = await startServer(env);
    // The renewing process of the killed server still waits for the provider, or has stored what it was given.
    let { status } = await owner.refresh(id);
    expect([200, 503]).toContain(status);
    const patience = Date.now() + 35_000;
    for (; status !== 200 && Date.now() < patience; await wait(500)) ({ status } = await owner.refresh(id));
    expect(status).toBe(200);
    const { redemptions, replays } = sandbox.world.seen();
    expect([Object.values(redemptions), replays]).toEqual([[1, 1], 0]);
    const { access_token: token } = (await owner.token(id)).body;
    expect(sandbox.world.live(token, 'access')).toBeDefined();
  } finally {
    await server.stop();
    await sandbox.stop();
    rmSync(parent, { recursive: true, force: true });
  }
}, 90_000);

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../support/test-app.js';
import { until } from '../support/run-job.js';
import { letPass, Owner } from './account-calls.js';
import { advanceJobs, waitingForLocks, waitingRevocations } from './revocation-jobs.js';
import { openOutStage, type OutStage } from './traveller.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let stage: OutStage;
let server: TestServer;
beforeEach(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS });
  server = await startServer({
    ENCRYPTION_KEYS,
    DATABASE_URL: stage.app.databaseUrl,
    PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
  });
});
afterEach(async () => {
  await server.stop();
  await stage.close();
});

it('a server that is killed while the provider rotates a token loses nothing', async () => {
  const owner = new Owner(stage);
  const id = await owner.connect('x');
  await letPass(stage, 7_190);
  stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'slow', ms: 1_000, times: 1 });
  const before = stage.sandbox.world.seen().calls['x.refresh'];
  const asked = new Owner({ ...stage, app: server }, owner.org_id).token(id).catch(() => 'cut');
  while (stage.sandbox.world.seen().calls['x.refresh'] === before)
    await new Promise((resolve) => setImmediate(resolve));
  await server.stop('SIGKILL');
  expect(await asked).toBe('cut');
  // Waits for the lock, and finds the new token.
  const { status, body } = await owner.token(id);
  const { redemptions, replays } = stage.sandbox.world.seen();
  expect([status, Object.values(redemptions), replays]).toEqual([200, [1], 0]);
  expect(stage.sandbox.world.live(body.access_token, 'access')).toBeDefined();
});

it('a server that is killed after it erased an account still has it revoked at the provider', async () => {
  const { database } = stage.app;
  const owner = new Owner(stage);
  const id = await owner.connect('x');
  const before = stage.sandbox.world.seen().revocations.length;
  const [{ workspace_id: workspace }] = (await database.query('SELECT workspace_id FROM provider_consents'))
    .rows;
  const [refresher, connecting] = [await database.connect(), await database.connect()];
  await refresher.query('BEGIN; SELECT FROM provider_consents FOR UPDATE');
  const asked = new Owner({ ...stage, app: server }, owner.org_id).disconnect(id).catch(() => 'cut');
  await waitingForLocks(database, 1);
  await connecting.query('BEGIN');
  const behind = connecting.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    JSON.stringify(['accounts', workspace, 'x']),
  ]);
  await waitingForLocks(database, 2);
  await refresher.query('COMMIT');
  // It has committed, and waits for whoever is connecting before it asks the provider.
  await behind;
  await waitingForLocks(database, 1);
  await server.stop('SIGKILL');
  expect(await asked).toBe('cut');
  await connecting.query('COMMIT');
  refresher.release();
  connecting.release();

  expect((await owner.show(id)).body.status).toBe('disconnected');
  expect(stage.sandbox.world.seen().revocations).toHaveLength(before);
  const waiting = await waitingRevocations(database);
  expect(waiting).toHaveLength(1);
  expect(waiting[0]!.payload.accessTokenSealed).toMatch(/^v1\.k1\./);
  await advanceJobs(database);
  await until(async () => (await waitingRevocations(database)).length === 0);
  expect(stage.sandbox.world.seen().revocations).toHaveLength(before + 1);
});

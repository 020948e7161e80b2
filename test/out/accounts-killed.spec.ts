import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../support/test-app.js';
import { letPass, Owner } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let stage: OutStage;
let server: TestServer;
beforeAll(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS });
  server = await startServer({
    ENCRYPTION_KEYS,
    DATABASE_URL: stage.app.databaseUrl,
    PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
  });
});
afterAll(async () => {
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

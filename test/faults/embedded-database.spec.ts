import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type TestServer } from '../support/test-app.js';
import { TestClient, type TestRegistration } from '../support/test-client.js';
import { recovered } from './away.js';
import { ENCRYPTION_KEYS } from './replicas.js';

let parent: string;
let canMount: boolean;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'swingdoor-faults-'));
  chmodSync(parent, 0o755);
});
afterAll(() => {
  if (canMount) spawnSync('umount', [parent]);
  rmSync(parent, { recursive: true, force: true });
});

describe('two servers on one DATA_DIR', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'when the one that owns the embedded database ends (%s), the other takes it over',
    async (signal) => {
      const env = { DATA_DIR: join(parent, 'shared'), ENCRYPTION_KEYS, RATE_LIMITS: 'off' };
      const owner = await startServer(env);
      const other = await startServer(env);
      const client = new TestClient(other);
      const registration = await client.register();
      const tokens = await client.tokens(registration);
      await owner.stop(signal);
      await recovered(client);
      expect((await client.refresh(registration, tokens.refresh_token)).status).toBe(200);
      await eventually(() => other.logs.some((line) => /is gone\. It is started again/.test(line)));
      expect(await other.stop()).toBe(0);
    },
    90_000,
  );
});

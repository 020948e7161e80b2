import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, type TestServer } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { recovered } from './away.js';
import { type Chain, lostOf } from './load.js';
import { ENCRYPTION_KEYS } from './replicas.js';

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'swingdoor-faults-'));
  chmodSync(parent, 0o755);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

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
      while (!other.logs.some((line) => line.includes('It is started again'))) await delay(20);
      await recovered(client);
      expect((await client.refresh(registration, tokens.refresh_token)).status).toBe(200);
      expect(await other.stop()).toBe(0);
    },
    90_000,
  );
});

/** A file system of so many MiB, in memory. @returns whether this machine lets us */
const mountAt = (folder: string, mib: number) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=755`, 'tmpfs', folder]).status === 0;

const canMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'swingdoor-mount-'));
  const mounted = mountAt(folder, 1);
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
})();

const onItsOwnDisk = canMount ? describe : describe.skip;

onItsOwnDisk(
  `a full disk${canMount ? '' : ' (skipped: only root may mount a file system of its own)'}`,
  () => {
    let disk: string;
    let server: TestServer | undefined;
    beforeAll(() => {
      disk = mkdtempSync(join(tmpdir(), 'swingdoor-disk-'));
      mountAt(disk, 160);
    });
    afterAll(async () => {
      await server?.stop();
      spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    });
    const env = () => ({ DATA_DIR: join(disk, 'data'), ENCRYPTION_KEYS, RATE_LIMITS: 'off' });
    const filler = () => join(disk, 'filler');

    it('refuses with 503, loses nothing that it acknowledged, and goes on when there is space again', async () => {
      server = await startServer(env());
      const client = new TestClient(server);
      const chains: Chain[] = [];
      let full = false;
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler(), Buffer.alloc(bavail * bsize - 256 * 1024));
      for (let tries = 0; tries < 5_000 && !full; tries += 1) {
        const answer = await client.sendRegistration({
          client_name: `${tries}${'x'.repeat(100)}`,
          redirect_uris: [
            'http://127.0.0.1:8976/callback',
            `https://example.com/${'y'.repeat(1_000)}/${tries}`,
          ],
        });
        if (answer.status === 201 && tries % 5 === 0) {
          const registration = answer.body as Chain['client'];
          const issued = await client.tokens(registration).catch(() => undefined);
          if (issued)
            chains.push({
              client: registration,
              code: '',
              access: issued.access_token,
              refresh: issued.refresh_token,
            });
        }
        if (answer.status === 201) continue;
        expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        full = true;
      }
      expect(full).toBe(true);
      expect(chains.length).toBeGreaterThan(0);
      expect((await client.request('/health/live')).status).toBe(200);
      while (!server.logs.some((line) => line.includes('No space left on device'))) await delay(10);

      rmSync(filler());
      await recovered(client);
      expect(await lostOf(chains, client)).toEqual([]);
      expect(server.process.exitCode).toBeNull();
    }, 120_000);

    it('keeps a server from starting, which says why and ends with exit code 1', async () => {
      await server?.stop();
      server = undefined;
      rmSync(join(disk, 'data'), { recursive: true });
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler(), Buffer.alloc(bavail * bsize));
      await expect(startServer(env())).rejects.toThrow(/ended with 1[^]*no space left on device/i);
      rmSync(filler());
    }, 60_000);
  },
);

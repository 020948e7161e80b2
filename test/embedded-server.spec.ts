import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from './support/test-app.js';
import { REDIRECT_URI, TestClient } from './support/test-client.js';

const ENCRYPTION_KEYS = `a:${Buffer.alloc(32, 1).toString('base64')}`;
const NOBODY = 65_534;
const root = process.getuid?.() === 0;

/** The accounts under which people start a server; an ordinary user can only test itself. */
const ACCOUNTS = root
  ? [{ name: 'root' }, { name: 'an ordinary user', uid: NOBODY }]
  : [{ name: 'this user' }];

/** Registers clients one after the other until the server is gone; returns the ids that it acknowledged. */
async function registerUntilGone(server: TestServer): Promise<string[]> {
  const client = new TestClient(server);
  const acknowledged: string[] = [];
  for (;;) {
    const name = `Client ${acknowledged.length} ${Math.random()}`;
    const answer = await client
      .sendRegistration({ client_name: name, redirect_uris: [REDIRECT_URI] })
      .catch(() => undefined);
    if (answer?.status !== 201) return acknowledged;
    acknowledged.push(answer.body.client_id as string);
  }
}

describe.each(ACCOUNTS)(
  'npm start without DATABASE_URL, as $name',
  ({ uid }: { name: string; uid?: number }) => {
    let dataDir: string;
    beforeAll(() => {
      const parent = mkdtempSync(join(tmpdir(), 'swingdoor-embedded-'));
      chmodSync(parent, 0o755);
      if (uid !== undefined) chownSync(parent, uid, uid);
      dataDir = join(parent, 'data');
    });
    afterAll(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));
    const start = () => startServer({ DATA_DIR: dataDir, ENCRYPTION_KEYS }, { uid, gid: uid });

    it('kill -9 while writing, three times: the next start has every acknowledged row', async () => {
      const acknowledged: string[] = [];
      for (const killAfter of [1, 25, 60]) {
        const server = await start();
        const writing = registerUntilGone(server);
        const client = new TestClient(server);
        for (let seen = 0; seen < killAfter; seen += 1) await client.register();
        await server.stop('SIGKILL');
        acknowledged.push(...(await writing));
      }
      const server = await start();
      const client = new TestClient(server);
      const lost = [];
      for (const client_id of acknowledged) {
        if ((await client.authorize({ client_id })).status !== 302) lost.push(client_id);
      }
      expect(acknowledged.length).toBeGreaterThan(10);
      expect(lost).toEqual([]);
      expect(await server.stop()).toBe(0);
    });

    it('the whole flow works', async () => {
      const server = await start();
      const client = new TestClient(server);
      const tokens = await client.tokens(await client.register());
      expect((await client.me(tokens.access_token)).status).toBe(200);
      expect(await server.stop()).toBe(0);
    });
  },
);

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { startServer, startTestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase } from '../support/test-database.js';

/** A way to PostgreSQL that can fall silent: nothing is refused, nothing is closed, nothing comes back. */
async function silentProxy(databaseUrl: string) {
  const upstream = new URL(databaseUrl);
  const folder = upstream.searchParams.get('host');
  const port = Number(upstream.searchParams.get('port') ?? (upstream.port || 5432));
  const sockets: Socket[] = [];
  let silent = false;
  const server = createServer((client) => {
    const database = folder?.startsWith('/')
      ? connect({ path: `${folder}/.s.PGSQL.${port}` })
      : connect({ host: folder ?? upstream.hostname, port });
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.push(from.on('error', () => to.destroy()).on('close', () => to.destroy()));
      from.on('data', (chunk) => silent || to.write(chunk));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    fallSilent: () => void (silent = true),
    speakAgain() {
      silent = false;
      for (const socket of sockets.splice(0)) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

it('live, startup and ready say so, and are not kept', async () => {
  const app = await startTestApp();
  try {
    for (const path of ['live', 'startup', 'ready']) {
      const { status, body, headers } = await new TestClient(app).request(`/health/${path}`);
      expect([path, status, body]).toEqual([path, 200, { status: 'ok' }]);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  } finally {
    await app.close();
  }
});

describe('readiness', () => {
  it('does not wait behind busy connections', async () => {
    const app = await startTestApp({ RATE_LIMITS: 'off' });
    const client = new TestClient(app);
    const { access_token } = await client.tokens(await client.register());
    const blocker = await app.database.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE access_tokens IN ACCESS EXCLUSIVE MODE');
      let answered = 0;
      const calls = Array.from({ length: 20 }, async () => {
        const { status } = await client.me(access_token);
        answered += 1;
        return status;
      });
      const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await app.database.query(waiting)).rows[0].n < 16) await wait(20);
      expect((await client.request('/health/ready')).status).toBe(200);
      expect(answered).toBe(0);
      await blocker.query('ROLLBACK');
      expect(await Promise.all(calls)).toEqual(calls.map(() => 200));
    } finally {
      blocker.release();
      await app.close();
    }
  });

  it('says 503 with Retry-After while the database is silent, and recovers; liveness does not mind', async () => {
    const database = await createTestDatabase();
    const proxy = await silentProxy(database.url);
    const server = await startServer({ DATABASE_URL: proxy.url });
    const client = new TestClient(server);
    try {
      expect((await client.request('/health/ready')).status).toBe(200);
      proxy.fallSilent();
      const { status, headers, body } = await client.request('/health/ready');
      expect([status, headers.get('retry-after'), body.code]).toEqual([503, '2', 'temporarily_unavailable']);
      expect((await client.request('/health/live')).status).toBe(200);
      proxy.speakAgain();
      let ready = 503;
      for (let tries = 0; tries < 20 && ready !== 200; tries += 1) {
        ready = (await client.request('/health/ready')).status;
      }
      expect(ready).toBe(200);
    } finally {
      proxy.speakAgain();
      await server.stop();
      proxy.close();
      await database.drop();
    }
  });
});

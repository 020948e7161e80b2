import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ReverseProxy, startReverseProxy } from '../support/reverse-proxy.js';
import { freePort, startTestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { TestClient } from '../support/test-client.js';
import { Load, lostOf } from './load.js';
import { type Replica, startReplicas } from './replicas.js';

const DRAIN = '2';

describe('a server that is told to stop', () => {
  it('is not ready at once, serves on, ends connections with an answer, and finishes what it began', async () => {
    const app = await startTestApp({ SHUTDOWN_DRAIN: DRAIN });
    const client = new TestClient(app);
    const registration = await client.register();
    const { refresh_token } = await client.tokens(registration);
    const lock = await app.database.connect();
    await lock.query('BEGIN; LOCK TABLE access_tokens');
    const inFlight = client.refresh(registration, refresh_token);
    await waiting(app.database);

    const stopped = app.stop();
    await notReady(client);
    const { status, headers, body } = await client.request('/health/ready');
    expect([status, body.code, headers.get('connection')]).toEqual([503, 'temporarily_unavailable', 'close']);
    expect((await client.request('/health/live')).status).toBe(200);
    const meanwhile = await client.sendRegistration({
      client_name: 'Late',
      redirect_uris: ['http://127.0.0.1/x'],
    });
    expect([meanwhile.status, meanwhile.headers.get('connection')]).toEqual([201, 'close']);
    await closed(app.url);
    await lock.query('COMMIT');
    lock.release();
    const answer = await inFlight;
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect(await stopped).toBe(0);
    await app.close();
  }, 60_000);
});

describe('three replicas behind a proxy, under load', () => {
  let database: TestDatabase;
  let proxy: ReverseProxy;
  let replicas: Replica[];
  beforeAll(async () => {
    database = await createTestDatabase();
    const port = await freePort();
    replicas = await startReplicas(3, {
      DATABASE_URL: database.url,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      SHUTDOWN_DRAIN: DRAIN,
    });
    proxy = await startReverseProxy(
      port,
      replicas.map(({ address }) => address),
    );
    await Promise.all(replicas.map(({ address }) => proxy.until(address, true)));
  }, 120_000);
  afterAll(async () => {
    await proxy.close();
    await Promise.all(replicas.map(({ server }) => server.stop()));
    await database.drop();
  }, 60_000);

  it('are restarted one after the other: no request fails, and nothing that was given is lost', async () => {
    const load = new Load(() => proxy.url, 6, false);
    for (const replica of replicas) {
      expect(await replica.server.stop()).toBe(0);
      await replica.start();
      await proxy.until(replica.address, true);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.cut).toBe(0);
    expect(load.answered).toBeGreaterThan(100);
    expect(await lostOf(load.chains, new TestClient(proxy))).toEqual([]);
  }, 180_000);
});

/** Until a statement waits for a lock. */
async function waiting(database: TestDatabase['pool']): Promise<void> {
  const QUERY = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await database.query(QUERY)).rows.length === 0) await delay(10);
}

async function notReady(client: TestClient): Promise<void> {
  while ((await client.request('/health/ready')).status === 200) await delay(10);
}

/** Until nobody listens there. */
async function closed(url: string): Promise<void> {
  for (;;) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (!open) return;
    await delay(20);
  }
}

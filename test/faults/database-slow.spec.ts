import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, type TestServer } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { expectAway, recovered } from './away.js';
import { startWireProxy, type WireProxy } from './wire-proxy.js';

let database: TestDatabase;
let proxy: WireProxy;
let server: TestServer;
let client: TestClient;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startWireProxy(database.url);
  server = await startServer({ DATABASE_URL: proxy.url, RATE_LIMITS: 'off' });
  client = new TestClient(server);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await database.drop();
}, 60_000);

it('a database that answers late: more callers than connections are served, or told to come again', async () => {
  const registration = await client.register();
  const { access_token } = await client.tokens(registration);
  proxy.delay = 400;
  const callers = Array.from({ length: 300 }, () => client.introspect(access_token));
  const statuses = callers.map((caller) => caller.then(({ status }) => status));
  const first = await Promise.race([...statuses, (await client.request('/health/live')).status]);
  expect(first).toBe(200);
  const answers = await Promise.all(callers);
  for (const { status, headers, body } of answers) {
    if (status === 200) expect(body.active).toBe(true);
    else expect([status, Number(headers.get('retry-after'))]).toEqual([503, 2]);
  }
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  proxy.delay = 0;
  await recovered(client);
  expect((await client.me(access_token)).status).toBe(200);
}, 60_000);

it('a database that neither answers nor refuses: every caller gets an answer, and the server recovers', async () => {
  const registration = await client.register();
  const { access_token, refresh_token } = await client.tokens(registration);
  // Connections are open, and known to be good.
  await Promise.all(Array.from({ length: 20 }, () => client.introspect(access_token)));
  proxy.swallows = true;
  const held = Array.from({ length: 40 }, () => client.refresh(registration, refresh_token));
  const away = expectAway(client);
  await delay(100);
  expect((await client.request('/health/live')).status).toBe(200);
  for (const { status, headers, body } of await Promise.all(held)) {
    expect([status, headers.get('retry-after'), body.error]).toEqual([503, '2', 'temporarily_unavailable']);
  }
  await away;
  proxy.swallows = false;
  await recovered(client);
  expect((await client.refresh(registration, refresh_token)).status).toBe(200);
  expect(server.process.exitCode).toBeNull();
}, 60_000);

it('a server that is told to stop while its connections are dead stops all the same', async () => {
  await client.register();
  proxy.swallows = true;
  const begin = Date.now();
  await server.stop();
  expect(Date.now() - begin).toBeLessThan(30_000);
}, 60_000);

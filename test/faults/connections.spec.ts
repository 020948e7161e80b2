import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

const CONNECTIONS = 500;

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
}, 60_000);
afterAll(() => app.close(), 60_000);

/** @param text what each connection sends, and nothing after it */
async function storm(text: string): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(text);
      return socket.resume();
    }),
  );
}

it.each([
  ['say nothing', ''],
  ['send half a header', 'POST /public/v1/oauth/token/ HTTP/1.1\r\nHost: x\r\nContent-'],
  [
    'send half a body',
    'POST /public/v1/oauth/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant_type=',
  ],
])(`${CONNECTIONS} connections that %s keep nobody else from being served`, async (_, text) => {
  const sockets = await storm(text);
  const tokens = await client.tokens(await client.register());
  expect((await client.me(tokens.access_token)).status).toBe(200);
  expect((await client.request('/health/ready')).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  expect((await client.me(tokens.access_token)).status).toBe(200);
});

it(`${CONNECTIONS} callers at once, and as many that hang up, are more than the connections to the database and no more trouble`, async () => {
  const { access_token } = await client.tokens(await client.register());
  const token = access_token;
  const gone = await storm(
    `GET /public/v1/me/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${access_token}\r\n\r\n`,
  );
  for (const socket of gone) socket.destroy();
  const answers = await Promise.all(Array.from({ length: CONNECTIONS }, () => client.introspect(token)));
  for (const { status, headers, body } of answers) {
    if (status === 200) expect(body.active).toBe(true);
    else expect([status, headers.get('retry-after')]).toEqual([503, '2']);
  }
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(16);
  expect((await client.me(token)).status).toBe(200);
  expect(app.logs.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
}, 60_000);

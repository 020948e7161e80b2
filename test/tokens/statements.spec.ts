import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.js';
import { startServer, type TestServer } from '../support/test-app.js';
import { basic, TestClient, type TestRegistration } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { eventually } from './replicas.js';

let database: TestDatabase;
let proxy: CountingProxy;
let server: TestServer;
let client: TestClient;
let registration: TestRegistration;
let tokens: Awaited<ReturnType<TestClient['tokens']>>;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startCountingProxy(database.url);
  server = await startServer({ DATABASE_URL: proxy.url, RATE_LIMITS: 'on' });
  client = new TestClient(server);
  registration = await client.register();
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await database.drop();
});
beforeEach(async () => {
  tokens = await client.tokens(registration);
  proxy.take();
});

/** How many round trips a request costs; the names of the statements stand in the failure. */
async function expectStatements(count: number, request: Promise<{ status: number }>, status = 200) {
  expect((await request).status).toBe(status);
  // The queue looks for work on its own.
  const statements = proxy.take().filter((statement) => !/graphile/i.test(statement));
  expect({ count: statements.length, statements }).toEqual({ count, statements });
}

it('counts what passes: simple queries, prepared ones, and those of a transaction', async () => {
  const direct = await startCountingProxy(database.url);
  const { default: pg } = await import('pg');
  const one = new pg.Client({ connectionString: direct.url });
  await one.connect();
  await one.query('BEGIN');
  await one.query('SELECT $1::text', ['x'.repeat(200_000)]);
  await one.query({ name: 'prepared', text: 'SELECT $1::int', values: [1] });
  await one.query({ name: 'prepared', text: 'SELECT $1::int', values: [2] });
  await one.query('COMMIT');
  expect(direct.take()).toEqual(['BEGIN', 'SELECT $1::text', 'prepared', 'prepared', 'COMMIT']);
  expect(direct.take()).toEqual([]);
  await one.end();
  await direct.close();
});

describe('database round trips', () => {
  it('register: 1, known or not', async () => {
    const metadata = { redirect_uris: ['http://127.0.0.1/cb'] };
    await expectStatements(1, client.sendRegistration(metadata), 201);
    await expectStatements(1, client.sendRegistration(metadata), 201);
    const secret = { ...metadata, token_endpoint_auth_method: 'client_secret_basic' };
    await expectStatements(1, client.sendRegistration(secret), 201);
    await expectStatements(0, client.sendRegistration({ redirect_uris: [] }), 400);
  });

  it('authorize: 2, the client read and the request held; show, approve and deny: 1', async () => {
    await expectStatements(2, client.authorize(registration), 302);
    await expectStatements(1, client.authorize(registration, { response_type: 'token' }), 302);
    const [one, two] = [await client.startConsent(registration), await client.startConsent(registration)];
    proxy.take();
    await expectStatements(1, client.show(one));
    await expectStatements(1, client.decide('approve', one));
    await expectStatements(1, client.decide('deny', two));
    await expectStatements(2, client.decide('approve', one), 409);
  });

  it('token: 1 for a code and a refresh; 2 for a replay, and where it fails; 3 for a retry, the last a flush', async () => {
    const code = await client.code(registration);
    proxy.take();
    await expectStatements(1, client.exchange(registration, code));
    await expectStatements(2, client.exchange(registration, code), 400);
    await expectStatements(2, client.exchange(registration, code), 400);
    await expectStatements(1, client.refresh(registration, tokens.refresh_token));
    await expectStatements(3, client.refresh(registration, tokens.refresh_token));
    await expectStatements(2, client.refresh(registration, 'sd_rt_unknown'), 400);
    await expectStatements(2, client.refresh({ client_id: 'sd_cl_unknown' }, tokens.refresh_token), 401);
    await expectStatements(0, client.refresh(registration, ''), 400);
  });

  it('bearer check: 1, live or dead, and 0 for a live token that was seen before', async () => {
    await eventually(async () => {
      proxy.take();
      await client.me(tokens.access_token);
      return proxy.take().length === 0;
    });
    const unseen = await client.tokens(registration);
    proxy.take();
    await expectStatements(1, client.me(unseen.access_token));
    await expectStatements(1, client.me('sd_at_unknown'), 401);
    await expectStatements(0, client.me(await client.jwt()));
  });

  it('introspection: 1 for a resource server, 2 for a client, 0 for a stranger', async () => {
    await expectStatements(1, client.introspect(tokens.access_token));
    await expectStatements(1, client.introspect(tokens.refresh_token));
    await expectStatements(0, client.introspect(tokens.access_token, basic('all-seeing', '')), 401);
    const own = await client.register({ token_endpoint_auth_method: 'client_secret_basic' });
    proxy.take();
    await expectStatements(
      2,
      client.introspect(tokens.access_token, basic(own.client_id, own.client_secret!)),
    );
  });

  it('revoke: 1 for either kind, and a flush where it was revoked before', async () => {
    await expectStatements(1, client.revoke(registration, tokens.access_token));
    await expectStatements(1, client.revoke(registration, tokens.refresh_token));
    await expectStatements(2, client.revoke(registration, tokens.refresh_token));
    await expectStatements(2, client.revoke(registration, 'unknown'));
    await expectStatements(1, client.revoke({ client_id: 'sd_cl_unknown' }, 'unknown'), 401);
  });

  it('connected apps: 1 to list, 1 to disconnect, and a flush where it was disconnected before', async () => {
    await expectStatements(1, client.apps());
    await expectStatements(1, client.disconnect(registration.client_id), 204);
    await expectStatements(2, client.disconnect(registration.client_id), 404);
  });
});

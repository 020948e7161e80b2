import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CEILINGS } from '../../src/limits/ceilings.js';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.js';
import { expectOAuthError } from '../support/oauth-error.js';
import type { TestServer } from '../support/test-app.js';
import { type Answer, basic, type TestRegistration } from '../support/test-client.js';
import { Caller, type LimitStage, openLimitStage, tally } from './limit-stage.js';

const { points, credit, seconds } = CEILINGS['token-failures'];
const HERE = '192.0.2.1';
const ELSEWHERE = '192.0.2.2';

let stage: LimitStage;
let proxy: CountingProxy;
let server: TestServer;
let here: Caller;
let elsewhere: Caller;
beforeAll(async () => {
  stage = await openLimitStage();
  proxy = await startCountingProxy(stage.app.databaseUrl);
  server = await stage.replica({ DATABASE_URL: proxy.url });
  here = new Caller(server, HERE);
  elsewhere = new Caller(server, ELSEWHERE);
}, 90_000);
afterAll(async () => {
  await stage.close();
  await proxy.close();
});

const statements = () => proxy.take().filter((statement) => !/graphile/i.test(statement));
const fail = (caller: Caller, client: TestRegistration) => caller.refresh(client, 'sd_rt_unknown');

function expectRefusal(answer: Answer): void {
  expectOAuthError(answer, 429, 'temporarily_unavailable');
  const wait = Number(answer.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(seconds - 60);
  expect(wait).toBeLessThanOrEqual(seconds);
}

describe('a client that fails at one address', () => {
  let client: TestRegistration;
  let tokens: Awaited<ReturnType<Caller['tokens']>>;
  beforeEach(async () => {
    client = await elsewhere.register();
    tokens = await elsewhere.tokens(client);
    await stage.useElsewhere('token-failures', `${client.client_id} ${HERE}`, points - credit);
    expect(await tally(credit, () => fail(here, client))).toEqual({ 400: credit });
    // The failure that spends the credit tells the database, and its answer does not wait for that.
    while ((await fail(here, client)).status !== 429);
    statements();
  });

  it('is refused there before any work, and uses nothing up', async () => {
    expectRefusal(await here.refresh(client, tokens.refresh_token));
    expectRefusal(await here.exchange(client, 'sd_ac_unknown'));
    expectRefusal(await here.revoke(client, tokens.refresh_token));
    expect(statements()).toEqual([]);
    expect((await elsewhere.refresh(client, tokens.refresh_token)).status).toBe(200);
  });

  it('works at another address, and so do other clients at its own', async () => {
    expect((await fail(elsewhere, client)).status).toBe(400);
    expect((await elsewhere.refresh(client, tokens.refresh_token)).status).toBe(200);
    const other = await here.register();
    expect((await here.refresh(other, (await here.tokens(other)).refresh_token)).status).toBe(200);
    expect((await fail(here, other)).status).toBe(400);
  });

  it('is refused by other replicas as soon as they ask, until the window ends', async () => {
    const other = new Caller(stage.app, HERE);
    await tally(credit, () => fail(other, client));
    while ((await fail(other, client)).status !== 429);
    await stage.ageCounters(seconds);
    const fresh = new Caller(await stage.replica(), HERE);
    expect(await tally(2 * credit, () => fail(fresh, client))).toEqual({ 400: 2 * credit });
    expect((await fresh.refresh(client, tokens.refresh_token)).status).toBe(200);
  });
});

it('what succeeds is never counted, nor what cannot be read', async () => {
  const client = await here.register();
  let { refresh_token: next } = await here.tokens(client);
  statements();
  for (let n = 0; n < credit + 5; n += 1) {
    const { status, body } = await here.refresh(client, next);
    expect(status).toBe(200);
    next = body.refresh_token;
  }
  expect(statements()).toEqual(Array.from({ length: credit + 5 }, () => 'rotate_refresh_token'));
  expect(await tally(points + credit, () => here.refresh(client, ''))).toEqual({ 400: points + credit });
  expect((await here.refresh(client, next)).status).toBe(200);
});

it('nobody is charged for what is refused before the client has authenticated (RFC 8707 §2)', async () => {
  const client = await elsewhere.register({ token_endpoint_auth_method: 'client_secret_post' });
  const { refresh_token } = await elsewhere.tokens(client);
  const { client_id } = client;
  const attacker = new Caller(server, '192.0.2.11');
  const stolen = {
    grant_type: 'refresh_token',
    client_id,
    client_secret: 'wrong',
    resource: 'https://evil.example',
  };
  const answers = await tally(points + credit, (n) =>
    attacker.post('/public/v1/oauth/token/', {
      ...stolen,
      ...(n % 3 === 0 && { client_id: `sd_cl_unknown_${n}` }),
      refresh_token,
      ...(n % 2 === 0 && {
        grant_type: 'authorization_code',
        code: 'sd_ac_x',
        code_verifier: 'v'.repeat(43),
      }),
    }),
  );
  expect(answers).toEqual({ 400: points + credit });
  const kept = await stage.app.database.query(`SELECT key FROM rate_limits WHERE key LIKE '%192.0.2.11'`);
  expect(kept.rows).toEqual([]);
  expect((await attacker.refresh(client, refresh_token)).status).toBe(200);
});

it.each(['refresh_token', 'authorization_code'])(
  'a wrong secret never counts against the client: %s',
  async (grant_type) => {
    const client = await elsewhere.register({ token_endpoint_auth_method: 'client_secret_post' });
    const attacker = new Caller(server, grant_type === 'refresh_token' ? '192.0.2.12' : '192.0.2.13');
    const wrong = { grant_type, client_id: client.client_id, client_secret: 'wrong', scope: 'nonsense' };
    const presented = { refresh_token: 'sd_rt_x', code: 'sd_ac_x', code_verifier: 'short' };
    expect(
      await tally(2 * credit, () => attacker.post('/public/v1/oauth/token/', { ...wrong, ...presented })),
    ).toEqual({
      401: 2 * credit,
    });
    const counted = `SELECT FROM rate_limits WHERE key LIKE 'token-failures:' || $1 || '%'`;
    expect((await stage.app.database.query(counted, [client.client_id])).rowCount).toBe(0);
  },
);

describe('clients that do not authenticate', () => {
  const crowd = '192.0.2.7';
  let confidential: TestRegistration;
  let stranger: Caller;
  beforeAll(async () => {
    stranger = new Caller(server, crowd);
    confidential = await elsewhere.register({ token_endpoint_auth_method: 'client_secret_basic' });
    await stage.useElsewhere('strangers', crowd, points - credit);
    await tally(credit, (n) => fail(stranger, { client_id: `sd_cl_unknown_${n}` }));
    while ((await fail(stranger, { client_id: 'sd_cl_unknown' })).status !== 429);
  });

  it('count by their address, under whatever names they come', async () => {
    statements();
    expectRefusal(await fail(stranger, { client_id: 'sd_cl_another' }));
    expectRefusal(await stranger.revoke({ client_id: 'sd_cl_another' }, 'sd_at_unknown'));
    expectRefusal(await stranger.introspect('sd_at_unknown', basic(confidential.client_id, 'guess')));
    expect(statements()).toEqual(Array.from({ length: 3 }, () => 'authenticate_client'));
    expectOAuthError(await fail(elsewhere, { client_id: 'sd_cl_another' }), 401, 'invalid_client');
  });

  it('do not shut a client out that authenticates, at the same address', async () => {
    const client = await stranger.register();
    const { refresh_token } = await stranger.tokens(client);
    expect((await stranger.refresh(client, refresh_token)).status).toBe(200);
    const { client_id, client_secret } = confidential;
    const answer = await stranger.introspect('sd_at_unknown', basic(client_id, client_secret!));
    expect(answer).toMatchObject({ status: 200, body: { active: false } });
  });
});

it('the secret of a resource server cannot be guessed for ever, wherever it is taken', async () => {
  const guesser = new Caller(server, '192.0.2.9');
  const { points, credit } = CEILINGS['resource-servers'];
  await stage.useElsewhere('resource-servers', 'mcp 192.0.2.9', points - credit);
  const revokeSubject = (caller: Caller, secret: string) =>
    caller.postJson('/v1/subjects/revoke', { user_id: 'nobody' }, basic('mcp', secret));
  await tally(credit, (n) =>
    n % 2 ? guesser.introspect('sd_at_unknown', basic('mcp', 'guess')) : revokeSubject(guesser, 'guess'),
  );
  while ((await revokeSubject(guesser, 'guess')).status !== 429);
  const refused = await revokeSubject(guesser, 'mcp-secret-for-tests');
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests', status: 429 } });
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(refused.headers.has('www-authenticate')).toBe(false);
  expectRefusal(await guesser.introspect('sd_at_unknown', basic('mcp', 'mcp-secret-for-tests')));
  expect((await guesser.introspect('sd_at_unknown')).status).toBe(200);
  const elsewhereToo = await elsewhere.introspect('sd_at_unknown', basic('mcp', 'mcp-secret-for-tests'));
  expect(elsewhereToo.status).toBe(200);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { expectOAuthError } from '../support/oauth-error.js';
import { RESOURCE_SERVERS, startTestApp, type TestApp } from '../support/test-app.js';
import { basic, TestClient, type TestRegistration } from '../support/test-client.js';

const PATH = '/public/v1/oauth/introspect/';
const MCP = RESOURCE_SERVERS[1]!.resource!;
const DEAD = { active: false };
const asMcp = basic('mcp', RESOURCE_SERVERS[1]!.secret);

let app: TestApp;
let client: TestClient;
let registration: TestRegistration;
let confidential: TestRegistration;
let asClient: ReturnType<typeof basic>;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
  registration = await client.register();
  confidential = await client.register({ token_endpoint_auth_method: 'client_secret_basic' });
  asClient = basic(confidential.client_id, confidential.client_secret!);
});
afterAll(() => app.close());

const bodyOf = async (token: string, headers?: ReturnType<typeof basic>) => {
  const { status, body } = await client.introspect(token, headers);
  expect(status).toBe(200);
  return body;
};

it('[B44] RFC 7662 §2.2: a live access token is told in full, uncached, by form and JSON alike', async () => {
  const claims = { org_id: 'acme' };
  const { access_token: token } = await client.tokens(
    registration,
    { scope: 'apps:read profile:read' },
    { claims },
  );
  const answer = await client.introspect(token);
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      active: true,
      scope: 'apps:read profile:read',
      client_id: registration.client_id,
      sub: 'user-1',
      workspace_id: 'org:acme',
      aud: app.url,
      iss: app.url,
      exp: expect.any(Number),
      token_type: 'Bearer',
    },
  ]);
  expect(Math.abs(answer.body.exp - (Date.now() / 1000 + 3600))).toBeLessThan(60);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { authorization } = basic('all-seeing', 'all-seeing-secret');
  for (const token_type_hint of ['access_token', 'refresh_token', 'other', '']) {
    const json = await client.postJson(PATH.slice(0, -1), { token, token_type_hint }, { authorization });
    expect(json.body).toEqual(answer.body);
  }
});

it('[B44] RFC 7662 §2.1: without credentials of its own nobody learns anything', async () => {
  const { access_token: token } = await client.tokens(registration);
  const secret = confidential.client_secret!;
  const wrong: [Record<string, string>, Record<string, string>][] = [
    [{}, {}],
    [{ client_id: registration.client_id }, {}],
    [{ client_id: registration.client_id, client_secret: '' }, {}],
    [{}, basic(registration.client_id, '')],
    [{ client_id: confidential.client_id }, {}],
    [{ client_id: confidential.client_id, client_secret: 'x' }, {}],
    [{ client_id: 'sd_cl_unknown', client_secret: secret }, {}],
    [{ client_id: 'all-seeing', client_secret: 'all-seeing-secret' }, {}],
    [{}, basic('all-seeing', 'mcp-secret-for-tests')],
    [{}, basic('all-seeing', '')],
    [{}, basic('', '')],
    [{}, { authorization: `Bearer ${token}` }],
    [{}, { authorization: `Bearer ${await client.jwt()}` }],
    [{}, { authorization: 'Basic' }],
  ];
  for (const [fields, headers] of wrong) {
    const answer = await client.post(PATH, { token, ...fields }, headers);
    expectOAuthError(answer, 401, 'invalid_client');
    if (headers.authorization?.startsWith('Basic')) {
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    }
  }
  const both = await client.post(
    PATH,
    { token, client_id: confidential.client_id, client_secret: secret },
    asClient,
  );
  expectOAuthError(both, 400, 'invalid_request');
});

it('[B44] RFC 7662 §2.2: whatever is not alive is {"active": false} and nothing else', async () => {
  const own = await client.register();
  const [expired, revoked, disconnected] = [
    await client.tokens(own),
    await client.tokens(registration),
    await client.tokens(registration, {}, { sub: 'user-2' }),
  ];
  await age(app.database, own.client_id, 3600);
  await client.revoke(registration, revoked.access_token);
  await client.disconnect(registration.client_id, 'user-2');
  const dead = [expired, revoked, disconnected].map(({ access_token }) => access_token);
  const code = await client.code(registration);
  const garbage = ['sd_at_unknown', 'x', code, await client.jwt(), '<é> "\\ \n', 'x'.repeat(50_000)];
  for (const token of [...dead, ...garbage]) expect(await bodyOf(token)).toEqual(DEAD);
  expect((await client.exchange(registration, code)).status).toBe(200);
});

it('[B44] RFC 7662 §2.2: a resource server sees the tokens of its own resource alone', async () => {
  const audienceOf = async (fields: Record<string, string | string[]>) =>
    (await client.tokens(registration, fields)).access_token;
  const [ours, beneath, theirs, slash, both] = [
    await audienceOf({}),
    await audienceOf({ resource: `${app.url}/mcp` }),
    await audienceOf({ resource: MCP }),
    await audienceOf({ resource: MCP.replace('https://mcp', 'HTTPS://MCP') + '/' }),
    await audienceOf({ resource: [app.url, MCP] }),
  ];
  expect(await bodyOf(ours, asMcp)).toEqual(DEAD);
  expect(await bodyOf(beneath, asMcp)).toEqual(DEAD);
  expect(await bodyOf(theirs, asMcp)).toMatchObject({ active: true, aud: MCP });
  expect(await bodyOf(slash, asMcp)).toMatchObject({ active: true, aud: 'HTTPS://MCP.example.com/mcp/' });
  expect(await bodyOf(both, asMcp)).toMatchObject({ active: true, aud: [app.url, MCP] });
  for (const token of [ours, beneath, theirs, slash, both]) {
    expect(await bodyOf(token)).toMatchObject({ active: true });
  }
  expect((await client.me(theirs)).status).toBe(401);
  expect((await client.me(both)).status).toBe(200);
});

it('[B44] RFC 7662 §4: refresh tokens are nothing to resource servers', async () => {
  const { refresh_token } = await client.tokens(confidential, { resource: MCP });
  expect(await bodyOf(refresh_token)).toEqual(DEAD);
  expect(await bodyOf(refresh_token, asMcp)).toEqual(DEAD);
});

it('[B44] RFC 7662 §2.1: a confidential client sees its own tokens of either kind, and no others', async () => {
  const mine = await client.tokens(confidential, { resource: MCP });
  const foreign = await client.tokens(await client.register());
  const { exp, ...access } = await bodyOf(mine.access_token, asClient);
  expect(access).toMatchObject({ active: true, client_id: confidential.client_id, token_type: 'Bearer' });
  const refresh = await bodyOf(mine.refresh_token, asClient);
  expect(refresh).toMatchObject({ active: true, client_id: confidential.client_id, aud: MCP });
  expect(refresh.token_type).not.toBe('Bearer');
  expect(refresh.exp - exp).toBe(7_776_000 - 3600);
  expect(await bodyOf(foreign.access_token, asClient)).toEqual(DEAD);
  expect(await bodyOf(foreign.refresh_token, asClient)).toEqual(DEAD);
  const next = await client.refresh(confidential, mine.refresh_token);
  expect(await bodyOf(mine.refresh_token, asClient)).toEqual(DEAD);
  expect(await bodyOf(next.body.refresh_token, asClient)).toMatchObject({ active: true });
  await client.revoke(confidential, next.body.refresh_token);
  for (const token of [mine.access_token, next.body.access_token, next.body.refresh_token]) {
    expect(await bodyOf(token, asClient)).toEqual(DEAD);
  }
});

it('[B44] RFC 7662 §2.1: a request without a token, or that can be read in two ways, is invalid_request', async () => {
  const headers = basic('all-seeing', 'all-seeing-secret');
  const { access_token } = await client.tokens(registration);
  for (const token of [undefined, '', [access_token, access_token]]) {
    expectOAuthError(await client.post(PATH, { token }, headers), 400, 'invalid_request');
  }
  for (const body of [
    `{"token":"x","token":"${access_token}"}`,
    { token: [access_token] },
    [],
    '{"token":null}',
  ]) {
    expectOAuthError(await client.postJson(PATH, body, headers), 400, 'invalid_request');
  }
  expectOAuthError(await client.post(`${PATH}?token=${access_token}`, {}, headers), 400, 'invalid_request');
  const get = await client.request(`${PATH}?token=${access_token}`, { headers });
  expectOAuthError(get, 405, 'invalid_request');
  expect(get.headers.get('allow')).toBe('POST');
});

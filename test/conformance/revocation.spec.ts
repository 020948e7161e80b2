import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { expectOAuthError } from '../support/oauth-error.js';
import { startServer, startTestApp, type TestApp, type TestServer } from '../support/test-app.js';
import { type Answer, basic, TestClient, type TestRegistration } from '../support/test-client.js';

const PATH = '/public/v1/oauth/revoke/';
const env = { ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`, RATE_LIMITS: 'off' };

let app: TestApp;
let replica: TestServer;
let client: TestClient;
let elsewhere: TestClient;
let registration: TestRegistration;
let confidential: TestRegistration;
beforeAll(async () => {
  app = await startTestApp(env);
  replica = await startServer({ ...env, DATABASE_URL: app.databaseUrl });
  client = new TestClient(app);
  elsewhere = new TestClient(replica);
  registration = await client.register();
  confidential = await client.register({ token_endpoint_auth_method: 'client_secret_post' });
});
afterAll(async () => {
  await replica.stop();
  await app.close();
});

const expectAlive = async (token: string) => expect((await client.me(token)).status).toBe(200);
const expectDead = async (token: string) => {
  for (const node of [client, elsewhere]) {
    expect((await node.me(token)).status).toBe(401);
    expect((await node.introspect(token)).body).toEqual({ active: false });
  }
};
const expectDone = ({ status, text }: Answer) => expect([status, text]).toEqual([200, '']);

it('[B43] RFC 7009 §2.1: an access token dies alone, on every node at once', async () => {
  const tokens = await client.tokens(registration);
  const { body: next } = await client.refresh(registration, tokens.refresh_token);
  for (const node of [client, elsewhere]) expect((await node.me(tokens.access_token)).status).toBe(200);
  expectDone(await client.revoke(registration, tokens.access_token));
  await expectDead(tokens.access_token);
  await expectAlive(next.access_token);
  expect((await client.refresh(registration, next.refresh_token)).status).toBe(200);
});

it('[B43] RFC 7009 §2.1: a refresh token takes its grant with it on every node, and no other grant', async () => {
  const own = await client.register();
  const [lost, device] = [await client.tokens(own), await client.tokens(own)];
  const { body: next } = await elsewhere.refresh(own, lost.refresh_token);
  expect((await elsewhere.me(next.access_token)).status).toBe(200);
  expectDone(await client.revoke(own, next.refresh_token));
  for (const { access_token, refresh_token } of [lost, next]) {
    await expectDead(access_token);
    for (const node of [client, elsewhere]) {
      expectOAuthError(await node.refresh(own, refresh_token), 400, 'invalid_grant');
    }
  }
  await expectAlive(device.access_token);
  expect((await client.refresh(own, device.refresh_token)).status).toBe(200);
  const listed = expect.objectContaining({ client_id: own.client_id, grants: 1 });
  expect((await client.apps()).body).toContainEqual(listed);
});

it('[B43] RFC 7009 §2.1: a refresh token that was superseded just now revokes, an older one does not', async () => {
  const own = await client.register();
  const [young, old] = [await client.tokens(own), await client.tokens(own)];
  const { body: ofOld } = await client.refresh(own, old.refresh_token);
  await age(app.database, own.client_id, 61);
  const { body: ofYoung } = await client.refresh(own, young.refresh_token);
  expectDone(await client.revoke(own, young.refresh_token));
  await expectDead(ofYoung.access_token);
  expectDone(await client.revoke(own, old.refresh_token));
  await expectAlive(ofOld.access_token);
  expect((await client.refresh(own, ofOld.refresh_token)).status).toBe(200);
});

it('[B43] RFC 7009 §2.2: whatever is presented is answered alike, and what is not the client’s lives on', async () => {
  const other = await client.register();
  const foreign = await client.tokens(other);
  const spent = await client.tokens(registration);
  expectDone(await client.revoke(registration, spent.refresh_token));
  const code = await client.code(registration);
  const presented: [string, string][] = [
    ['a foreign access token', foreign.access_token],
    ['a foreign refresh token', foreign.refresh_token],
    ['a dead access token', spent.access_token],
    ['a dead refresh token', spent.refresh_token],
    ['an access token as refresh token', foreign.access_token.replace('sd_at_', 'sd_rt_')],
    ['an unknown token', 'sd_rt_unknown'],
    ['a code', code],
    ['a JWT', await client.jwt()],
    ['text', '<é> "\\ \n'],
    ['much', 'x'.repeat(50_000)],
  ];
  for (const [what, token] of presented) {
    const { status, text } = await client.revoke(registration, token);
    expect([what, status, text]).toEqual([what, 200, '']);
  }
  await expectAlive(foreign.access_token);
  expect((await client.refresh(other, foreign.refresh_token)).status).toBe(200);
  expect((await client.exchange(registration, code)).status).toBe(200);
});

it.each(['access_token', 'refresh_token', 'pkce', ''])(
  '[B43] RFC 7009 §2.1: the hint %j hides no token',
  async (token_type_hint) => {
    const [one, two] = [await client.tokens(registration), await client.tokens(registration)];
    expectDone(await client.revoke(registration, one.access_token, { token_type_hint }));
    await expectDead(one.access_token);
    expectDone(await client.revoke(registration, two.refresh_token, { token_type_hint }));
    await expectDead(two.access_token);
  },
);

it('[B43] RFC 7009 §2.1: JSON and HTTP Basic do as well, with and without the last slash', async () => {
  const { client_id, client_secret } = confidential;
  const [one, two] = [await client.tokens(confidential), await client.tokens(confidential)];
  expectDone(await client.postJson(PATH, { token: one.refresh_token, client_id, client_secret }));
  await expectDead(one.access_token);
  const authorization = basic(client_id, client_secret!);
  expectDone(await client.post(PATH.slice(0, -1), { token: two.refresh_token }, authorization));
  await expectDead(two.access_token);
});

it('[B43] RFC 6749 §5.2: an unproven client is 401 and revokes nothing', async () => {
  const { client_id, client_secret } = confidential;
  const { access_token, refresh_token } = await client.tokens(confidential);
  const wrong: [Record<string, string>, Record<string, string>][] = [
    [{}, {}],
    [{ client_id: 'sd_cl_unknown' }, {}],
    [{ client_id }, {}],
    [{ client_id, client_secret: 'x' }, {}],
    [{ client_id: registration.client_id, client_secret: client_secret! }, {}],
    [{}, basic(client_id, 'x')],
    [{}, basic('all-seeing', 'all-seeing-secret')],
    [{}, { authorization: `Bearer ${access_token}` }],
  ];
  for (const token of [access_token, refresh_token, 'unknown']) {
    for (const [fields, headers] of wrong) {
      const answer = await client.post(PATH, { token, ...fields }, headers);
      expectOAuthError(answer, 401, 'invalid_client');
      const basicWasTried = headers.authorization?.startsWith('Basic') ?? false;
      expect(answer.headers.has('www-authenticate')).toBe(basicWasTried);
    }
  }
  await expectAlive(access_token);
  expect((await client.refresh(confidential, refresh_token)).status).toBe(200);
});

it('[B43] RFC 7009 §2.2.1: a request without a token, or that can be read in two ways, is invalid_request', async () => {
  const { access_token } = await client.tokens(registration);
  const { client_id } = registration;
  for (const token of [undefined, '', [access_token, access_token]]) {
    expectOAuthError(await client.post(PATH, { token, client_id }), 400, 'invalid_request');
  }
  const twice = `{"token":"x","token":"${access_token}","client_id":"${client_id}"}`;
  for (const body of [twice, { token: [access_token], client_id }, [], `{"token":"\\u0000"}`]) {
    expectOAuthError(await client.postJson(PATH, body), 400, 'invalid_request');
  }
  const both = { token: access_token, client_id, client_secret: 'x' };
  expectOAuthError(await client.post(PATH, both, basic(client_id, 'x')), 400, 'invalid_request');
  const query = `?token=${access_token}&client_id=${client_id}`;
  expectOAuthError(await client.post(PATH + query, {}), 400, 'invalid_request');
  expectOAuthError(await client.request(PATH + query), 405, 'invalid_request');
  await expectAlive(access_token);
});

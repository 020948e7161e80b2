import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { runJob } from '../support/run-job.js';
import { expectOAuthError } from '../support/oauth-error.js';
import { RESOURCE_SERVERS, startServer, startTestApp, type TestApp } from '../support/test-app.js';
import { basic, TestClient, type TestRegistration } from '../support/test-client.js';

const DAY = 86_400;
const MCP = RESOURCE_SERVERS[1]!.resource!;
const key = (kid: string) => `${kid}:${randomBytes(32).toString('base64')}`;
const K1 = key('k1');
const ALL = 'profile:read apps:read accounts:read';

let app: TestApp;
let client: TestClient;
let registration: TestRegistration;
let confidential: TestRegistration;
beforeAll(async () => {
  app = await startTestApp({ ENCRYPTION_KEYS: K1, GRANT_MAX_AGE: String(200 * DAY), RATE_LIMITS: 'off' });
  client = new TestClient(app);
  registration = await client.register();
  confidential = await client.register({ token_endpoint_auth_method: 'client_secret_basic' });
});
afterAll(() => app.close());

const expectAlive = async (token: string) => expect((await client.me(token)).status).toBe(200);
const expectDead = async (token: string) => expect((await client.me(token)).status).toBe(401);

it('[B37] RFC 9700 §4.14.2: each use rotates, and a retry within the grace gets the same pair', async () => {
  const own = await client.register();
  const first = await client.tokens(own);
  const { body: second } = await client.refresh(own, first.refresh_token);
  expect((await client.refresh(own, first.refresh_token)).body).toEqual(second);
  const { body: third } = await client.refresh(own, second.refresh_token);
  const tokens = [first, second, third].flatMap((pair: any) => [pair.access_token, pair.refresh_token]);
  expect(new Set(tokens).size).toBe(6);
  await age(app.database, own.client_id, 59);
  const { body: retried } = await client.refresh(own, first.refresh_token);
  expect(retried).toEqual({ ...second, expires_in: expect.any(Number) });
  for (const { access_token } of [first, second, third]) await expectAlive(access_token);
  expect((await client.refresh(own, third.refresh_token)).status).toBe(200);
});

it('[B37] RFC 9700 §4.14.2: a retry within the grace gets its pair whatever became of it meanwhile', async () => {
  const own = await client.register();
  const first = await client.tokens(own, { scope: ALL });
  const { body: second } = await client.refresh(own, first.refresh_token, { scope: 'apps:read' });
  const { body: third } = await client.refresh(own, second.refresh_token);
  expect((await client.revoke(own, second.access_token)).status).toBe(200);
  await expectDead(second.access_token);
  await runJob(app.database, 'tokens.reap');
  const { body: retried } = await client.refresh(own, first.refresh_token);
  expect(retried).toEqual({ ...second, expires_in: 1 });
  await expectAlive(third.access_token);
  await age(app.database, own.client_id, 59);
  await runJob(app.database, 'tokens.reap');
  expect((await client.revoke(own, first.refresh_token)).status).toBe(200);
  await expectDead(third.access_token);
});

it('[B37] RFC 9700 §4.14.2: only the key leads to successors; a new key still repeats those of the old one', async () => {
  const { refresh_token } = await client.tokens(registration);
  const { body: pair } = await client.refresh(registration, refresh_token);
  const rotated = await startServer({ DATABASE_URL: app.databaseUrl, ENCRYPTION_KEYS: `${key('k2')},${K1}` });
  try {
    const elsewhere = new TestClient(rotated);
    expect((await elsewhere.refresh(registration, refresh_token)).body).toEqual({
      ...pair,
      expires_in: expect.any(Number),
    });
    await app.database.query(
      `UPDATE grants SET refresh_token_hash = sha256($1) WHERE refresh_token_hash = sha256($2)`,
      [refresh_token, pair.refresh_token],
    );
    const { body: other } = await elsewhere.refresh(registration, refresh_token);
    expect(other).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
    expect(other.access_token).not.toBe(pair.access_token);
    expect(other.refresh_token).not.toBe(pair.refresh_token);
  } finally {
    await rotated.stop();
  }
});

it('[B37] RFC 9700 §4.14.2: a token of a key that was dropped since rotates, and its retries get the same pair', async () => {
  const own = await client.register();
  const [one, raced] = [await client.tokens(own), await client.tokens(own)];
  // As `keys:rotate` and `keys:forget` leave it.
  const forgetKeys = () => app.database.query('DELETE FROM key_canaries');
  await forgetKeys();
  const later = await startServer({
    DATABASE_URL: app.databaseUrl,
    ENCRYPTION_KEYS: key('k9'),
    RATE_LIMITS: 'off',
  });
  try {
    const there = new TestClient(later);
    const { status, body: pair } = await there.refresh(own, one.refresh_token);
    expect(status).toBe(200);
    expect((await there.refresh(own, one.refresh_token)).body).toEqual(pair);
    const answers = await Promise.all([1, 2, 3, 4].map(() => there.refresh(own, raced.refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await age(app.database, own.client_id, 61);
    expectOAuthError(await there.refresh(own, one.refresh_token), 400, 'invalid_grant');
    await expectDead(pair.access_token);
  } finally {
    await later.stop();
    await forgetKeys();
  }
});

it('[B38] RFC 9700 §4.14.2: reuse after the grace revokes that grant and no other', async () => {
  const own = await client.register();
  const [stolen, device] = [await client.tokens(own), await client.tokens(own)];
  const { body: next } = await client.refresh(own, stolen.refresh_token);
  await age(app.database, own.client_id, 61);
  expectOAuthError(await client.refresh(own, stolen.refresh_token), 400, 'invalid_grant');
  await expectDead(stolen.access_token);
  await expectDead(next.access_token);
  expectOAuthError(await client.refresh(own, next.refresh_token), 400, 'invalid_grant');
  await expectAlive(device.access_token);
  expect((await client.refresh(own, device.refresh_token)).status).toBe(200);
});

it('[B38] RFC 9700 §4.14.2: the grace counts from the first use, however many follow', async () => {
  const own = await client.register();
  const { refresh_token } = await client.tokens(own);
  const { body: next } = await client.refresh(own, refresh_token);
  for (const seconds of [25, 25]) {
    await age(app.database, own.client_id, seconds);
    const { body } = await client.refresh(own, refresh_token);
    expect(body).toEqual({ ...next, expires_in: expect.any(Number) });
    expect(body.expires_in).toBeLessThan(3600);
  }
  await age(app.database, own.client_id, 25);
  expectOAuthError(await client.refresh(own, refresh_token), 400, 'invalid_grant');
  await expectDead(next.access_token);
});

it('[B39] RFC 6749 §6: the token of another client is refused and stays unharmed', async () => {
  const { access_token, refresh_token } = await client.tokens(registration);
  const other = await client.register();
  for (let attempt = 0; attempt < 3; attempt++) {
    expectOAuthError(await client.refresh(other, refresh_token), 400, 'invalid_grant');
  }
  expectOAuthError(await client.refresh(confidential, refresh_token), 400, 'invalid_grant');
  expectOAuthError(await client.refresh(registration, access_token), 400, 'invalid_grant');
  await expectAlive(access_token);
  expect((await client.refresh(registration, refresh_token)).status).toBe(200);
});

it('[B39] RFC 6749 §10.10: a token that is made up for the grant of somebody else ends nothing', async () => {
  const { access_token, refresh_token } = await client.tokens(registration, {}, { sub: 'victim' });
  const own = await client.tokens(registration, {}, { sub: 'attacker' });
  const { body: next } = await client.refresh(registration, own.refresh_token);
  await age(app.database, registration.client_id, 61);
  const grant = refresh_token.slice(6, 17);
  const forged = [own.refresh_token, next.refresh_token].map((token) => `sd_rt_${grant}${token.slice(17)}`);
  for (const token of [
    ...forged,
    `sd_rt_${grant}`,
    `sd_rt_${grant}${randomBytes(24).toString('base64url')}`,
  ]) {
    expectOAuthError(await client.refresh(registration, token), 400, 'invalid_grant');
    expect((await client.revoke(registration, token)).status).toBe(200);
    expect((await client.introspect(token)).body).toEqual({ active: false });
  }
  await expectAlive(access_token);
  expect((await client.refresh(registration, refresh_token)).status).toBe(200);
});

it('[B40] RFC 6749 §6: scopes may shrink for the access token alone, and never grow', async () => {
  const { refresh_token } = await client.tokens(registration, { scope: ALL });
  for (const scope of ['apps:write', `${ALL} apps:write`, 'unknown', 'PROFILE:READ']) {
    expectOAuthError(await client.refresh(registration, refresh_token, { scope }), 400, 'invalid_scope');
  }
  const scope = 'apps:read profile:read offline_access';
  const narrow = await client.refresh(registration, refresh_token, { scope });
  expect([narrow.status, narrow.body.scope]).toEqual([200, 'apps:read profile:read']);
  expect((await client.me(narrow.body.access_token)).body.scopes).toEqual(['apps:read', 'profile:read']);
  expect((await client.refresh(registration, refresh_token)).body).toEqual(narrow.body);
  const wide = await client.refresh(registration, narrow.body.refresh_token);
  expect((await client.me(wide.body.access_token)).body.scopes).toEqual(ALL.split(' '));
});

it('[B40] RFC 8707 §2.2: resources may shrink for the access token alone, and never grow', async () => {
  const plain = await client.tokens(registration);
  const code = await client.code(registration, { resource: [app.url, MCP] });
  for (const resource of [
    'https://elsewhere.example',
    '/relative',
    `${MCP}#x`,
    [MCP, 'https://elsewhere.example'],
  ]) {
    expectOAuthError(await client.exchange(registration, code, { resource }), 400, 'invalid_target');
    expectOAuthError(
      await client.refresh(registration, plain.refresh_token, { resource }),
      400,
      'invalid_target',
    );
  }
  expectOAuthError(
    await client.refresh(registration, plain.refresh_token, { resource: MCP }),
    400,
    'invalid_target',
  );
  const audience = async (token: string) => (await client.introspect(token)).body.aud;
  const { body: narrow } = await client.exchange(registration, code, { resource: `${app.url}/public/` });
  expect(await audience(narrow.access_token)).toBe(`${app.url}/public/`);
  const { body: other } = await client.refresh(registration, narrow.refresh_token, { resource: `${MCP}/` });
  expect(await audience(other.access_token)).toBe(`${MCP}/`);
  await expectDead(other.access_token);
  const { body: wide } = await client.refresh(registration, other.refresh_token);
  expect(await audience(wide.access_token)).toEqual([app.url, MCP]);
});

it('[B41] RFC 9700 §4.14.2: an idle refresh token ends after 90 days, a used one slides', async () => {
  const own = await client.register();
  const { refresh_token } = await client.tokens(own);
  await age(app.database, own.client_id, 89 * DAY);
  const { body } = await client.refresh(own, refresh_token);
  await age(app.database, own.client_id, 89 * DAY);
  expect((await client.refresh(own, body.refresh_token)).status).toBe(200);
  const idle = await client.tokens(own);
  await age(app.database, own.client_id, 90 * DAY);
  expectOAuthError(await client.refresh(own, idle.refresh_token), 400, 'invalid_grant');
});

it('[B41] RFC 9700 §4.14.2: nothing outlives the greatest age of a grant', async () => {
  const own = await client.register();
  let { refresh_token } = await client.tokens(own);
  for (const days of [80, 80, 39]) {
    await age(app.database, own.client_id, days * DAY);
    ({ refresh_token } = (await client.refresh(own, refresh_token)).body as { refresh_token: string });
  }
  await age(app.database, own.client_id, DAY - 600);
  const { body: last } = await client.refresh(own, refresh_token);
  expect(last.expires_in).toBeGreaterThan(590);
  expect(last.expires_in).toBeLessThanOrEqual(600);
  await age(app.database, own.client_id, 600);
  await expectDead(last.access_token);
  expectOAuthError(await client.refresh(own, last.refresh_token), 400, 'invalid_grant');
});

it('[B41] RFC 9700 §4.14.2: the greatest age holds for grants from before it was shortened', async () => {
  const own = await client.register();
  const { refresh_token } = await client.tokens(own);
  const older = `UPDATE grants SET created_at = created_at - interval '201 days' WHERE client_id = $1`;
  await app.database.query(older, [own.client_id]);
  expectOAuthError(await client.refresh(own, refresh_token), 400, 'invalid_grant');
});

it('[B41] RFC 9700 §4.14.2: nothing of a removed user refreshes', async () => {
  const { refresh_token } = await client.tokens(registration, {}, { sub: 'leaver' });
  const operator = basic('all-seeing', 'all-seeing-secret');
  expect((await client.postJson('/v1/subjects/revoke', { user_id: 'leaver' }, operator)).status).toBe(204);
  expectOAuthError(await client.refresh(registration, refresh_token), 400, 'invalid_grant');
});

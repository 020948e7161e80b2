import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { expectOAuthError } from '../support/oauth-error.js';
import { RESOURCE_SERVERS, startTestApp, type TestApp } from '../support/test-app.js';
import { type Answer, basic, bearer, TestClient, type TestRegistration } from '../support/test-client.js';

const LIST = '/public/v1/oauth/apps/';
const DAY = 86_400;
const HOUR = 3600;
const operator = basic('all-seeing', 'all-seeing-secret');

let app: TestApp;
let client: TestClient;
let user = 0;
/** A user of its own for each test. */
let sub: string;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
});
afterAll(() => app.close());

const newUser = () => (sub = `user-${++user}`);
const tokens = (registration: TestRegistration, scope?: string) =>
  client.tokens(registration, { scope }, { sub });
const list = async (of = sub) => (await client.apps(of)).body;
const idsOf = async (of = sub) => (await list(of)).map(({ id }) => id);
const remove = (id: string, token: string) =>
  client.request(`${LIST}${id}/`, { method: 'DELETE', headers: bearer(token) });
const expectDead = async (
  registration: TestRegistration,
  pair: { access_token: string; refresh_token: string },
) => {
  expect((await client.me(pair.access_token)).status).toBe(401);
  expect((await client.introspect(pair.access_token)).body).toEqual({ active: false });
  expectOAuthError(await client.refresh(registration, pair.refresh_token), 400, 'invalid_grant');
};
const expectProblem = ({ status, headers, body }: Answer, expected: number, code: string) => {
  expect([status, body.code]).toEqual([expected, code]);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
};

describe('GET apps', () => {
  it('[B45] RFC 7009 §1: each app stands there once, with all that its devices may do', async () => {
    newUser();
    const client_uri = 'https://acme.example';
    const logo_uri = 'https://acme.example/logo.png';
    const one = await client.register({ client_name: `Acme ${sub}`, client_uri, logo_uri });
    const two = await client.register();
    await tokens(one, 'profile:read');
    await tokens(one, 'apps:read accounts:read');
    await tokens(two);
    await age(app.database, one.client_id, 60);
    expect(await list()).toEqual([
      expect.objectContaining({ id: two.client_id, grants: 1, logo_uri: null, client_uri: null }),
      {
        id: one.client_id,
        client_id: one.client_id,
        name: `Acme ${sub}`,
        logo_uri,
        client_uri,
        scopes: ['accounts:read', 'apps:read', 'profile:read'],
        authorized_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        last_used_at: expect.stringMatching(/Z$/),
        grants: 2,
      },
    ]);
  });

  it('[B45] RFC 7009 §1: an app stays while a refresh token lives, its access tokens long gone', async () => {
    newUser();
    const registration = await client.register();
    const { access_token, refresh_token } = await tokens(registration);
    for (const seconds of [2 * HOUR, 80 * DAY]) {
      await age(app.database, registration.client_id, seconds);
      expect((await client.me(access_token)).status).toBe(401);
      expect(await idsOf()).toEqual([registration.client_id]);
    }
    const before = (await list())[0];
    expect((await client.refresh(registration, refresh_token)).status).toBe(200);
    const after = (await list())[0];
    expect(after.authorized_at).toBe(before.authorized_at);
    expect(Date.parse(after.last_used_at) - Date.parse(before.last_used_at)).toBeGreaterThan(80 * DAY * 1000);
    await age(app.database, registration.client_id, 89 * DAY);
    expect((await client.disconnect(registration.client_id, sub)).status).toBe(204);
    expect(await idsOf()).toEqual([]);
  });

  it('[B45] RFC 7009 §1: what ended by itself, or never began, is not there', async () => {
    newUser();
    const [idle, simple, pending, denied, revoked] = [
      await client.register(),
      await client.register({ grant_types: ['authorization_code'] }),
      await client.register(),
      await client.register(),
      await client.register(),
    ];
    await tokens(idle);
    await tokens(simple);
    await client.code(pending, {}, { sub });
    await client.decide('deny', await client.startConsent(denied), { sub });
    await client.revoke(revoked, (await tokens(revoked)).refresh_token);
    expect((await idsOf()).toSorted()).toEqual([idle.client_id, simple.client_id].toSorted());
    await age(app.database, idle.client_id, 90 * DAY);
    await age(app.database, simple.client_id, HOUR);
    expect(await idsOf()).toEqual([]);
    expect((await client.disconnect(idle.client_id, sub)).status).toBe(404);
  });

  it('[B45] RFC 6750 §3.1: a bearer needs apps:read, and sees its own user’s', async () => {
    newUser();
    const registration = await client.register();
    const able = await tokens(registration, 'apps:read');
    const unable = await tokens(registration, 'profile:read apps:write');
    const seen = await client.request(LIST, { headers: bearer(able.access_token) });
    expect([seen.status, seen.body]).toEqual([200, await list()]);
    const refused = await client.request(LIST, { headers: bearer(unable.access_token) });
    expectProblem(refused, 403, 'insufficient_scope');
    expect(refused.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*scope="apps:read"/);
    expect((await client.request(LIST)).status).toBe(401);
    expect((await client.request(LIST, { headers: operator })).status).toBe(401);
  });
});

describe('DELETE apps', () => {
  it('[B45] RFC 7009 §2: 204, then 404; every device and pending code is dead, other apps and users are not', async () => {
    newUser();
    const [registration, other] = [await client.register(), await client.register()];
    const devices = [await tokens(registration), await tokens(registration), await tokens(registration)];
    const { body: next } = await client.refresh(registration, devices[0]!.refresh_token);
    const code = await client.code(registration, {}, { sub });
    const bystanders = [await tokens(other), await client.tokens(registration, {}, { sub: `${sub}-other` })];
    const gone = await client.disconnect(registration.client_id, sub);
    expect([gone.status, gone.text]).toEqual([204, '']);
    for (const pair of [...devices, next]) await expectDead(registration, pair as (typeof devices)[0]);
    expectOAuthError(await client.exchange(registration, code), 400, 'invalid_grant');
    expectProblem(await client.disconnect(registration.client_id, sub), 404, 'not_found');
    expect(await idsOf()).toEqual([other.client_id]);
    expect(await idsOf(`${sub}-other`)).toEqual([registration.client_id]);
    for (const { access_token } of bystanders) expect((await client.me(access_token)).status).toBe(200);
  });

  it('[B45] RFC 7009 §2: after it the user is asked again, and a request that waited may still be approved', async () => {
    newUser();
    const registration = await client.register();
    const scopesOf = async (requestId: string) => (await client.show(requestId, sub)).body.scopes;
    await tokens(registration);
    const waiting = await client.startConsent(registration);
    expect(await scopesOf(waiting)).toMatchObject([{ name: 'profile:read', is_new: false }]);
    await client.disconnect(registration.client_id, sub);
    expect(await scopesOf(waiting)).toMatchObject([{ name: 'profile:read', is_new: true }]);
    expect(await idsOf()).toEqual([]);
    const { body } = await client.decide('approve', waiting, { sub });
    const code = new URL(body.redirect_to).searchParams.get('code')!;
    expect((await client.exchange(registration, code)).status).toBe(200);
    expect(await idsOf()).toEqual([registration.client_id]);
  });

  it('[B45] RFC 7009 §2: an id of somebody else, or of nobody, is 404', async () => {
    newUser();
    const registration = await client.register();
    const { access_token } = await client.tokens(registration, {}, { sub: `${sub}-other` });
    const { access_token: mighty } = await tokens(await client.register(), 'apps:write');
    const ids = [registration.client_id, 'sd_cl_unknown', 'x'.repeat(300), '%20', '%F0%9F%98%80', "'"];
    for (const id of ids) {
      for (const token of [await client.jwt(sub), mighty]) {
        expectProblem(await remove(id, token), 404, 'not_found');
      }
    }
    expectProblem(await remove('%00', await client.jwt(sub)), 400, 'invalid_input');
    expect((await client.me(access_token)).status).toBe(200);
  });

  it('[B45] RFC 6750 §3.1: a bearer needs apps:write, except for its own app', async () => {
    newUser();
    const [mine, other] = [await client.register(), await client.register()];
    const weak = await tokens(mine, 'profile:read');
    const strong = await tokens(mine, 'apps:write');
    const victim = await tokens(other);
    for (const id of [other.client_id, 'sd_cl_unknown']) {
      const refused = await remove(id, weak.access_token);
      expectProblem(refused, 403, 'insufficient_scope');
      expect(refused.headers.get('www-authenticate')).toContain('scope="apps:write"');
    }
    expect((await client.me(victim.access_token)).status).toBe(200);
    expect((await remove(other.client_id, strong.access_token)).status).toBe(204);
    await expectDead(other, victim);
    expect((await remove(mine.client_id, weak.access_token)).status).toBe(204);
    for (const pair of [weak, strong]) await expectDead(mine, pair);
    expect((await remove(mine.client_id, strong.access_token)).status).toBe(401);
    expect((await client.request(`${LIST}${mine.client_id}/`, { method: 'DELETE' })).status).toBe(401);
  });

  it('[B45] RFC 8707 §2: a token for another resource disconnects nothing', async () => {
    newUser();
    const registration = await client.register();
    const resource = RESOURCE_SERVERS[1]!.resource!;
    const scope = 'apps:write apps:read';
    const { access_token } = await client.tokens(registration, { resource, scope }, { sub });
    expect((await remove(registration.client_id, access_token)).status).toBe(401);
    expect((await client.request(LIST, { headers: bearer(access_token) })).status).toBe(401);
    expect(await idsOf()).toEqual([registration.client_id]);
  });
});

describe('POST /v1/subjects/revoke', () => {
  const revoke = (body: unknown, headers: Record<string, string> = operator) =>
    client.postJson('/v1/subjects/revoke', body, headers);

  it('[B45] RFC 7009 §2: ends what it names: a user, a workspace, or a user within a workspace', async () => {
    newUser();
    const registration = await client.register();
    const inWorkspace = (name: string, org_id?: string) =>
      client.tokens(registration, {}, { sub: `${sub}-${name}`, claims: org_id ? { org_id } : {} });
    const org = `org-${sub}`;
    const pairs = {
      ann: await inWorkspace('ann', org),
      bob: await inWorkspace('bob', org),
      annElsewhere: await inWorkspace('ann'),
      cy: await inWorkspace('cy', `${org}-2`),
    };
    const code = await client.code(registration, {}, { sub: `${sub}-cy`, claims: { org_id: `${org}-2` } });
    const alive = async () => {
      const names = Object.entries(pairs).map(async ([name, { access_token }]) =>
        (await client.me(access_token)).status === 200 ? [name] : [],
      );
      return (await Promise.all(names)).flat();
    };
    const steps: [Record<string, string>, string[]][] = [
      [{ user_id: `${sub}-ann`, workspace_id: `org:${org}-2` }, ['ann', 'bob', 'annElsewhere', 'cy']],
      [{ user_id: `${sub}-ann`, workspace_id: `org:${org}` }, ['bob', 'annElsewhere', 'cy']],
      [{ workspace_id: `org:${org}` }, ['annElsewhere', 'cy']],
      [{ workspace_id: `org:${org}` }, ['annElsewhere', 'cy']],
      [{ user_id: `${sub}-ann` }, ['cy']],
      [{ user_id: `${sub}-cy`, ...{ ignored: 'x' } }, []],
    ];
    for (const [body, left] of steps) {
      const { status, text } = await revoke(body);
      expect([body, status, text, await alive()]).toEqual([body, 204, '', left]);
    }
    for (const pair of Object.values(pairs)) await expectDead(registration, pair);
    expectOAuthError(await client.exchange(registration, code), 400, 'invalid_grant');
  });

  it('[B45] RFC 7617 §2: only resource servers may', async () => {
    newUser();
    const { access_token } = await tokens(await client.register(), 'apps:write');
    const wrong = [{}, basic('all-seeing', 'x'), bearer(access_token), bearer(await client.jwt(sub))];
    for (const headers of wrong) {
      const answer = await revoke({ user_id: sub }, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    }
    expect((await client.me(access_token)).status).toBe(200);
  });

  it('[B45] RFC 9457 §3: a body that names nobody for sure is 400', async () => {
    newUser();
    const { access_token } = await tokens(await client.register());
    const workspace_id = `user:${sub}`;
    const wrong = [
      {},
      [],
      [{ user_id: sub }],
      'null',
      '""',
      '',
      { user_id: '' },
      { user_id: 1, workspace_id },
      { user_id: [sub] },
      { user_id: null, workspace_id },
      { user_id: sub, workspace_id: null },
      { user_id: sub, workspace_id: {} },
      { user_id: 'x'.repeat(256) },
      `{"user_id":"x","user_id":"${sub}"}`,
    ];
    for (const body of wrong) {
      const { status, body: problem } = await revoke(body);
      expect([body, status, problem.code]).toEqual([body, 400, 'invalid_input']);
    }
    expect((await client.me(access_token)).status).toBe(200);
  });
});

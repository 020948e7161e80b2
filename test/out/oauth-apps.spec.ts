import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { basic, bearer, TestClient } from '../support/test-client.js';
import { CLIENT_SECRET, OAuthAppCalls, unreachable } from './oauth-app-calls.js';

let app: TestApp;
let calls: OAuthAppCalls;
let workspaces = 0;
beforeAll(async () => {
  app = await startTestApp({
    PROVIDER_ORIGINS: await unreachable(
      'https://api.x.com',
      'https://open.tiktokapis.com',
      'https://www.linkedin.com',
      'https://graph.facebook.com',
      'https://api.instagram.com',
    ),
  });
  calls = new OAuthAppCalls(app);
});
afterAll(() => app.close());

/** A workspace in which nothing was done yet. */
const freshWorkspace = () => new OAuthAppCalls(app, 'user-1', { org_id: `fresh-${(workspaces += 1)}` });

const APP = {
  id: expect.stringMatching(/^oa_[A-Za-z0-9_-]{22}$/),
  provider: 'x',
  name: 'My X App',
  client_id: 'an-id-of-x',
  client_secret_last4: '0001',
  redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/oauth\/x\/callback$/),
  scopes: ['tweet.write', 'media.write', 'users.read', 'offline.access', 'tweet.read'],
  options: {},
  is_default: true,
  verification: 'unknown',
  verification_hint: 'X gave no usable answer. Try again in a few minutes.',
  verified_at: null,
  created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
};

describe('creating', () => {
  it('answers 201 with what to register at the provider, and never the secret', async () => {
    const answer = await freshWorkspace().create();
    expect([answer.status, answer.body]).toEqual([201, APP]);
    expect(answer.text).not.toContain(CLIENT_SECRET);
  });

  it('is listed and shown alike', async () => {
    const workspace = freshWorkspace();
    const created = await workspace.created();
    expect((await workspace.list()).body).toEqual([created]);
    expect((await workspace.get(created.id)).body).toEqual(created);
  });

  it('takes every provider that GET /v1/providers names, with its redirect URI and scopes', async () => {
    const workspace = freshWorkspace();
    const client = new TestClient(app);
    const providers = await client.request('/v1/providers', { headers: bearer(await client.jwt()) });
    expect(providers.body.map(({ id }: { id: string }) => id)).toEqual([
      'instagram',
      'facebook',
      'x',
      'linkedin',
      'tiktok',
    ]);
    for (const { id, redirect_uri, scopes } of providers.body as any[]) {
      expect(await workspace.created({ provider: id })).toMatchObject({ provider: id, redirect_uri, scopes });
    }
    expect((await workspace.list()).body).toHaveLength(5);
    expect((await workspace.list('?provider=tiktok')).body.map(({ provider }) => provider)).toEqual([
      'tiktok',
    ]);
  });

  it('drops white space around what was pasted', async () => {
    const body = await freshWorkspace().created({
      name: '  Ours\n',
      client_id: '\tan-id-of-x ',
      client_secret: ` ${CLIENT_SECRET}\r\n`,
    });
    expect(body).toMatchObject({ name: 'Ours', client_id: 'an-id-of-x', client_secret_last4: '0001' });
  });

  it('counts the name in code points', async () => {
    const name = '👩🏽'.repeat(60);
    expect(await freshWorkspace().created({ name })).toMatchObject({ name });
    expect((await freshWorkspace().create({ name: `${name}!` })).status).toBe(400);
    expect((await freshWorkspace().create({ name: 'é' })).status).toBe(201);
  });

  it('keeps the settings that the provider knows', async () => {
    const tiktok = await freshWorkspace().created({ provider: 'tiktok', options: { app_type: 'desktop' } });
    expect(tiktok.options).toEqual({ app_type: 'desktop' });
    const linkedin = await freshWorkspace().created({
      provider: 'linkedin',
      options: { organisations: true },
    });
    expect(linkedin.scopes).toEqual(
      expect.arrayContaining(['w_member_social', 'w_organization_social', 'r_organization_admin']),
    );
  });

  it('ignores unknown fields', async () => {
    const body = await freshWorkspace().created({
      id: 'oa_mine',
      is_default: false,
      workspace_id: 'org:other',
    });
    expect(body).toEqual(APP);
  });

  it.each([
    [{ provider: undefined }, 'provider'],
    [{ provider: 'myspace' }, 'provider'],
    [{ provider: ['x'] }, 'provider'],
    [{ provider: '__proto__' }, 'provider'],
    [{ name: '' }, 'name'],
    [{ name: ' \n ' }, 'name'],
    [{ name: 'two\nlines' }, 'name'],
    [{ name: 'a'.repeat(121) }, 'name'],
    [{ name: null }, 'name'],
    [{ name: 7 }, 'name'],
    [{ client_id: undefined }, 'client_id'],
    [{ client_id: '   ' }, 'client_id'],
    [{ client_id: 'a'.repeat(1025) }, 'client_id'],
    [{ client_id: 'line\nbreak' }, 'client_id'],
    [{ client_id: '\u200binvisible' }, 'client_id'],
    [{ client_secret: undefined }, 'client_secret'],
    [{ client_secret: '' }, 'client_secret'],
    [{ client_secret: { toString: 'x' } }, 'client_secret'],
    [{ client_secret: `${CLIENT_SECRET}\u00e9` }, 'client_secret'],
    [{ options: null }, 'options'],
    [{ options: ['app_type'] }, 'options'],
    [{ options: { app_type: 'desktop' } }, 'options.app_type'],
    [{ provider: 'tiktok', options: { app_type: 'toaster' } }, 'options.app_type'],
    [{ provider: 'linkedin', options: { organisations: 'yes' } }, 'options.organisations'],
  ])('refuses %j, naming the field', async (fields, field) => {
    const workspace = freshWorkspace();
    const { status, body, text, headers } = await workspace.create(fields);
    expect([status, body.errors]).toEqual([400, [{ field, message: expect.any(String) }]]);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body.code).toBe(
      body.errors[0].message.startsWith('must be one of inst') ? 'unknown_provider' : 'invalid_input',
    );
    expect(text).not.toContain(CLIENT_SECRET);
    expect((await workspace.list()).body).toEqual([]);
  });

  it('names every wrong field at once', async () => {
    const { body } = await calls.create({ name: '', client_id: '', client_secret: '' });
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'name',
      'client_id',
      'client_secret',
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['null', 'null'],
    ['a list', '[]'],
    ['a list of one', '[{"provider":"x"}]'],
    ['a text', '"x"'],
    ['a number', '7'],
    ['half an object', '{"provider":'],
    ['a member named twice', '{"provider":"x","provider":"tiktok"}'],
    ['a null character', '{"provider":"x\\u0000"}'],
    ['a very deep list', `{"options":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['very deep objects', `${'{"options":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['half a character', '{"name":"\\ud800"}'],
  ])('answers 400 to a body of %s', async (_, body) => {
    expect((await calls.send('POST', '', body)).status).toBe(400);
  });

  it.each(['application/x-www-form-urlencoded', 'text/xml', 'text/plain'])('takes no %s', async (type) => {
    const form = 'provider=x&name=a&client_id=b&client_secret=c';
    expect((await calls.send('POST', '', form, type)).status).toBe(415);
  });
});

describe('listing', () => {
  it.each(['?provider=myspace', '?provider=', '?provider=x&provider=tiktok', '?provider=%00'])(
    'answers 400 to %s',
    async (query) => {
      expect((await calls.list(query)).status).toBe(400);
    },
  );

  it('is oldest first, and empty in the beginning', async () => {
    const workspace = freshWorkspace();
    expect((await workspace.list()).body).toEqual([]);
    for (const name of ['first', 'second', 'third']) await workspace.created({ name });
    expect((await workspace.list()).body.map(({ name }) => name)).toEqual(['first', 'second', 'third']);
  });
});

describe('who may', () => {
  it('somebody else finds nothing: not by list, GET, PATCH or DELETE', async () => {
    const owner = new OAuthAppCalls(app, 'user-1', { org_id: 'acme' });
    const { id } = await owner.created();
    const colleague = new OAuthAppCalls(app, 'user-2', { org_id: 'acme' });
    expect((await colleague.get(id)).status).toBe(200);
    for (const stranger of [
      new OAuthAppCalls(app, 'user-1'),
      new OAuthAppCalls(app, 'acme'),
      new OAuthAppCalls(app, 'user-1', { org_id: 'other' }),
    ]) {
      expect((await stranger.list()).body.filter((other) => other.id === id)).toEqual([]);
      for (const answer of [
        await stranger.get(id),
        await stranger.patch(id, { name: 'mine now' }),
        await stranger.patch(id, { is_default: true }),
        await stranger.patch(id, { client_secret: 'a-secret-of-a-stranger' }),
        await stranger.delete(id),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      }
    }
    expect((await owner.get(id)).body).toMatchObject({ name: 'My X App', client_secret_last4: '0001' });
  });

  it('a dashboard JWT only: not nobody, a resource server, or an app with a token', async () => {
    const client = new TestClient(app);
    const registration = await client.register({ scope: 'accounts:read accounts:write apps:write' });
    const { access_token } = await client.tokens(registration, { scope: 'accounts:read accounts:write' });
    for (const headers of [{}, basic('all-seeing', 'all-seeing-secret'), bearer(access_token)]) {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', ''],
        ['GET', '/oa_1'],
        ['PATCH', '/oa_1'],
        ['DELETE', '/oa_1'],
      ] as const) {
        const { status } = await client.request(`/v1/oauth-apps${path}`, { method, headers });
        expect([method, path, status]).toEqual([method, path, 401]);
      }
    }
  });

  it.each(['oa_unknown', 'operator_x', '%00', '%ff', "'%3B--", 'a'.repeat(600)])(
    'no app is %s',
    async (id) => {
      for (const answer of [await calls.get(id), await calls.patch(id, {}), await calls.delete(id)]) {
        expect([400, 404, 414]).toContain(answer.status);
      }
    },
  );

  it('PUT is 405', async () => {
    const answer = await calls.send('PUT', '', {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')]);
  });
});

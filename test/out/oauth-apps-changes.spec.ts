import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, startTestApp, type TestApp } from '../support/test-app.js';
import { OAuthAppCalls, unreachable } from './oauth-app-calls.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let app: TestApp;
let workspaces = 0;
beforeAll(async () => {
  const PROVIDER_ORIGINS = await unreachable('https://api.x.com', 'https://open.tiktokapis.com');
  app = await startTestApp({ PROVIDER_ORIGINS, ENCRYPTION_KEYS });
});
afterAll(() => app.close());

const freshWorkspace = () => new OAuthAppCalls(app, 'user-1', { org_id: `fresh-${(workspaces += 1)}` });
const defaults = async (workspace: OAuthAppCalls) =>
  (await workspace.list()).body.filter(({ is_default }) => is_default).map(({ name }) => name);

describe('PATCH', () => {
  it('renames, and changes nothing else', async () => {
    const workspace = freshWorkspace();
    const created = await workspace.created();
    const { status, body } = await workspace.patch(created.id, { name: ' Renamed ' });
    expect([status, body]).toEqual([200, { ...created, name: 'Renamed' }]);
  });

  it('replaces the secret', async () => {
    const workspace = freshWorkspace();
    const created = await workspace.created();
    const sealed = () =>
      app.database
        .query('SELECT client_secret_sealed FROM oauth_apps WHERE id = $1', [created.id])
        .then(({ rows }) => rows[0].client_secret_sealed as string);
    const before = await sealed();
    const answer = await workspace.patch(created.id, { client_secret: ' the-next-secret-9876\n' });
    expect(answer.body).toEqual({ ...created, client_secret_last4: '9876' });
    expect(answer.text).not.toContain('the-next-secret');
    expect(await sealed()).not.toBe(before);
  });

  it('does all that it is told at once', async () => {
    const workspace = freshWorkspace();
    await workspace.created({ name: 'first' });
    const { id } = await workspace.created({ name: 'second' });
    const changes = { name: 'best', client_secret: 'the-next-secret-9876', is_default: true };
    expect((await workspace.patch(id, changes)).body).toMatchObject({
      name: 'best',
      client_secret_last4: '9876',
      is_default: true,
    });
    expect(await defaults(workspace)).toEqual(['best']);
  });

  it.each([{}, { client_id: 'another', provider: 'tiktok', id: 'oa_2', created_at: '2000-01-01T00:00:00Z' }])(
    'of %j changes nothing',
    async (body) => {
      const workspace = freshWorkspace();
      const created = await workspace.created();
      const answer = await workspace.patch(created.id, body);
      expect([answer.status, answer.body]).toEqual([200, created]);
    },
  );

  it.each([
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ name: '👩'.repeat(121) }, 'name'],
    [{ client_secret: '' }, 'client_secret'],
    [{ client_secret: null }, 'client_secret'],
    [{ is_default: false }, 'is_default'],
    [{ is_default: 'true' }, 'is_default'],
    [{ is_default: null }, 'is_default'],
  ])('refuses %j, naming the field', async (changes, field) => {
    const workspace = freshWorkspace();
    const created = await workspace.created();
    const { status, body } = await workspace.patch(created.id, changes);
    expect([status, body.code, body.errors]).toEqual([
      400,
      'invalid_input',
      [{ field, message: expect.any(String) }],
    ]);
    expect((await workspace.get(created.id)).body).toEqual(created);
  });
});

describe('the default', () => {
  it('is the first app of each provider until another is made it', async () => {
    const workspace = freshWorkspace();
    await workspace.created({ name: 'first' });
    const { id } = await workspace.created({ name: 'second' });
    await workspace.created({ name: 'other', provider: 'tiktok' });
    expect(await defaults(workspace)).toEqual(['first', 'other']);
    expect((await workspace.patch(id, { is_default: true })).body.is_default).toBe(true);
    expect(await defaults(workspace)).toEqual(['second', 'other']);
    expect((await workspace.patch(id, { is_default: true })).status).toBe(200);
    expect(await defaults(workspace)).toEqual(['second', 'other']);
  });

  it('of another workspace is not touched', async () => {
    const [one, two] = [freshWorkspace(), freshWorkspace()];
    await one.created({ name: 'first' });
    await two.created({ name: 'theirs' });
    const { id } = await one.created({ name: 'second' });
    await one.patch(id, { is_default: true });
    await one.delete(id);
    expect([await defaults(one), await defaults(two)]).toEqual([['first'], ['theirs']]);
  });

  it('goes to the oldest when it is deleted, and nowhere when another is', async () => {
    const workspace = freshWorkspace();
    const ids: string[] = [];
    for (const name of ['first', 'second', 'third', 'fourth'])
      ids.push((await workspace.created({ name })).id);
    await workspace.patch(ids[2]!, { is_default: true });
    expect((await workspace.delete(ids[1]!)).status).toBe(204);
    expect(await defaults(workspace)).toEqual(['third']);
    expect((await workspace.delete(ids[2]!)).status).toBe(204);
    expect(await defaults(workspace)).toEqual(['first']);
    await workspace.delete(ids[0]!);
    await workspace.delete(ids[3]!);
    expect((await workspace.list()).body).toEqual([]);
    await workspace.created({ name: 'anew' });
    expect(await defaults(workspace)).toEqual(['anew']);
  });

  it('cannot be two, whoever writes: the database refuses', async () => {
    const workspace = freshWorkspace();
    await workspace.created();
    const { id } = await workspace.created();
    const second = app.database.query('UPDATE oauth_apps SET is_default = true WHERE id = $1', [id]);
    await expect(second).rejects.toMatchObject({ code: '23505', constraint: 'uq_oauth_apps_default' });
  });
});

describe('DELETE', () => {
  it('is 204 once, then 404', async () => {
    const workspace = freshWorkspace();
    const { id } = await workspace.created();
    const first = await workspace.delete(id);
    expect([first.status, first.text]).toEqual([204, '']);
    expect((await workspace.delete(id)).status).toBe(404);
    expect((await workspace.get(id)).status).toBe(404);
    expect((await workspace.patch(id, { name: 'late' })).status).toBe(404);
  });

  it('is 409 in_use while a row of a live account names the app, and gives no default away', async () => {
    const workspace = freshWorkspace();
    const { id } = await workspace.created({ name: 'used' });
    await workspace.created({ name: 'second' });
    await app.database.query(
      'CREATE TABLE users_of_apps (live_oauth_app_id text REFERENCES oauth_apps (id))',
    );
    await app.database.query('INSERT INTO users_of_apps VALUES ($1)', [id]);
    const refused = await workspace.delete(id);
    expect([refused.status, refused.body.code]).toEqual([409, 'in_use']);
    expect(await defaults(workspace)).toEqual(['used']);
    await app.database.query('UPDATE users_of_apps SET live_oauth_app_id = NULL');
    expect((await workspace.delete(id)).status).toBe(204);
    expect(await defaults(workspace)).toEqual(['second']);
    await app.database.query('DROP TABLE users_of_apps');
  });
});

it('an app whose provider was taken out of PROVIDERS_FILE is still seen and can be deleted', async () => {
  const acme = {
    id: 'acme',
    name: 'Acme',
    credentials: { clientId: 'ID', clientSecret: 'Secret', where: 'Acme > Apps' },
    scopes: { requested: ['read'] },
    authorize: { url: 'https://acme.example/authorize' },
    token: { url: 'https://acme.example/token' },
    refresh: { kind: 'none' },
    identity: { request: { url: 'https://acme.example/me', auth: 'bearer' }, id: 'id' },
  };
  const PROVIDERS_FILE = JSON.stringify([acme]);
  const richer = await startServer({
    DATABASE_URL: app.databaseUrl,
    PROVIDERS_FILE,
    ENCRYPTION_KEYS,
  });
  const workspace = { org_id: 'of-acme' };
  const { id, redirect_uri } = await new OAuthAppCalls(richer, 'u', workspace)
    .created({ provider: 'acme', name: 'Ours' })
    .finally(() => richer.stop());
  expect(redirect_uri).toBe(`${richer.url}/v1/oauth/acme/callback`);
  const calls = new OAuthAppCalls(app, 'u', workspace);
  expect((await calls.list()).body).toMatchObject([{ id, provider: 'acme', redirect_uri: null, scopes: [] }]);
  expect((await calls.patch(id, { name: 'Old' })).body).toMatchObject({ name: 'Old' });
  expect((await calls.patch(id, { client_secret: 'the-next-secret-9876' })).body).toMatchObject({
    status: 400,
    code: 'unknown_provider',
  });
  expect((await calls.delete(id)).status).toBe(204);
});

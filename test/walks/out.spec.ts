import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { logLine, openOutStage, type OutStage } from '../out/traveller.js';
import { type Answer, basic, bearer, encode, TestClient } from '../support/test-client.js';

/** Hears everything that the server says; what the providers say is not its fault. */
class ListeningClient extends TestClient {
  readonly heard: string[] = [];

  override async request(path: string, init?: RequestInit): Promise<Answer> {
    const answer = await super.request(path, init);
    if (!path.startsWith('http')) this.heard.push(`${JSON.stringify([...answer.headers])} ${answer.text}`);
    return answer;
  }
}

let stage: OutStage;
beforeAll(async () => {
  stage = await openOutStage({ LOG_LEVEL: 'trace', OAUTH_BROWSER_BINDING: 'on' });
});
afterAll(() => stage.close());
beforeEach(() => stage.sandbox.world.reset());

/** The person reads the provider's page, leaves everything ticked, and approves. */
async function approve(client: TestClient, authorizeUrl: string): Promise<URL> {
  const { status, text } = await client.request(authorizeUrl);
  expect([status, text]).toEqual([200, expect.stringContaining('share with this app?')]);
  const field = (name: string) =>
    [...text.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value]) =>
      value!.replaceAll('&#38;', '&').replaceAll('&#39;', "'"),
    );
  const action = /action="([^"]*)"/.exec(text)![1]!;
  const { headers } = await client.post(new URL(action, authorizeUrl).href, {
    query: field('query'),
    scope: field('scope'),
    page: field('page'),
    person: 'ada',
    decision: 'approve',
  });
  return new URL(headers.get('location')!);
}

/** Every row of every table, as text. */
async function dump(database: pg.Pool): Promise<string> {
  const { rows } = await database.query(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const tables = await Promise.all(
    rows.map(({ name }) => database.query(`SELECT t::text AS row FROM ${name} t`)),
  );
  return tables.flatMap((table) => table.rows.map(({ row }) => row)).join('\n');
}

describe('the way out, over HTTP alone', () => {
  it.each([
    ['instagram', 0, { revoked: false, selects: false }],
    ['facebook', 0, { revoked: true, selects: true }],
    ['x', 0, { revoked: true, selects: false }],
    ['linkedin', 1, { revoked: true, selects: false }],
    ['tiktok', 0, { revoked: true, selects: false }],
  ])('%s', async (provider, n, { revoked, selects }) => {
    const client = new ListeningClient(stage.app);
    const { world } = stage.sandbox;
    const sample = world.apps.filter((app) => app.provider === provider)[n]!;
    const dashboard = bearer(await client.jwt('ada', { org_id: `walk-${provider}` }));
    const service = basic('all-seeing', 'all-seeing-secret');
    const secrets = new Set<string>([sample.clientSecret]);

    const app = await client.postJson(
      '/v1/oauth-apps',
      { provider, name: 'Ours', client_id: sample.clientId, client_secret: sample.clientSecret },
      dashboard,
    );
    expect([app.status, app.body.verification]).toEqual([201, 'ok']);

    const start = await client.request(
      `/v1/oauth/${provider}/start?${encode({ oauth_app_id: app.body.id })}`,
      {
        headers: dashboard,
      },
    );
    expect([start.status, Object.keys(start.body)]).toEqual([200, ['authorize_url']]);
    const cookie = start.headers.get('set-cookie')!.split(';', 1)[0]!;

    const callback = await approve(client, start.body.authorize_url);
    expect(callback.origin + callback.pathname).toBe(app.body.redirect_uri);
    const back = await client.request(callback.pathname + callback.search, { headers: { cookie } });
    const landed = new URL(back.headers.get('location')!);
    expect([back.status, landed.origin + landed.pathname]).toEqual([
      302,
      `${stage.app.url}/dashboard/accounts`,
    ]);
    const id = landed.searchParams.get('connected')!;
    expect(landed.searchParams.get('status')).toBe(selects ? 'pending_selection' : null);

    const accountPath = `/v1/accounts/${id}`;
    if (selects) {
      const { body } = await client.request(accountPath, { headers: dashboard });
      const { external_id } = body.choices.find(({ selectable }: { selectable: boolean }) => selectable);
      expect(await client.postJson(`${accountPath}/select`, { external_id }, dashboard)).toMatchObject({
        status: 200,
        body: { external_id },
      });
    }

    const list = await client.request('/v1/accounts', { headers: dashboard });
    expect(list.body).toMatchObject({
      data: [{ id: expect.stringMatching(/^acc_/), provider, oauth_app_id: app.body.id, status: 'active' }],
      next_cursor: null,
    });
    const account = list.body.data[0];
    expect(account.missing_scopes).toEqual([]);

    const token = async () => {
      const answer = await client.postJson(`/v1/accounts/${account.id}/token`, {}, service);
      // To a resource server, and to nobody else, a token is told.
      expect(client.heard.pop()).toContain(answer.body.access_token);
      expect(answer).toMatchObject({ status: 200, body: { provider, external_id: account.external_id } });
      return answer.body.access_token as string;
    };
    const first = await token();
    expect(world.live(first, 'access', 'page')).toBeDefined();

    const refresh = await client.postJson(`/v1/accounts/${account.id}/refresh`, {}, dashboard);
    expect([refresh.status, refresh.body]).toEqual([200, expect.objectContaining({ status: 'active' })]);
    const second = await token();
    expect(world.live(second, 'access', 'page')).toBeDefined();
    // Instagram's token is too young, and a Page's has no end.
    expect(second === first).toBe(['instagram', 'facebook'].includes(provider));

    for (const secret of [...world.tokens.keys(), ...world.codes.keys()]) secrets.add(secret);
    const rows = await dump(stage.app.database);
    expect(rows).toContain(account.id);
    for (const secret of secrets) expect(rows).not.toContain(secret);

    const remove = () =>
      client.request(`/v1/accounts/${account.id}`, { method: 'DELETE', headers: dashboard });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect((await client.request('/v1/accounts', { headers: dashboard })).body.data).toEqual([]);
    expect(world.seen().revocations).toEqual(revoked ? [{ provider, person: 'ada' }] : []);
    expect((await client.postJson(`/v1/accounts/${account.id}/token`, {}, service)).status).toBeGreaterThan(
      399,
    );
    expect(
      (await client.request(`/v1/oauth-apps/${app.body.id}`, { method: 'DELETE', headers: dashboard }))
        .status,
    ).toBe(204);

    expect(client.heard.length).toBeGreaterThan(9);
    for (const secret of secrets) expect(client.heard.join('\n')).not.toContain(secret);
    expect(await logLine(stage.app, `/v1/oauth-apps/${app.body.id}`)).toBeDefined();
    const { state } = Object.fromEntries(callback.searchParams);
    for (const secret of [...secrets, state!, cookie.split('=')[1]!]) {
      expect(stage.app.logs.join('\n')).not.toContain(secret);
    }
  });
});

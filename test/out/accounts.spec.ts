import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bearer } from '../support/test-client.js';
import { forgetAccounts, letPass, Owner, runDueJobs, SERVICE } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

let stage: OutStage;
beforeAll(async () => {
  stage = await openOutStage();
});
afterAll(() => stage.close());
beforeEach(() => forgetAccounts(stage));

const [BAKERY, READERS, TEA_ROOM] = ['101000000000001', '101000000000002', '101000000000003'];
const DAY = 86_400;

describe('listing', () => {
  it('goes page by page, oldest first, each account once', async () => {
    const owner = new Owner(stage);
    const ids: string[] = [];
    for (const person of ['ada', 'ben', 'cleo', 'dan', 'eve']) ids.push(await owner.connect('x', { person }));
    const seen: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await owner.list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  it('takes provider and status', async () => {
    const owner = new Owner(stage);
    const [x, tiktok] = [await owner.connect('x'), await owner.connect('tiktok')];
    await owner.disconnect(x);
    const idsOf = async (query: string) =>
      (await owner.list(query)).body.data.map(({ id }: { id: string }) => id);
    expect(await idsOf('')).toEqual([tiktok]);
    expect(await idsOf('?provider=x')).toEqual([]);
    expect(await idsOf('?provider=tiktok&status=active')).toEqual([tiktok]);
    expect(await idsOf('?status=disconnected')).toEqual([x]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=%2010', 'limit'],
    ['limit=', 'limit'],
    ['status=dead', 'status'],
    ['provider=myspace', 'provider'],
    ['cursor=nothing', 'cursor'],
    ['cursor=OTk5OTk5OTk5OTk5OTk5OTk5IGFjY19h', 'cursor'],
  ])('refuses ?%s, naming %s', async (query, field) => {
    const { status, body } = await new Owner(stage).list(`?${query}`);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

describe('who may', () => {
  const statuses = async (id: string, headers: Record<string, string>) => {
    const { client } = new Owner(stage);
    const calls: [string, string][] = [
      ['GET', ''],
      ['POST', '/refresh'],
      ['POST', '/select'],
      ['POST', '/token'],
      ['DELETE', ''],
    ];
    const answers: number[] = [];
    for (const [method, path] of calls) {
      answers.push((await client.request(`/v1/accounts/${id}${path}`, { method, headers })).status);
    }
    return answers;
  };

  it('see an account of another workspace: nobody, it is 404', async () => {
    const id = await new Owner(stage).connect('x');
    const stranger = new Owner(stage);
    expect((await stranger.list()).body.data).toEqual([]);
    const refused = [
      stranger.show(id),
      stranger.refresh(id),
      stranger.select(id, '1'),
      stranger.disconnect(id),
    ];
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  it('call at all: not without credentials, not with a wrong service', async () => {
    const id = await new Owner(stage).connect('x');
    expect(await statuses(id, {})).toEqual([401, 401, 401, 401, 401]);
    expect(await statuses(id, basic('all-seeing', 'wrong'))).toEqual([401, 401, 401, 401, 401]);
  });

  it('have the token: no dashboard and no app, only a service', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    expect((await owner.post(`/v1/accounts/${id}/token`, {})).status).toBe(401);
    expect((await owner.token(id)).status).toBe(200);
  });

  it('act with an access token: to read with accounts:read, to write with accounts:write', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const app = await owner.client.register();
    const as = async (scope: string) => {
      const claims = { org_id: owner.org_id };
      const { access_token: token } = await owner.client.tokens(app, { scope }, { claims });
      return statuses(id, bearer(token));
    };
    expect(await as('accounts:read')).toEqual([200, 403, 401, 401, 403]);
    expect(await as('accounts:write')).toEqual([403, 200, 401, 401, 204]);
  });

  it('list as a service: whose must be said', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const list = (query: string) => owner.client.request(`/v1/accounts${query}`, { headers: SERVICE });
    expect((await list('')).body.errors).toEqual([{ field: 'workspace_id', message: 'is needed' }]);
    expect((await list(`?workspace_id=org:${owner.org_id}`)).body.data).toMatchObject([{ id }]);
    expect((await list('?workspace_id=org:nobody')).body.data).toEqual([]);
    expect((await owner.client.request(`/v1/accounts/${id}`, { headers: SERVICE })).body.id).toBe(id);
  });

  it('ask for min_ttl: 0 to 3600 seconds', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    for (const min_ttl of [-1, 3601, 1.5, '60', null]) {
      expect([min_ttl, (await owner.token(id, { min_ttl })).status]).toEqual([min_ttl, 400]);
    }
    expect(
      (await owner.client.request(`/v1/accounts/${id}/token`, { method: 'POST', headers: SERVICE })).status,
    ).toBe(200);
  });
});

describe('selecting a Page', () => {
  it('connects it with its own token, and refuses what is not to be selected', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('facebook');
    const { body: pending } = await owner.show(id);
    expect(pending).toMatchObject({ status: 'pending_selection', external_id: null, connected_at: null });
    expect(pending.choices).toHaveLength(5);
    expect(pending.choices).toContainEqual({
      external_id: READERS,
      name: "Ada's Readers",
      selectable: false,
      reason: expect.stringMatching(/may not create content/),
    });
    expect([(await owner.token(id)).body.code, (await owner.refresh(id)).status]).toEqual([
      'selection_pending',
      200,
    ]);
    for (const wrong of [READERS, '1', '', 5, null]) {
      const { status, body } = await owner.select(id, wrong);
      expect([status, body.errors[0].field]).toEqual([400, 'external_id']);
    }
    const selected = await owner.select(id, BAKERY);
    expect([selected.status, selected.body]).toEqual([
      200,
      expect.objectContaining({ id, external_id: BAKERY, display_name: "Ada's Bakery", status: 'active' }),
    ]);
    expect(selected.body).not.toHaveProperty('choices');
    expect((await owner.select(id, BAKERY)).status).toBe(200);
    expect((await owner.select(id, TEA_ROOM)).status).toBe(400);
    const { access_token: token } = (await owner.token(id)).body;
    expect(stage.sandbox.world.live(token, 'page')?.pageId).toBe(BAKERY);
  });

  it('that is connected already answers under its id, with the new token; the pending one is gone', async () => {
    const owner = new Owner(stage);
    const first = await owner.connect('facebook');
    await owner.select(first, BAKERY);
    const old = (await owner.token(first)).body.access_token;
    const second = await owner.connect('facebook');
    expect(second).not.toBe(first);
    expect((await owner.select(second, BAKERY)).body).toMatchObject({ id: first, status: 'active' });
    expect((await owner.show(second)).status).toBe(404);
    expect((await owner.list()).body.data).toHaveLength(1);
    expect((await owner.token(first)).body.access_token).not.toBe(old);
  });

  it('left open and begun again does not pile up', async () => {
    const owner = new Owner(stage);
    expect(await owner.connect('facebook')).toBe(await owner.connect('facebook'));
  });

  it('twice at once connects it once', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('facebook');
    const answers = await Promise.all([BAKERY, TEA_ROOM, BAKERY].map((page) => owner.select(id, page)));
    expect(answers.map(({ status }) => status).sort()).toEqual(expect.arrayContaining([200, 400]));
    expect((await owner.list()).body.data).toHaveLength(1);
  });
});

describe('accounts of one consent', () => {
  /** Two Pages of one person. */
  const twoPages = async () => {
    const owner = new Owner(stage);
    const first = await owner.connect('facebook');
    await owner.select(first, BAKERY);
    const second = await owner.connect('facebook');
    await owner.select(second, TEA_ROOM);
    return { owner, first, second };
  };

  it('are reconnected together: one sign-in gives every Page its new token', async () => {
    const { owner, first, second } = await twoPages();
    for (const grant of stage.sandbox.world.grants()) stage.sandbox.world.end(grant);
    await letPass(stage, 2 * DAY);
    await runDueJobs(stage);
    const statuses = async () =>
      (await owner.list()).body.data.map(({ status }: { status: string }) => status);
    expect(await statuses()).toEqual(['needs_reconnect', 'needs_reconnect']);
    expect(await owner.connect('facebook', { query: { account_id: second } })).toBe(second);
    expect(await statuses()).toEqual(['active', 'active']);
    expect((await owner.token(first)).status).toBe(200);
  });

  it('share the authorization: it is revoked with the last', async () => {
    const { owner, first, second } = await twoPages();
    const revoked = () =>
      stage.sandbox.world.seen().revocations.filter(({ provider }) => provider === 'facebook');
    const before = revoked().length;
    await owner.disconnect(first);
    expect(revoked()).toHaveLength(before);
    expect((await owner.token(second)).status).toBe(200);
    await owner.disconnect(second);
    expect(revoked()).toHaveLength(before + 1);
  });

  it('LinkedIn: member and organisation use one token, and get the new one together', async () => {
    const owner = new Owner(stage);
    const member = await owner.connect('linkedin', { n: 1, options: { organisations: true } });
    const { choices } = (await owner.show(member)).body;
    const [person, organisation] = choices.map((choice: { external_id: string }) => choice.external_id);
    await owner.select(member, person);
    const second = await owner.connect('linkedin');
    await owner.select(second, organisation);
    const tokens = async () =>
      Promise.all([member, second].map(async (id) => (await owner.token(id)).body.access_token));
    const [before] = await tokens();
    await owner.refresh(member);
    const [mine, theirs] = await tokens();
    expect(mine).toBe(theirs);
    expect(mine).not.toBe(before);
  });
});

describe('connecting again', () => {
  it('refuses another person’s account, and changes nothing', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const before = (await owner.show(id)).body;
    const { result } = await owner.travel('x', { person: 'ben', query: { account_id: id } });
    expect(result.error).toBe('account_mismatch');
    expect((await owner.list()).body.data).toEqual([before]);
  });

  it('without a refresh token does not take away the one that is there', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('linkedin', { n: 1 });
    const app = stage.sandbox.world.apps.findIndex(({ clientId }) => clientId === '78sandbox2app0');
    const partner = stage.sandbox.world.apps[app]!;
    stage.sandbox.world.apps[app] = { ...partner, partner: false };
    expect(await owner.connect('linkedin')).toBe(id);
    stage.sandbox.world.apps[app] = partner;
    const { rows } = await stage.app.database.query(
      'SELECT FROM provider_consents WHERE refresh_token_sealed IS NOT NULL',
    );
    expect(rows).toHaveLength(1);
  });

  it('says at refresh that only the user can help where there is no refresh token; the status stays while the token lives', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('linkedin');
    expect((await owner.refresh(id)).body.code).toBe('needs_reconnect');
    expect((await owner.show(id)).body.status).toBe('active');
    await letPass(stage, 61 * DAY);
    await runDueJobs(stage);
    expect((await owner.show(id)).body).toMatchObject({ status: 'needs_reconnect', reason: 'token_expired' });
  });

  it('Instagram within its first day is left as it is', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('instagram');
    const before = (await owner.show(id)).body;
    const { status, body } = await owner.refresh(id);
    expect([status, body]).toEqual([200, before]);
    expect(stage.sandbox.world.seen().calls['instagram.refresh']).toBeUndefined();
  });

  it('a service’s call renews a token that ends too soon, once for all who ask', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const old = (await owner.token(id)).body.access_token;
    await letPass(stage, 7_170);
    const before = stage.sandbox.world.seen().calls['x.refresh'] ?? 0;
    expect((await owner.token(id, { min_ttl: 5 })).body.access_token).toBe(old);
    const answers = await Promise.all(Array.from({ length: 8 }, () => owner.token(id)));
    const tokens = new Set(answers.map(({ body }) => body.access_token));
    expect([tokens.size, tokens.has(old)]).toEqual([1, false]);
    expect(stage.sandbox.world.seen().calls['x.refresh']).toBe(before + 1);
  });

  it('a provider that fails to revoke does not keep the account', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    stage.sandbox.world.fail({ provider: 'x', on: 'revoke', kind: 'status', status: 500 });
    expect((await owner.disconnect(id)).status).toBe(204);
    expect((await owner.show(id)).body.status).toBe('disconnected');
  });
});

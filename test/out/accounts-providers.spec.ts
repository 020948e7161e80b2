import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BUILT_IN_DEFINITIONS } from '../../src/providers/built-in-definitions.js';
import { forgetAccounts, letPass, logLine, Owner, runDueJobs } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

let stage: OutStage;
beforeAll(async () => {
  stage = await openOutStage();
});
afterAll(() => stage.close());
beforeEach(() => forgetAccounts(stage));

const DAY = 86_400;
/** What differs for the outside: whose Pages there are, which app gets refresh tokens, and after how long one is due. */
const SPECIAL: Record<string, { person?: string; n?: number; dueAfter: number; own?: boolean }> = {
  instagram: { dueAfter: 55 * DAY },
  // Ben has one Page, which is connected unasked.
  facebook: { person: 'ben', dueAfter: 55 * DAY, own: true },
  x: { dueAfter: 6_900 },
  linkedin: { n: 1, dueAfter: 55 * DAY },
  tiktok: { dueAfter: 6_900 },
};

const LIVE = { status: 'active', reason: null };

describe.each(BUILT_IN_DEFINITIONS.map(({ id }) => id))('%s', (provider) => {
  const { person = 'ada', n = 0, dueAfter, own = false } = SPECIAL[provider] ?? { dueAfter: 6_900 };
  const connected = async () => {
    const owner = new Owner(stage);
    return { owner, id: await owner.connect(provider, { person, n }) };
  };
  const refreshStep = provider === 'facebook' ? 'extend' : 'refresh';

  it('is shown alone and in the list, without a token', async () => {
    const { owner, id } = await connected();
    const shown = await owner.show(id);
    expect([shown.status, shown.body]).toEqual([
      200,
      {
        ...LIVE,
        id: expect.stringMatching(/^acc_[A-Za-z0-9_-]{22}$/),
        provider,
        oauth_app_id: expect.stringMatching(/^oa_/),
        external_id: expect.stringMatching(/./),
        username: provider === 'x' || provider === 'instagram' ? 'ada_sample' : null,
        display_name: expect.stringMatching(/./),
        avatar_url: own ? expect.anything() : expect.stringMatching(/^https:/),
        scopes: expect.arrayContaining([expect.any(String)]),
        missing_scopes: [],
        expires_at: own ? null : expect.stringMatching(/Z$/),
        connected_at: expect.stringMatching(/Z$/),
      },
    ]);
    expect((await owner.list()).body).toEqual({ data: [shown.body], next_cursor: null });
    const { access_token: token } = (await owner.token(id)).body;
    expect(shown.text).not.toContain(token);
  });

  it('gives its token to the operator’s service, never to be cached, and says so in the log', async () => {
    const { owner, id } = await connected();
    const { status, headers, body } = await owner.token(id);
    const view = (await owner.show(id)).body;
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_at: view.expires_at,
        scopes: view.scopes,
        provider,
        external_id: view.external_id,
      },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(stage.sandbox.world.live(body.access_token, own ? 'page' : 'access')).toBeDefined();
    expect(await logLine(stage, 'provider_token.read', id)).toContain('all-seeing');
    expect(stage.app.logs.join('\n')).not.toContain(body.access_token);
  });

  it('is renewed by the job when it is due, and by nobody before', async () => {
    const { owner, id } = await connected();
    const before = (await owner.token(id)).body.access_token;
    await runDueJobs(stage);
    expect((await owner.token(id)).body.access_token).toBe(before);
    const calls = stage.sandbox.world.seen().calls[`${provider}.${refreshStep}`] ?? 0;
    await letPass(stage, dueAfter);
    await runDueJobs(stage);
    expect(stage.sandbox.world.seen().calls[`${provider}.${refreshStep}`]).toBeGreaterThan(calls);
    const after = (await owner.token(id)).body.access_token;
    // A Page's token stays; it is the person's that is renewed.
    if (own) expect(after).toBe(before);
    else expect(after).not.toBe(before);
    expect((await owner.show(id)).body).toMatchObject(LIVE);
  });

  it.each(['status', 'malformed', 'cut', 'no-token'] as const)(
    'keeps its status when refreshing fails by %s',
    async (kind) => {
      const { owner, id } = await connected();
      await letPass(stage, dueAfter);
      stage.sandbox.world.fail({ provider, on: refreshStep, kind, status: 503, times: 1 });
      const refused = await owner.refresh(id);
      expect([refused.status, refused.body.code]).toEqual([503, 'provider_unavailable']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await owner.show(id)).body).toMatchObject(LIVE);
      // A moment later it goes well: the pause after a failure is over.
      await stage.app.database.query(
        `UPDATE provider_consents SET retry_at = retry_at - interval '1 minute'`,
      );
      expect((await owner.refresh(id)).status).toBe(200);
    },
  );

  it('needs its user once the provider ended it; the reason stays, nothing more is sent, reconnecting keeps the id', async () => {
    const { owner, id } = await connected();
    await letPass(stage, dueAfter);
    for (const grant of stage.sandbox.world.grants()) stage.sandbox.world.end(grant);
    const refused = await owner.refresh(id);
    expect([refused.status, refused.body.code]).toEqual([409, 'needs_reconnect']);
    expect((await owner.show(id)).body).toMatchObject({ status: 'needs_reconnect', reason: 'token_dead' });
    expect((await owner.token(id)).body.code).toBe('needs_reconnect');
    const calls = stage.sandbox.world.seen().calls;
    expect((await owner.refresh(id)).status).toBe(409);
    await letPass(stage, 2 * DAY);
    await runDueJobs(stage);
    expect(stage.sandbox.world.seen().calls).toEqual(calls);
    await logLine(stage, 'needs its user', id);
    const ended = stage.app.logs.filter((line) => line.includes('needs its user') && line.includes(id));
    expect(ended).toHaveLength(1);

    expect(await owner.connect(provider, { person, query: { account_id: id } })).toBe(id);
    expect((await owner.show(id)).body).toMatchObject({ ...LIVE, id });
    expect((await owner.token(id)).status).toBe(200);
  });

  it('is disconnected: revoked where the provider can, without a token, hidden, and the same when it comes back', async () => {
    const { owner, id } = await connected();
    const { oauth_app_id: appId } = (await owner.show(id)).body;
    expect((await owner.apps.delete(appId)).body.code).toBe('in_use');
    const before = stage.sandbox.world.seen().revocations.length;
    expect((await owner.disconnect(id)).status).toBe(204);
    expect((await owner.disconnect(id)).status).toBe(404);
    const revokes =
      BUILT_IN_DEFINITIONS.find((definition) => definition.id === provider)!.revoke !== undefined;
    expect(stage.sandbox.world.seen().revocations).toHaveLength(before + (revokes ? 1 : 0));
    expect((await owner.show(id)).body).toMatchObject({
      status: 'disconnected',
      scopes: [],
      expires_at: null,
    });
    expect((await owner.list()).body.data).toEqual([]);
    expect((await owner.list('?status=disconnected')).body.data).toHaveLength(1);
    expect((await owner.token(id)).body.code).toBe('needs_reconnect');
    const { rows } = await stage.app.database.query(
      'SELECT access_token_sealed, consent_id FROM accounts WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ access_token_sealed: null, consent_id: null }]);
    expect(await owner.connect(provider, { person })).toBe(id);
    expect((await owner.disconnect(id)).status).toBe(204);
    expect((await owner.apps.delete(appId)).status).toBe(204);
  });
});

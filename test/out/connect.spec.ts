import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsentSettings } from '../../sandbox/world.js';
import type { Failure } from '../../sandbox/failures.js';
import { BROWSER } from '../conformance/open-api-walk.js';
import { landing, logLine, openOutStage, type OutStage, Traveller } from './traveller.js';

const ELSEWHERE = 'https://app.example.com/settings/accounts';

let stage: OutStage;
let ada: Traveller;
let dashboard: string;
beforeAll(async () => {
  stage = await openOutStage({ RETURN_URLS: 'https://app.example.com/settings' });
  dashboard = `${stage.app.url}/dashboard/accounts`;
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sandbox.world.failures.clear();
  ada = new Traveller(stage);
});

const CONNECTED = { connected: expect.stringMatching(/^acc_[\w-]+$/) };

/** What the rows of a workspace's sign-ins say. */
async function outcomes({ org_id }: Traveller): Promise<unknown[]> {
  const { rows } = await stage.app.database.query(
    'SELECT outcome FROM oauth_flows WHERE workspace_id = $1 AND consumed_at IS NOT NULL',
    [`org:${org_id}`],
  );
  return rows.map(({ outcome }) => outcome);
}

describe('there and back', () => {
  it.each(['instagram', 'x', 'linkedin', 'tiktok'])(
    'connects %s, and says so at the dashboard',
    async (provider) => {
      await ada.addApp(provider);
      expect(await ada.travel(provider)).toEqual({ at: dashboard, result: CONNECTED });
      expect(await outcomes(ada)).toEqual(['connected']);
    },
  );

  it('asks for a choice where there are several Pages, and not where there is one', async () => {
    await ada.addApp('facebook');
    expect(await ada.travel('facebook')).toEqual({
      at: dashboard,
      result: { ...CONNECTED, status: 'pending_selection' },
    });
    expect(await ada.travel('facebook', { person: 'ben' })).toEqual({ at: dashboard, result: CONNECTED });
    expect(await outcomes(ada)).toEqual(expect.arrayContaining(['pending_selection', 'connected']));
  });

  it('goes to the return URL, whose own query stays', async () => {
    await ada.addApp('x');
    const return_url = `${ELSEWHERE}?tab=1&connected=acc_forged&error=forged&status=forged&completion=forged`;
    const { at, result } = await ada.travel('x', { query: { return_url } });
    expect(at).toBe(ELSEWHERE);
    expect(result).toEqual({ ...CONNECTED, tab: '1' });
    expect(result.connected).not.toBe('acc_forged');
    expect(await ada.travel('x', { query: { return_url }, deny: true })).toEqual({
      at: ELSEWHERE,
      result: { tab: '1', error: 'user_denied' },
    });
  });

  it('takes the cookie away again (RFC 6265bis §5.7)', async () => {
    await ada.addApp('x');
    const journey = await ada.depart('x');
    const { headers } = await ada.arrive(await ada.consent(journey), journey.cookie);
    expect(headers.get('set-cookie')).toBe(
      `${journey.cookie.split('=')[0]}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`,
    );
  });

  it('redirects the same for programs and browsers, slash or not, and repeats nothing it was sent', async () => {
    await ada.addApp('x');
    for (const [accept, slash] of [
      [BROWSER.accept, ''],
      ['application/json', '/'],
    ] as const) {
      const callback = new URL(await ada.consent(await ada.depart('x')));
      const { status, headers, text } = await ada.client.request(
        callback.pathname + slash + callback.search,
        { headers: { accept } },
      );
      expect([status, text]).toEqual([302, '']);
      for (const value of callback.searchParams.values())
        expect(headers.get('location')).not.toContain(value);
    }
  });
});

describe('a refusal of the provider ends in its code (providers.md §1.6)', () => {
  type Row = [code: string, provider: string, consent: Partial<ConsentSettings>, n?: number];
  it.each<Row>([
    ['user_denied', 'instagram', { deny: true }],
    ['user_denied', 'facebook', { deny: true }],
    ['user_denied', 'x', { deny: true }],
    ['user_denied', 'linkedin', { deny: true }],
    ['user_denied', 'tiktok', { deny: true }],
    ['app_in_development', 'facebook', { person: 'ben' }, 1],
    ['missing_scopes', 'tiktok', { untick: ['user.info.basic'] }],
    ['missing_scopes', 'instagram', { untick: ['instagram_business_basic'] }],
    ['missing_scopes', 'facebook', { untick: ['pages_show_list'] }],
    ['no_eligible_account', 'instagram', { person: 'cleo' }],
    ['no_eligible_account', 'facebook', { pages: [] }],
  ])('%s at %s for %j', async (error, provider, consent, n = 0) => {
    await ada.addApp(provider, n);
    expect(await ada.travel(provider, consent)).toEqual({ at: dashboard, result: { error } });
    expect(await outcomes(ada)).toEqual([error]);
  });

  it('scope_not_allowed where the app may not ask for a scope', async () => {
    await ada.addApp('linkedin', 0, { organisations: true });
    expect((await ada.travel('linkedin')).result).toEqual({ error: 'scope_not_allowed' });
  });

  it('a scope that nothing depends on may be unticked', async () => {
    await ada.addApp('tiktok');
    expect((await ada.travel('tiktok', { untick: ['video.upload'] })).result).toEqual(CONNECTED);
  });

  it.each<[string, Omit<Failure, 'provider'>]>([
    ['provider_unavailable', { on: 'token', kind: 'status', status: 500 }],
    ['provider_unavailable', { on: 'token', kind: 'status', status: 429, retryAfter: 30 }],
    ['provider_unavailable', { on: 'token', kind: 'malformed' }],
    ['provider_unavailable', { on: 'token', kind: 'no-token' }],
    ['provider_unavailable', { on: 'token', kind: 'redirect' }],
    ['provider_unavailable', { on: 'token', kind: 'huge' }],
    ['provider_unavailable', { on: 'token', kind: 'cut' }],
    ['provider_unavailable', { on: 'token', kind: 'cut-after' }],
    ['provider_unavailable', { on: 'token', kind: 'echo' }],
    ['bad_client_credentials', { on: 'token', kind: 'status', status: 401 }],
    ['provider_unavailable', { on: 'identity', kind: 'status', status: 503 }],
    ['provider_unavailable', { on: 'identity', kind: 'cut' }],
    ['token_dead', { on: 'identity', kind: 'status', status: 401 }],
    ['token_dead', { on: 'identity', kind: 'revoked' }],
    ['missing_scopes', { on: 'identity', kind: 'status', status: 403 }],
  ])('%s where %j', async (error, failure) => {
    await ada.addApp('x');
    stage.sandbox.world.fail({ provider: 'x', ...failure });
    expect(await ada.travel('x')).toEqual({ at: dashboard, result: { error } });
    expect(await outcomes(ada)).toEqual([error]);
  });

  it('provider_unavailable where the choices cannot be read', async () => {
    await ada.addApp('facebook');
    stage.sandbox.world.fail({ provider: 'facebook', on: 'choices', kind: 'status', status: 500 });
    expect((await ada.travel('facebook')).result).toEqual({ error: 'provider_unavailable' });
  });

  it('bad_client_credentials where the secret is wrong', async () => {
    const { clientId } = stage.sandbox.world.apps.find((app) => app.provider === 'x')!;
    await ada.apps.created({ provider: 'x', client_id: clientId, client_secret: 'not-the-secret-of-it' });
    expect((await ada.travel('x')).result).toEqual({ error: 'bad_client_credentials' });
  });

  it("code_expired_or_used where 30 seconds went by before X's code came", async () => {
    await ada.addApp('x');
    const journey = await ada.depart('x');
    const callback = await ada.consent(journey);
    stage.sandbox.world.advance(31);
    expect(landing(await ada.arrive(callback, journey.cookie)).result).toEqual({
      error: 'code_expired_or_used',
    });
  });

  it('redirect_uri_mismatch where it is not the one that was consented to: the exchange takes it from the row (RFC 6749 §4.1.3)', async () => {
    await ada.addApp('linkedin');
    const journey = await ada.depart('linkedin');
    const callback = await ada.consent(journey);
    await stage.app.database.query(
      "UPDATE oauth_flows SET redirect_uri = 'https://old.example/callback' WHERE workspace_id = $1",
      [`org:${ada.org_id}`],
    );
    expect(landing(await ada.arrive(callback, journey.cookie)).result).toEqual({
      error: 'redirect_uri_mismatch',
    });
  });

  it('no_oauth_app where the app was deleted meanwhile', async () => {
    const id = await ada.addApp('x');
    const journey = await ada.depart('x');
    const callback = await ada.consent(journey);
    await ada.apps.delete(id);
    expect(landing(await ada.arrive(callback, journey.cookie)).result).toEqual({ error: 'no_oauth_app' });
  });
});

describe('a callback that is no answer', () => {
  const arriveWith = async (change: (url: URL) => string) => {
    await ada.addApp('x');
    const journey = await ada.depart('x');
    return landing(await ada.arrive(change(new URL(await ada.consent(journey))), journey.cookie));
  };

  it.each<[string, string, (url: URL) => string]>([
    ['no code', 'invalid_request', (url) => (url.searchParams.delete('code'), url.href)],
    ['an empty code', 'invalid_request', (url) => (url.searchParams.set('code', ''), url.href)],
    ['two codes', 'invalid_request', (url) => `${url.href}&code=x`],
    ['the code twice', 'invalid_request', (url) => `${url.href}&code=${url.searchParams.get('code')}`],
    ['error twice', 'invalid_request', (url) => `${url.href}&error=a&error=b`],
    ['anything twice', 'invalid_request', (url) => `${url.href}&x=a&x=b`],
    ['a code and a refusal', 'user_denied', (url) => `${url.href}&error=access_denied`],
    ['an empty refusal', 'provider_unavailable', (url) => `${url.href}&error=&error_message=x`],
    ['an unheard-of refusal', 'provider_unavailable', (url) => `${url.href}&error=%3Cscript%3E`],
    [
      'a code of 5000 characters',
      'code_expired_or_used',
      (url) => url.href.replace(/code=[^&]+/, `code=${'x'.repeat(5000)}`),
    ],
    [
      'a code of odd characters',
      'code_expired_or_used',
      (url) => url.href.replace(/code=[^&]+/, 'code=%0d%0a%F0%9F%92%A9%26'),
    ],
  ])('%s: %s', async (_, error, change) => {
    expect(await arriveWith(change)).toEqual({ at: dashboard, result: { error } });
    expect(await outcomes(ada)).toEqual([error]);
  });

  it.each<[string, (url: URL) => string]>([
    ['no state', (url) => (url.searchParams.delete('state'), url.href)],
    ['an empty state', (url) => (url.searchParams.set('state', ''), url.href)],
    ['the state twice', (url) => `${url.href}&state=${url.searchParams.get('state')}`],
    ['a null character', (url) => `${url.href}&x=%00`],
    ['a null character in the state', (url) => url.href.replace('state=', 'state=%00')],
    ['half an escape', (url) => `${url.href}&x=%`],
    ['what is not UTF-8', (url) => `${url.href}&x=%ff`],
    ['no query', (url) => url.origin + url.pathname],
  ])('%s: nothing is to be trusted, so it is state_invalid at the dashboard', async (_, change) => {
    expect(await arriveWith(change)).toEqual({ at: dashboard, result: { error: 'state_invalid' } });
    expect(await outcomes(ada)).toEqual([]);
  });

  it.each(['myspace', '__proto__', 'X', 'x%2f', 'x'.repeat(200)])(
    'of %s, which is no provider',
    async (provider) => {
      expect(landing(await ada.client.request(`/v1/oauth/${provider}/callback?code=x&state=x`))).toEqual({
        at: dashboard,
        result: { error: 'state_invalid' },
      });
    },
  );
});

describe('a fault of ours', () => {
  async function failing(sqlState: string, when: string): Promise<() => Promise<void>> {
    const { database } = stage.app;
    await database.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an inside matter' USING ERRCODE = '${sqlState}'; END $$;
      CREATE TRIGGER fail BEFORE UPDATE ON oauth_flows FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION fail()`);
    return async () => void (await database.query('DROP TRIGGER fail ON oauth_flows; DROP FUNCTION fail'));
  }

  it.each([
    ['server_error', 'P0001'],
    ['temporarily_unavailable', '53300'],
  ])('is %s, logged, and still a redirect (RFC 6749 §4.1.2.1)', async (error, sqlState) => {
    await ada.addApp('x');
    const restore = await failing(sqlState, 'OLD.consumed_at IS NULL');
    try {
      expect(await ada.travel('x')).toEqual({ at: dashboard, result: { error } });
      expect(await logLine(stage.app, `"reason":"${error}"`)).toContain('an inside matter');
    } finally {
      await restore();
    }
  });

  it('does not undo a connection whose outcome could not be noted', async () => {
    await ada.addApp('x');
    const restore = await failing('P0001', 'NEW.outcome IS NOT NULL');
    try {
      expect((await ada.travel('x')).result).toEqual(CONNECTED);
    } finally {
      await restore();
    }
  });
});

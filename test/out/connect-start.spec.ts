import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { freePort, startTestApp } from '../support/test-app.js';
import { openOutStage, type OutStage, Traveller } from './traveller.js';

const ENCRYPTION_KEYS = `a-kid-of-thirty-two-characters:${'A'.repeat(43)}=`;

let stage: OutStage;
let ada: Traveller;
beforeAll(async () => {
  stage = await openOutStage({
    ENCRYPTION_KEYS,
    RETURN_URLS: 'https://app.example.com/settings, https://other.example.com,http://localhost:5173/a',
  });
});
afterAll(() => stage.close());
beforeEach(() => {
  ada = new Traveller(stage);
});

const flowsOf = async ({ org_id }: Traveller) =>
  (await stage.app.database.query('SELECT * FROM oauth_flows WHERE workspace_id = $1', [`org:${org_id}`]))
    .rows;

describe('start', () => {
  it.each(['instagram', 'facebook', 'x', 'linkedin', 'tiktok'])(
    'answers with the authorize URL of %s, and nothing else',
    async (provider) => {
      await ada.addApp(provider);
      const { status, body, headers } = await ada.start(provider);
      expect([status, Object.keys(body)]).toEqual([200, ['authorize_url']]);
      expect(headers.get('cache-control')).toBe('no-store');
      const url = new URL(body.authorize_url);
      expect(url.origin).toBe(stage.sandbox.origin);
      expect(url.searchParams.get('redirect_uri')).toBe(`${stage.app.url}/v1/oauth/${provider}/callback`);
      expect(url.searchParams.get('response_type')).toBe('code');
      const [flow] = await flowsOf(ada);
      expect(flow).toMatchObject({ provider, user_id: 'user-1', consumed_at: null, outcome: null });
    },
  );

  it('makes a state of less than 100 characters: kid, 128 random bits, 128 bits of HMAC (RFC 6749 §10.12)', async () => {
    await ada.addApp('x');
    const states = [(await ada.depart('x')).state, (await ada.depart('x')).state];
    for (const state of states) {
      expect(state.length).toBeLessThan(100);
      expect(state).toMatch(/^a-kid-of-thirty-two-characters\.[\w-]{22}\.[\w-]{22}$/);
    }
    expect(states[0]).not.toBe(states[1]);
  });

  it('keeps neither state, verifier nor cookie in the clear', async () => {
    await ada.addApp('x');
    const { authorizeUrl, state, cookie } = await ada.depart('x');
    const [flow] = await flowsOf(ada);
    const dump = JSON.stringify(flow, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64url') : value,
    );
    const [kid, id, mac] = state.split('.');
    for (const secret of [id!, mac!, cookie.split('=')[1]!]) expect(dump).not.toContain(secret);
    expect(flow.id_hash).toEqual(createHash('sha256').update(id!).digest());
    expect(flow.code_verifier_sealed).toMatch(new RegExp(`^v1\\.${kid}\\.`));
    expect(new URL(authorizeUrl).searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  });

  it('ends in 10 minutes', async () => {
    await ada.addApp('x');
    await ada.depart('x');
    const { rows } = await stage.app.database.query(
      `SELECT expires_at - now() BETWEEN '9 minutes' AND '10 minutes' AS fits FROM oauth_flows WHERE workspace_id = $1`,
      [`org:${ada.org_id}`],
    );
    expect(rows).toEqual([{ fits: true }]);
  });

  it('gives the browser a cookie per sign-in (RFC 6265bis §4.1.2)', async () => {
    await ada.addApp('x');
    const cookies = [await ada.start('x'), await ada.start('x')].map(({ headers }) =>
      headers.get('set-cookie')!,
    );
    for (const cookie of cookies) {
      expect(cookie).toMatch(
        /^sd_flow_[0-9a-f]{16}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
      );
    }
    expect(cookies[0]!.split('=')[0]).not.toBe(cookies[1]!.split('=')[0]);
  });

  it('lets the dashboard, and no other site, fetch it with credentials', async () => {
    await ada.addApp('x');
    const cors = async (origin: string) => {
      const headers = { ...(await ada.credentials()), origin };
      const answer = await ada.client.request('/v1/oauth/x/start', { headers });
      return ['origin', 'credentials'].map((name) => answer.headers.get(`access-control-allow-${name}`));
    };
    expect(await cors(stage.app.url)).toEqual([stage.app.url, 'true']);
    expect((await cors('https://evil.example'))[0]).not.toBe('https://evil.example');
  });

  it('over https the cookie is __Host-, and Secure (RFC 6265bis §4.1.3.2)', async () => {
    const PORT = String(await freePort());
    const env = { TIKTOK_CLIENT_ID: 'key', TIKTOK_CLIENT_SECRET: 'secret' };
    const app = await startTestApp({ PORT, PUBLIC_URL: 'https://auth.example.com', ...env });
    try {
      const url = `http://127.0.0.1:${PORT}`;
      const { status, headers, body } = await new Traveller({ ...stage, app: { url } }).start('tiktok');
      expect([status, headers.get('set-cookie')]).toEqual([
        200,
        expect.stringMatching(
          /^__Host-sd_flow_[0-9a-f]{16}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
        ),
      ]);
      expect(body.authorize_url).toMatch(
        /^https:\/\/www\.tiktok\.com\/v2\/auth\/authorize\/\?.*client_key=key&/,
      );
    } finally {
      await app.close();
    }
  });
});

describe('the app of a start', () => {
  it('is the default, or the one that is named', async () => {
    const first = await ada.addApp('x', 0);
    const second = await ada.addApp('x', 1);
    for (const [query, id, n] of [
      [{}, first, 0],
      [{ oauth_app_id: second }, second, 1],
    ] as const) {
      const { authorizeUrl } = await ada.depart('x', query);
      const apps = stage.sandbox.world.apps.filter(({ provider }) => provider === 'x');
      expect(new URL(authorizeUrl).searchParams.get('client_id')).toBe(apps[n]!.clientId);
      expect((await flowsOf(ada)).map((flow) => flow.oauth_app_id)).toContain(id);
    }
  });

  it('is 409 no_oauth_app where there is none', async () => {
    expect(await ada.start('x')).toMatchObject({ status: 409, body: { code: 'no_oauth_app' } });
  });

  it("is 404 where it is another workspace's or another provider's", async () => {
    const stranger = new Traveller(stage);
    const oauth_app_id = await stranger.addApp('x');
    await ada.addApp('x');
    expect(await ada.start('x', { oauth_app_id })).toMatchObject({ status: 404 });
    expect(await stranger.start('tiktok', { oauth_app_id })).toMatchObject({ status: 404 });
    expect(await stranger.start('x', { oauth_app_id })).toMatchObject({ status: 200 });
  });
});

describe('what a start refuses', () => {
  it.each(['myspace', 'X', 'x%20', '__proto__', 'constructor'])('%s is no provider', async (provider) => {
    expect(await ada.start(provider)).toMatchObject({ status: 400, body: { code: 'unknown_provider' } });
  });

  it.each([
    ['another origin', 'https://evil.example/settings'],
    ['another scheme', 'http://app.example.com/settings'],
    ['another port', 'https://app.example.com:8443/settings'],
    ['a longer host', 'https://app.example.com.evil.example/settings'],
    ['half a segment', 'https://app.example.com/settings-evil'],
    ['beside it', 'https://app.example.com/'],
    ['a way up', 'https://app.example.com/settings/../admin'],
    ['an escaped way up', 'https://app.example.com/settings/%2e%2e/admin'],
    ['an escaped slash', 'https://app.example.com/settings%2f..%2fadmin'],
    ['user info', 'https://app.example.com@evil.example/settings'],
    ['user info before us', 'https://evil@app.example.com/settings'],
    ['a backslash', 'https://app.example.com\\@evil.example/settings'],
    ['a fragment', 'https://app.example.com/settings#x'],
    ['a line break', 'https://app.example.com/settings\r\nSet-Cookie: a=b'],
    ['a tab', 'https://app.exa\tmple.com/settings'],
    ['a leading space', ' https://app.example.com/settings'],
    ['a relative address', '/settings'],
    ['no scheme', '//app.example.com/settings'],
    ['javascript', 'javascript:alert(1)//app.example.com/settings'],
    ['data', 'data:text/html,x'],
    ['letters from elsewhere', 'https://аpp.example.com/settings'],
    ['3000 characters', `https://app.example.com/settings/${'x'.repeat(3000)}`],
    ['nothing', ''],
  ])('a return URL with %s (RFC 9700 §4.11)', async (_, return_url) => {
    await ada.addApp('x');
    expect(await ada.start('x', { return_url })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', errors: [{ field: 'return_url', message: expect.any(String) }] },
    });
    expect(await flowsOf(ada)).toEqual([]);
  });

  it.each([
    'https://app.example.com/settings',
    'https://app.example.com/settings/',
    'https://app.example.com/settings/accounts?tab=1',
    'HTTPS://APP.example.com:443/settings',
    'https://other.example.com',
    'https://other.example.com/anything',
    'http://localhost:5173/a/b',
  ])('but not %s', async (return_url) => {
    await ada.addApp('x');
    expect(await ada.start('x', { return_url })).toMatchObject({ status: 200 });
  });

  it.each(['oauth_app_id', 'return_url', 'account_id'])('%s twice', async (name) => {
    await ada.addApp('x');
    const query = { [name]: ['https://other.example.com', 'https://other.example.com'] };
    expect(await ada.start('x', query)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', errors: [{ field: name }] },
    });
  });
});

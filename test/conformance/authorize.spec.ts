import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { encode, type Fields, REDIRECT_URI, s256, TestClient, VERIFIER } from '../support/test-client.js';
import type { Answer, TestRegistration } from '../support/test-client.js';
import { expectErrorPage, expectErrorRedirect, readResponse } from './authorization-response.js';

const DASHBOARD = 'https://dash.example/app';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const WEB = 'https://app.example/cb';
const WEB_WITH_QUERY = 'https://app.example/cb?tenant=1&x=a%20b';
const CONSENT_PAGE = /^https:\/\/dash\.example\/app\/consent\?request_id=sd_ar_[A-Za-z0-9_-]{43}$/;

let app: TestApp;
let client: TestClient;
let registered: TestRegistration;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off', DASHBOARD_URL: DASHBOARD });
  client = new TestClient(app);
  registered = await client.register({
    redirect_uris: [REDIRECT_URI, WEB, WEB_WITH_QUERY, 'com.example.app:/cb', 'http://[::1]/v6?x=1'],
  });
});
afterAll(() => app.close());

const authorize = (fields: Fields = {}) => client.authorize(registered, fields, BROWSER);

function expectConsent({ status, headers, text }: Answer): void {
  expect([status, headers.get('location')]).toEqual([302, expect.stringMatching(CONSENT_PAGE)]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(text).toBe('');
}

function expectRedirected(
  answer: Answer,
  error: string,
  { state = 'a-state', uri = REDIRECT_URI } = {},
): void {
  expectErrorRedirect(answer, { error, uri, iss: app.url, state: state || undefined });
}

async function requestedScopes(requestId: string): Promise<string[]> {
  const { body } = await client.show(requestId);
  return body.scopes.map(({ name }: { name: string }) => name);
}

describe('the client and its address', () => {
  it.each([
    ['no', 'invalid_request', () => undefined],
    ['an empty', 'invalid_request', () => ''],
    ['an unknown', 'invalid_client', () => 'sd_cl_nobody'],
    ['an upper-case', 'invalid_client', (id: string) => id.toUpperCase()],
    ['a padded', 'invalid_client', (id: string) => `${id} `],
    ["a SQL's", 'invalid_client', (id: string) => `${id}' OR '1'='1`],
  ])('[B12] %s client_id: a page, no redirect (RFC 6749 §4.1.2.1)', async (_, code, client_id) => {
    expectErrorPage(await authorize({ client_id: client_id(registered.client_id) }), code);
  });

  it('[B12] an expired client: a page that says to connect again, no redirect (RFC 6749 §4.1.2.1)', async () => {
    const expired = await client.register();
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [expired.client_id]);
    const answer = await client.authorize(expired, {}, BROWSER);
    expectErrorPage(answer, 'invalid_client');
    expect(answer.text).toMatch(/connect again/);
  });

  it.each([
    undefined,
    '',
    'https://other.example/cb',
    'https://app.example/',
    'https://app.example/c',
    'https://app.example/cb/',
    'https://app.example/cb/more',
    'https://app.example/cbx',
    'https://app.example/CB',
    'https://APP.example/cb',
    'HTTPS://app.example/cb',
    'https://app.example/cb?x=1',
    'https://app.example/cb?',
    'https://app.example/cb#',
    'https://app.example/cb#fragment',
    'https://app.example/x/../cb',
    'https://app.example/./cb',
    'https://app.example/%63b',
    'https://app.example/cb%00',
    'https://app.example/cb%2f..%2fevil',
    'https://app.example//cb',
    'https://app.example\\cb',
    'https://app.example/cb\t',
    ' https://app.example/cb',
    'https://app.example:443/cb',
    'https://app.example:8443/cb',
    'http://app.example/cb',
    'https://app.example@evil.example/cb',
    'https://user@app.example/cb',
    'https://app.example.evil.example/cb',
    'https://app.example.:443/cb',
    '//app.example/cb',
    '/cb',
    'cb',
    'https://app.example/cb?tenant=1',
    'https://app.example/cb?x=a%20b&tenant=1',
    'https://app.example/cb?tenant=1&x=a+b',
    'com.example.app:/CB',
    'com.example.app:///cb',
    'COM.EXAMPLE.APP:/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    `${WEB} ${REDIRECT_URI}`,
  ])(
    '[B13] redirect_uri %j: a page, no redirect (RFC 6749 §3.1.2.4, RFC 9700 §2.1)',
    async (redirect_uri) => {
      const answer = await authorize({ redirect_uri });
      expectErrorPage(answer, redirect_uri ? 'invalid_redirect_uri' : 'invalid_request');
    },
  );

  it.each([WEB, WEB_WITH_QUERY, 'com.example.app:/cb'])(
    '[B13] redirect_uri %s, character for character as registered: accepted (RFC 6749 §3.1.2.3)',
    async (redirect_uri) => expectConsent(await authorize({ redirect_uri })),
  );

  it.each([
    'http://127.0.0.1/callback',
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1:65535/callback',
    'http://[::1]/v6?x=1',
    'http://[::1]:4321/v6?x=1',
  ])('[B14] %s: any port of a loopback address, in every leg (RFC 8252 §7.3)', async (redirect_uri) => {
    const requestId = await client.startConsent(registered, { redirect_uri });
    const { body } = await client.decide('approve', requestId);
    const { code } = readResponse(body.redirect_to, redirect_uri).parameters;
    expect(await client.exchange(registered, code!, { redirect_uri })).toMatchObject({ status: 200 });
  });

  it.each([
    'http://localhost:8976/callback',
    'http://127.0.0.1:8976/other',
    'http://127.0.0.1:8976/callback/',
    'http://127.0.0.1:8976/callback?x=1',
    'https://127.0.0.1:8976/callback',
    'http://127.0.0.2:8976/callback',
    'http://127.1:8976/callback',
    'http://2130706433:8976/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:99999/callback',
    'http://[::1]:4321/v6',
    'http://[::1]:4321/v6?x=2',
    'http://[0:0:0:0:0:0:0:1]/v6?x=1',
    'http://[::ffff:127.0.0.1]:8976/callback',
  ])('[B14] %s: nothing but the port may differ (RFC 8252 §7.3)', async (redirect_uri) => {
    expectErrorPage(await authorize({ redirect_uri }), 'invalid_redirect_uri');
  });

  it.each<[string, (id: string) => Fields]>([
    ['client_id', (id) => ({ client_id: [id, id] })],
    ['client_id', (id) => ({ client_id: [id, 'sd_cl_other'] })],
    ['redirect_uri', () => ({ redirect_uri: [REDIRECT_URI, REDIRECT_URI] })],
    ['redirect_uri', () => ({ redirect_uri: [REDIRECT_URI, 'https://evil.example/'] })],
  ])('[B18] a repeated %s: a page, no redirect (RFC 6749 §3.1)', async (_, fields) => {
    expectErrorPage(await authorize(fields(registered.client_id)), 'invalid_request');
  });
});

describe('what is asked for', () => {
  it.each([
    [undefined, 'invalid_request'],
    ['', 'invalid_request'],
    ['token', 'unsupported_response_type'],
    ['id_token', 'unsupported_response_type'],
    ['code token', 'unsupported_response_type'],
    ['token code', 'unsupported_response_type'],
    ['code id_token', 'unsupported_response_type'],
    ['CODE', 'unsupported_response_type'],
    ['none', 'unsupported_response_type'],
  ])('[B15] response_type=%s is redirected as %s (RFC 6749 §4.1.2.1)', async (response_type, error) => {
    expectRedirected(await authorize({ response_type }), error);
  });

  it.each<[string, Fields]>([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['an empty challenge', { code_challenge: '' }],
    ['no method, which means plain', { code_challenge_method: undefined }],
    ['method plain', { code_challenge_method: 'plain' }],
    ['method s256 in lower case', { code_challenge_method: 's256' }],
    ['an unknown method', { code_challenge_method: 'S512' }],
    ['a challenge of 42 characters', { code_challenge: s256(VERIFIER).slice(1) }],
    ['a challenge of 44 characters', { code_challenge: `${s256(VERIFIER)}A` }],
    ['a padded challenge', { code_challenge: `${s256(VERIFIER)}=` }],
    ['base64 that is not base64url', { code_challenge: `+/${s256(VERIFIER).slice(2)}` }],
    ['a challenge in another alphabet', { code_challenge: `é${s256(VERIFIER).slice(1)}` }],
  ])('[B16] %s is redirected as invalid_request (RFC 7636 §4.4.1)', async (_, fields) => {
    expectRedirected(await authorize(fields), 'invalid_request');
  });

  it.each([
    'nope',
    'profile:read nope',
    'PROFILE:READ',
    'profile:read,accounts:read',
    'profile:read\taccounts:read',
    '"profile:read"',
    '*',
    'constructor',
  ])('[B17] scope=%j is redirected as invalid_scope (RFC 6749 §3.3)', async (scope) => {
    expectRedirected(await authorize({ scope }), 'invalid_scope');
  });

  it('[B17] the registered scopes are the default, and a request may step up (MCP authorization, scope challenge)', async () => {
    const modest = await client.register({ scope: 'profile:read accounts:read' });
    expect(await requestedScopes(await client.startConsent(modest))).toEqual([
      'profile:read',
      'accounts:read',
    ]);
    const more = await client.startConsent(modest, { scope: 'profile:read accounts:write' });
    expect(await requestedScopes(more)).toEqual(['profile:read', 'accounts:write']);
  });

  it.each([
    [undefined, ['profile:read']],
    ['', ['profile:read']],
    ['offline_access', ['profile:read']],
    ['accounts:read', ['accounts:read']],
    [' accounts:read  profile:read ', ['accounts:read', 'profile:read']],
    ['accounts:read offline_access accounts:read', ['accounts:read']],
  ])('[B17] scope=%j asks for %j (RFC 6749 §3.3)', async (scope, scopes) => {
    expect(await requestedScopes(await client.startConsent(registered, { scope }))).toEqual(scopes);
  });

  it.each<[string, Fields]>([
    ['unknown parameters', { foo: 'bar', nonce: 'n', max_age: '0', display: 'popup', __proto__x: '1' }],
    ['empty parameters', { scope: '', resource: '', request: '', request_uri: '', prompt: '' }],
    ['values of response_mode', { response_mode: 'form_post' }],
  ])('[B17] %s are ignored (RFC 6749 §3.1)', async (_, fields) => {
    expectConsent(await authorize(fields));
  });

  it.each<[string, Fields]>([
    ['scope', { scope: ['profile:read', 'profile:read'] }],
    ['response_type', { response_type: ['code', 'code'] }],
    ['code_challenge', { code_challenge: [s256(VERIFIER), s256('another')] }],
    ['code_challenge_method', { code_challenge_method: ['S256', 'plain'] }],
    ['prompt', { prompt: ['login', 'none'] }],
    ['unknown parameter', { foo: ['1', '2'] }],
  ])('[B18] a repeated %s is redirected as invalid_request (RFC 6749 §3.1)', async (_, fields) => {
    expectRedirected(await authorize(fields), 'invalid_request');
  });

  it('[B18] a repeated state is redirected as invalid_request, and neither is echoed (RFC 6749 §3.1)', async () => {
    expectRedirected(await authorize({ state: ['one', 'two'] }), 'invalid_request', { state: '' });
  });

  it('[B18] a repeated resource is legal (RFC 8707 §2)', async () => {
    const resource = [app.url, 'https://mcp.example.com/mcp'];
    const { body } = await client.show(await client.startConsent(registered, { resource }));
    expect(body).toMatchObject({ resource: resource[0], resources: resource });
  });

  it.each([
    'relative',
    '/public/v1/me/',
    'urn:example:resource',
    'https://unknown.example/',
    'https://mcp.example.com/mcp#fragment',
    'https://mcp.example.com/',
    'https://mcp.example.com/mcp-evil',
    'https://mcp.example.com.evil.example/mcp',
    'https://user@mcp.example.com/mcp',
    'http://mcp.example.com/mcp',
    'https://mcp.example.com/x/../mcp',
    'https://mcp.example.com/%6dcp',
    'PUBLIC_URL.evil.example',
    'PUBLIC_URL@evil.example/',
    'PUBLIC_URL/x#y',
    'PUBLIC_URL/a/../../b',
  ])('[B19] resource=%s is redirected as invalid_target (RFC 8707 §2)', async (text) => {
    const resource = text.replace('PUBLIC_URL', app.url);
    expectRedirected(await authorize({ resource }), 'invalid_target');
    expectRedirected(await authorize({ resource: [app.url, resource] }), 'invalid_target');
  });

  it.each([
    'PUBLIC_URL',
    'PUBLIC_URL/',
    'PUBLIC_URL/public/v1/me/?a=b',
    'HTTPS://MCP.example.com:443/mcp',
    'https://mcp.example.com/mcp/',
  ])('[B19] resource=%s is known, and echoed as it was sent (RFC 8707 §2)', async (text) => {
    const resource = text.replace('PUBLIC_URL', app.url);
    const { body } = await client.show(await client.startConsent(registered, { resource }));
    expect(body.resource).toBe(resource);
  });

  it.each(['none', 'none login', 'login none'])(
    '[B22] prompt=%s is redirected as interaction_required (OpenID Connect Core §3.1.2.6)',
    async (prompt) => expectRedirected(await authorize({ prompt }), 'interaction_required'),
  );

  it.each(['consent', 'login', 'select_account', 'nonesuch'])(
    '[B22] prompt=%s changes nothing: consent is always asked (OpenID Connect Core §3.1.2.1)',
    async (prompt) => expectConsent(await authorize({ prompt })),
  );

  it.each([
    ['request', 'eyJhbGciOiJub25lIn0.e30.', 'request_not_supported'],
    ['request_uri', 'https://app.example/request.jwt', 'request_uri_not_supported'],
  ])('[B26] %s is redirected as not supported (OpenID Connect Core §3.1.2.6)', async (name, value, error) => {
    expectRedirected(await authorize({ [name]: value }), error);
  });
});

describe('the answer', () => {
  it.each([
    ['of plain letters', 'plain'],
    ['in Unicode', 'ünïcödé ☃ 𝄞'],
    ['with what queries are made of', 'a+b%20c%2B&d=e;f#g?h/'],
    ['with what no URI may hold', '"<>\'`\\{}|^ '],
    ['with line breaks', '\r\nx: y'],
    ['of 4096 characters', 'a'.repeat(4096)],
  ])('[B20] a state %s comes back byte for byte (RFC 6749 §4.1.2)', async (_, state) => {
    expectRedirected(await authorize({ state, response_type: 'token' }), 'unsupported_response_type', {
      state,
    });
    const { body } = await client.decide('approve', await client.startConsent(registered, { state }));
    const { parameters } = readResponse(body.redirect_to, REDIRECT_URI);
    expect(parameters).toEqual({ code: expect.any(String), state, iss: app.url });
  });

  it.each([undefined, ''])('[B20] state %j: none comes back (RFC 6749 §4.1.2)', async (state) => {
    expectRedirected(await authorize({ state, scope: 'nope' }), 'invalid_scope', { state: '' });
    const { body } = await client.decide('approve', await client.startConsent(registered, { state }));
    expect(Object.keys(readResponse(body.redirect_to, REDIRECT_URI).parameters)).toEqual(['code', 'iss']);
  });

  it.each([
    ['ASCII', 'a'.repeat(8193), 'a'.repeat(8192)],
    ['what percent-encoding makes longer', '💥'.repeat(683), '💥'.repeat(682)],
  ])(
    '[B20] a state of %s beyond 8192 characters is invalid_request and does not come back: no header would hold it',
    async (_, longer, longest) => {
      const post = (fields: Fields) =>
        client.post('/public/v1/oauth/authorize/', { ...client.authorizationRequest(registered), ...fields });
      expectRedirected(await post({ state: longer }), 'invalid_request', { state: '' });
      const { headers } = await post({ state: longest, scope: 'nope' });
      expect(new URL(headers.get('location')!).searchParams.get('state')).toBe(longest);
    },
  );

  it('[B20] iss is the issuer of the metadata, in success and error (RFC 9207 §2, §2.4)', async () => {
    const { issuer } = (await client.request('/.well-known/oauth-authorization-server')).body;
    const failed = await authorize({ scope: 'nope' });
    expect(readResponse(failed.headers.get('location'), REDIRECT_URI).parameters.iss).toBe(issuer);
    const { body } = await client.decide('approve', await client.startConsent(registered));
    expect(readResponse(body.redirect_to, REDIRECT_URI).parameters.iss).toBe(issuer);
  });

  it("[B23] the redirect URI's own query stays, and nothing goes into a fragment (RFC 6749 §3.1.2)", async () => {
    const uri = WEB_WITH_QUERY;
    const failed = await authorize({ redirect_uri: uri, response_mode: 'fragment', response_type: 'token' });
    expectRedirected(failed, 'unsupported_response_type', { uri });
    const requestId = await client.startConsent(registered, { redirect_uri: uri, response_mode: 'fragment' });
    const { body } = await client.decide('approve', requestId);
    expect(readResponse(body.redirect_to, uri).parameters.code).toMatch(/^sd_ac_[\w-]{43}$/);
  });

  it('[B23] to the consent page: 302, uncached, no referrer, and nothing but an opaque id (RFC 9700 §4.12)', async () => {
    const answer = await authorize({ scope: 'profile:read' });
    expectConsent(answer);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('[B25] POST of a form does what GET does, and never makes the browser repeat it (RFC 6749 §3.1)', async () => {
    const request = client.authorizationRequest(registered);
    expectConsent(await client.post('/public/v1/oauth/authorize/', request));
    const failed = await client.post('/public/v1/oauth/authorize/', { ...request, scope: 'nope' });
    expectRedirected(failed, 'invalid_scope');
  });

  it.each<[string, string, number, string, RequestInit]>([
    ['JSON', 'invalid_request', 400, '{}', { headers: { 'content-type': 'application/json' } }],
    ['text', 'unsupported_media_type', 415, 'x', { headers: { 'content-type': 'text/plain' } }],
    ['nothing', 'invalid_request', 400, '', {}],
  ])('[B25] POST of %s: a page with %s, whatever the query says (RFC 6749 §3.1)', async (...test) => {
    const [, code, status, body, { headers } = {}] = test;
    const query = encode(client.authorizationRequest(registered));
    const answer = await client.request(`/public/v1/oauth/authorize/?${query}`, {
      method: 'POST',
      headers: { ...BROWSER, ...(headers as Record<string, string>) },
      body: body || undefined,
    });
    expectErrorPage(answer, code, status);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectOAuthError } from '../support/oauth-error.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { basic, REDIRECT_URI, TestClient, VERIFIER } from '../support/test-client.js';

const REGISTER = '/public/v1/oauth/register/';
const LOOPBACK = 'http://127.0.0.1/cb';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
});
afterAll(() => app.close());

const register = (metadata: Record<string, unknown>) =>
  client.sendRegistration({ redirect_uris: [LOOPBACK], ...metadata });

async function rowsNamed(name: string): Promise<number> {
  const { rows } = await app.database.query('SELECT count(*)::int AS n FROM clients WHERE name = $1', [name]);
  return rows[0].n;
}

describe('what is answered', () => {
  it('[B1] minimal metadata: 201, uncached, the defaults filled in (RFC 7591 §3.2.1)', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { status, headers, body } = await client.sendRegistration({ redirect_uris: [LOOPBACK] });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
    expect(body).toEqual({
      client_id: expect.stringMatching(/^sd_cl_[A-Za-z0-9_-]{43}$/),
      client_id_issued_at: expect.any(Number),
      redirect_uris: [LOOPBACK],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    });
    expect(Math.abs(body.client_id_issued_at - before)).toBeLessThan(60);
  });

  it('[B1] everything that is registered is echoed (RFC 7591 §3.2.1)', async () => {
    const metadata = {
      redirect_uris: [LOOPBACK, 'https://app.example/cb?tenant=1', 'com.example.app:/cb'],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      client_name: 'Acme Désktop 🚀',
      client_uri: 'https://acme.example',
      logo_uri: 'https://acme.example/logo.png',
      tos_uri: 'https://acme.example/terms',
      policy_uri: 'https://acme.example/privacy',
      contacts: ['support@acme.example'],
      scope: 'profile:read accounts:read',
      software_id: 'com.acme.desktop',
      software_version: '2.1.0',
    };
    const { status, body } = await client.sendRegistration(metadata);
    expect(status).toBe(201);
    expect(body).toMatchObject(metadata);
  });

  it('[B1] null and empty members count as omitted, and nothing null is answered (RFC 7591 §2)', async () => {
    const { status, body, text } = await register({
      client_name: null,
      logo_uri: '',
      scope: null,
      contacts: null,
    });
    expect(status).toBe(201);
    expect(text).not.toContain('null');
    for (const name of ['client_name', 'logo_uri', 'scope', 'contacts'])
      expect(body).not.toHaveProperty(name);
  });

  it('[B1] scopes that are not known are left out of the answer (RFC 7591 §2)', async () => {
    const { body } = await register({ scope: 'profile:read  email profile:read' });
    expect(body.scope).toBe('profile:read');
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    '[B6] %s: a secret that works, with client_secret_expires_at (RFC 7591 §3.2.1)',
    async (token_endpoint_auth_method) => {
      const { status, body } = await client.sendRegistration({
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method,
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        token_endpoint_auth_method,
        client_secret: expect.stringMatching(/^sd_cs_[A-Za-z0-9_-]{43}$/),
        client_secret_expires_at: 0,
      });
      const { client_id, client_secret } = body as { client_id: string; client_secret: string };
      const code = await client.code({ client_id });
      const asBasic = token_endpoint_auth_method === 'client_secret_basic';
      const answer = await client.post(
        '/public/v1/oauth/token/',
        {
          grant_type: 'authorization_code',
          code,
          code_verifier: VERIFIER,
          ...(!asBasic && { client_id, client_secret }),
        },
        asBasic ? basic(client_id, client_secret) : {},
      );
      expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    },
  );

  it('[B6] none: no secret and no client_secret_expires_at (RFC 7591 §3.2.1)', async () => {
    const { body } = await register({ token_endpoint_auth_method: 'none' });
    expect(Object.keys(body).filter((name) => name.includes('secret'))).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['application_type', { application_type: 'native' }],
    ['resource', { resource: 'https://mcp.example.com/mcp' }],
    ['a translation', { 'client_name#fr': 'Bonjour', 'logo_uri#fr': 'javascript:alert(1)' }],
    ['OpenID Connect members', { subject_type: 'pairwise', jwks: { keys: [] }, default_max_age: -1 }],
    ['names that objects have', { constructor: 'x', toString: 1, valueOf: 2, hasOwnProperty: null }],
  ])('[B7] %s: ignored, 201, not echoed (RFC 7591 §2)', async (_, extra) => {
    const { status, body } = await register(extra);
    expect(status).toBe(201);
    for (const name of Object.keys(extra)) expect(Object.keys(body)).not.toContain(name);
  });

  it("[B7] a caller's own client_id, secret and times are never honoured (RFC 7591 §3.2.1)", async () => {
    const wish = {
      client_id: 'mine',
      client_secret: 'mine',
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
    };
    const method = { token_endpoint_auth_method: 'client_secret_post' };
    const { status, body, text } = await register({ ...wish, ...method });
    expect([status, body.client_secret_expires_at]).toEqual([201, 0]);
    expect(text).not.toContain('mine');
    expect(body.client_id_issued_at).toBeGreaterThan(1);
  });

  it('[B8] a software statement is ignored, as whoever does not support it has to (RFC 7591 §2.3)', async () => {
    const { status, body } = await register({ software_statement: 'eyJhbGciOiJub25lIn0.e30.' });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('software_statement');
  });
});

describe('what is refused', () => {
  it.each<[string, string, unknown]>([
    ['missing', 'invalid_redirect_uri', undefined],
    ['null', 'invalid_redirect_uri', null],
    ['empty', 'invalid_redirect_uri', []],
    ['of an empty string', 'invalid_redirect_uri', ['']],
    ['of a number', 'invalid_redirect_uri', [1]],
    ['of null', 'invalid_redirect_uri', [LOOPBACK, null]],
    ['of an array', 'invalid_redirect_uri', [[LOOPBACK]]],
    ['a string', 'invalid_client_metadata', LOOPBACK],
    ['an object', 'invalid_client_metadata', { 0: LOOPBACK, length: 1 }],
    ['of too many', 'invalid_client_metadata', Array.from({ length: 200 }, (_, i) => `${LOOPBACK}${i}`)],
  ])('[B2] redirect_uris %s: %s (RFC 7591 §3.2.2)', async (_, error, redirect_uris) => {
    expectOAuthError(await client.sendRegistration({ redirect_uris }), 400, error);
  });

  it.each([
    'http://evil.example/cb',
    'http://localhost.evil.example/cb',
    'http://127.0.0.2/cb',
    'javascript:alert(1)',
    'JavaScript://localhost/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'vbscript:x',
    'blob:https://app.example/1',
    'https://app.example/cb#fragment',
    'https://app.example/cb#',
    'https://user:pass@app.example/cb',
    'https://*.example/cb',
    'https://app.example/*',
    'https://app.example/c\u0007b',
    'https://app.example/c\nb',
    ' https://app.example/cb',
    'https://app.example/a b',
    'https://app.example\\@evil.example/cb',
    'https://аpp.example/cb',
    'https:/app.example/cb',
    'https:///app.example/cb',
    'https://app.example/a/../cb',
    'https://app.example/%zz',
    'https://127.1/cb',
    'https://0x7f000001/cb',
    'app.example/cb',
    '/cb',
    `https://app.example/${'a'.repeat(3000)}`,
  ])('[B3] redirect URI %j: invalid_redirect_uri that names it (RFC 9700 §2.1, RFC 8252 §7)', async (uri) => {
    const answer = await client.sendRegistration({ redirect_uris: ['https://fine.example/cb', uri] });
    expectOAuthError(answer, 400, 'invalid_redirect_uri');
    const named = /'([^']*)'/.exec(answer.body.error_description)?.[1];
    const printable = uri.replace(/\/\/[^/]*@/, '//***@').replace(/[^\x21-\x7e]|\\/g, '?');
    expect(named).toBe(printable.length > 120 ? `${printable.slice(0, 120)}...` : printable);
  });

  it.each([
    'https://app.example/cb',
    'https://app.example:8443/cb?tenant=1',
    'https://app.example',
    'http://localhost/cb',
    'http://localhost:3118/callback',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:8976',
    'http://[::1]/cb',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'com.example.app:/cb',
    'com.example.app://cb',
    'vscode://vscode.github-authentication/did-authenticate',
  ])('[B4] redirect URI %s: 201 (RFC 8252 §7)', async (uri) => {
    const { status, body } = await client.sendRegistration({ redirect_uris: [uri] });
    expect([status, body.redirect_uris]).toEqual([201, [uri]]);
  });

  it('[B4] web, private-use and loopback addresses at once, as Cursor sends them: 201 (RFC 8252 §7)', async () => {
    const redirect_uris = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ];
    const { status, body } = await client.sendRegistration({ redirect_uris });
    expect([status, body.redirect_uris]).toEqual([201, redirect_uris]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['grant_types implicit', { grant_types: ['implicit'] }],
    ['grant_types password', { grant_types: ['authorization_code', 'password'] }],
    ['grant_types without the one that code needs', { grant_types: ['refresh_token'] }],
    ['grant_types empty', { grant_types: [] }],
    ['grant_types a string', { grant_types: 'authorization_code' }],
    ['grant_types nested', { grant_types: [['authorization_code']] }],
    ['response_types token', { response_types: ['token'] }],
    ['response_types code token', { response_types: ['code token'] }],
    ['response_types mixed', { response_types: ['code', 'token'] }],
    ['response_types an object', { response_types: { 0: 'code' } }],
    ['an unknown auth method', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['an auth method of a wrong type', { token_endpoint_auth_method: ['none'] }],
    ['client_name a number', { client_name: 7 }],
    ['client_name an object', { client_name: { constructor: 'x' } }],
    ['client_name too long', { client_name: 'a'.repeat(201) }],
    ['client_name blank', { client_name: ' \u2003 ' }],
    ['client_name with a bidi override', { client_name: 'Acme\u202eelgooG' }],
    ['client_name with a line break', { client_name: 'Acme\nVerified' }],
    ['logo_uri javascript', { logo_uri: 'javascript:alert(1)' }],
    ['logo_uri data', { logo_uri: 'data:image/svg+xml,x' }],
    ['client_uri with user info', { client_uri: 'https://google.com@evil.example/' }],
    ['tos_uri too long', { tos_uri: `https://acme.example/${'a'.repeat(3000)}` }],
    ['policy_uri a list', { policy_uri: ['https://acme.example'] }],
    ['contacts a string', { contacts: 'me@acme.example' }],
    ['contacts of numbers', { contacts: [1] }],
    ['contacts of many', { contacts: Array.from({ length: 100 }, () => 'me@acme.example') }],
    ['scope a list', { scope: ['profile:read'] }],
    ['scope with a quote', { scope: 'profile:read "' }],
    ['scope of unknown ones alone', { scope: 'email' }],
    ['software_id an object', { software_id: {} }],
    ['software_version a boolean', { software_version: true }],
  ])('[B5] %s: invalid_client_metadata (RFC 7591 §3.2.2)', async (_, metadata) => {
    const answer = await register(metadata);
    expectOAuthError(answer, 400, 'invalid_client_metadata');
    expect(answer.body.error_description).toContain(Object.keys(metadata)[0]);
  });

  const JSON_TYPE = 'application/json';
  const FORM = 'application/x-www-form-urlencoded';
  it.each<[string, string, string | Uint8Array<ArrayBuffer>, number]>([
    ['no JSON', JSON_TYPE, '{"redirect_uris":', 400],
    ['an array', JSON_TYPE, `[{"redirect_uris":["${LOOPBACK}"]}]`, 400],
    ['a string', JSON_TYPE, '"x"', 400],
    ['null', JSON_TYPE, 'null', 400],
    ['nothing', JSON_TYPE, '', 400],
    [
      'a member twice',
      JSON_TYPE,
      `{"redirect_uris":["${LOOPBACK}"],"redirect_uris":["https://evil.example"]}`,
      400,
    ],
    ['__proto__', JSON_TYPE, `{"redirect_uris":["${LOOPBACK}"],"__proto__":{"scope":"x"}}`, 400],
    ['a null character', JSON_TYPE, `{"redirect_uris":["${LOOPBACK}"],"client_name":"a\\u0000b"}`, 400],
    ['a lone surrogate', JSON_TYPE, `{"redirect_uris":["${LOOPBACK}"],"client_name":"\\ud800"}`, 400],
    ['bytes that are not UTF-8', JSON_TYPE, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['deep nesting', JSON_TYPE, `{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400],
    ['70 KB', JSON_TYPE, `{"redirect_uris":["${LOOPBACK}"],"client_name":"${'a'.repeat(70_000)}"}`, 413],
    ['a form', FORM, `redirect_uris=${encodeURIComponent(LOOPBACK)}`, 400],
    ['a form that is none', FORM, 'redirect_uris=%zz', 400],
    ['XML', 'application/xml', '<redirect_uris/>', 415],
    ['JSON of no type', '', '{}', 415],
  ])('[B9] a body of %s: invalid_client_metadata (RFC 7591 §3.1, §3.2.2)', async (_, type, body, status) => {
    // A blob without a type is sent without Content-Type.
    const answer = await client.request(REGISTER, { method: 'POST', body: new Blob([body], { type }) });
    expectOAuthError(answer, status, 'invalid_client_metadata');
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('[B9] %s: 405 with Allow (RFC 9110 §15.5.6)', async (method) => {
    const { status, headers } = await client.request(REGISTER, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
  });
});

describe('the same again', () => {
  const NAME = 'The same again';
  const METADATA = { redirect_uris: [LOOPBACK, 'https://app.example/cb'], client_name: NAME };

  it('[contract] a public client that registers the same again gets the same client_id, and one row (RFC 7591 §3)', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.sendRegistration(METADATA)));
    const reordered = {
      token_endpoint_auth_method: 'none',
      response_types: ['code'],
      grant_types: ['refresh_token', 'authorization_code'],
      ...METADATA,
      redirect_uris: METADATA.redirect_uris.toReversed(),
      'client_name#fr': 'ignored',
    };
    answers.push(await client.sendRegistration(reordered));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.client_id)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.client_id_issued_at)).size).toBe(1);
    expect(await rowsNamed(NAME)).toBe(1);
  });

  it.each<[string, Record<string, unknown>]>([
    ['name', { client_name: `${NAME}.` }],
    ['redirect URIs', { redirect_uris: [LOOPBACK] }],
    ['scope', { scope: 'profile:read' }],
    ['grant types', { grant_types: ['authorization_code'] }],
    ['software version', { software_version: '2' }],
  ])('[contract] another %s is another client (RFC 7591 §3)', async (_, change) => {
    const first = await client.sendRegistration(METADATA);
    const other = await client.sendRegistration({ ...METADATA, ...change });
    expect(other.body.client_id).not.toBe(first.body.client_id);
  });

  it('[contract] an expired public client is revived by registering the same again (RFC 7591 §3)', async () => {
    const metadata = { redirect_uris: [REDIRECT_URI], client_name: 'Sleeping' };
    const first = (await client.sendRegistration(metadata)).body as { client_id: string };
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [first.client_id]);
    expect(await client.authorize(first)).toMatchObject({ status: 400 });
    const { status, body } = await client.sendRegistration(metadata);
    expect([status, body.client_id]).toEqual([201, first.client_id]);
    expect(await client.authorize(first)).toMatchObject({ status: 302 });
  });

  it('[contract] a confidential client is always new (RFC 7591 §3.2.1)', async () => {
    const metadata = { ...METADATA, client_name: 'Twice', token_endpoint_auth_method: 'client_secret_basic' };
    const [one, two] = [await client.sendRegistration(metadata), await client.sendRegistration(metadata)];
    expect(one.body.client_id).not.toBe(two.body.client_id);
    expect(one.body.client_secret).not.toBe(two.body.client_secret);
    expect(await rowsNamed('Twice')).toBe(2);
  });

  it('[contract] credentials presented with a registration neither help nor hurt (RFC 7591 §3)', async () => {
    const answer = await client.postJson(REGISTER, METADATA, { authorization: 'Bearer garbage' });
    expect(answer.status).toBe(201);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { age } from '../support/age.js';
import { expectOAuthError } from '../support/oauth-error.js';
import { RESOURCE_SERVERS, startTestApp, type TestApp } from '../support/test-app.js';
import {
  basic,
  encode,
  type Fields,
  REDIRECT_URI,
  s256,
  TestClient,
  type TestRegistration,
  VERIFIER,
} from '../support/test-client.js';

const PATH = '/public/v1/oauth/token/';
const MCP = RESOURCE_SERVERS[1]!.resource!;
const ALL = 'profile:read apps:read accounts:read';

let app: TestApp;
let client: TestClient;
let registration: TestRegistration;
let confidential: TestRegistration;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
  registration = await client.register();
  confidential = await client.register({ token_endpoint_auth_method: 'client_secret_basic' });
});
afterAll(() => app.close());

const form = (fields: Fields, headers = {}) => client.post(PATH, fields, headers);
const exchangeFields = (of: TestRegistration, code: string): Record<string, string> => ({
  grant_type: 'authorization_code',
  client_id: of.client_id,
  ...(of.client_secret && { client_secret: of.client_secret }),
  code,
  code_verifier: VERIFIER,
  redirect_uri: REDIRECT_URI,
});
const refreshFields = (of: TestRegistration, refresh_token: string): Record<string, string> => ({
  grant_type: 'refresh_token',
  client_id: of.client_id,
  ...(of.client_secret && { client_secret: of.client_secret }),
  refresh_token,
});
const expectAlive = async (token: string) => expect((await client.me(token)).status).toBe(200);
const expectDead = async (token: string) => expect((await client.me(token)).status).toBe(401);

describe('the answer', () => {
  it('[B27] RFC 6749 §5.1: both grants answer every member, uncached', async () => {
    const first = await client.exchange(registration, await client.code(registration, { scope: ALL }));
    const second = await client.refresh(registration, first.body.refresh_token);
    for (const { status, headers, body } of [first, second]) {
      expect([status, body]).toEqual([
        200,
        {
          access_token: expect.stringMatching(/^sd_at_[\w-]{43}$/),
          refresh_token: expect.stringMatching(/^sd_rt_[\w-]{43}$/),
          token_type: 'Bearer',
          expires_in: 3600,
          scope: ALL,
        },
      ]);
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    }
    expect(second.body.access_token).not.toBe(first.body.access_token);
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
  });

  it('[B27] RFC 6749 §1.5: a client without the refresh grant gets no refresh token', async () => {
    const simple = await client.register({ grant_types: ['authorization_code'] });
    const { body } = await client.exchange(simple, await client.code(simple));
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    await expectAlive(body.access_token);
  });

  it.each(['application/json', 'application/x-www-form-urlencoded; charset=UTF-8'])(
    '[B28] RFC 6749 §3.2: %s means the same, with and without the last slash',
    async (type) => {
      const write = (fields: Fields) => (type.includes('json') ? JSON.stringify(fields) : encode(fields));
      const send = (path: string, fields: Fields, headers = {}) =>
        client.request(path, {
          method: 'POST',
          headers: { 'content-type': type, ...headers },
          body: write(fields),
        });
      const { client_secret: _, ...withBasic } = exchangeFields(
        confidential,
        await client.code(confidential),
      );
      const pair = await send(PATH, withBasic, basic(confidential.client_id, confidential.client_secret!));
      expect(pair.status).toBe(200);
      const next = await send(PATH.slice(0, -1), refreshFields(confidential, pair.body.refresh_token));
      expect(next.status).toBe(200);
      const empty = { ...refreshFields(confidential, next.body.refresh_token), scope: '', resource: '' };
      expect((await send(PATH, empty)).body.scope).toBe('profile:read');
      expectOAuthError(await send(PATH, { ...withBasic, client_id: '' }), 401, 'invalid_client');
    },
  );
});

describe('what is read', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('[B28] RFC 6749 §3.2: %s is 405', async (method) => {
    const code = await client.code(registration);
    const query = encode(exchangeFields(registration, code));
    const answer = await client.request(`${PATH}?${query}`, { method });
    expectOAuthError(answer, 405, 'invalid_request');
    expect(answer.headers.get('allow')).toBe('POST');
    expect((await client.exchange(registration, code)).status).toBe(200);
  });

  const strict: [string, (good: string, code: string) => string | Uint8Array][] = [
    ['a member named twice', (good, code) => good.replace('{', `{"code":"${code}",`)],
    ['a member named twice, once escaped', (good, code) => good.replace('{', `{"\\u0063ode":"${code}",`)],
    ['__proto__', (good) => good.replace('{', '{"__proto__":{"x":"y"},')],
    ['a number', (good) => good.replace('{', '{"x":1,')],
    ['null', (good) => good.replace('{', '{"client_secret":null,')],
    ['a boolean', (good) => good.replace('{', '{"x":true,')],
    ['a list', (good) => good.replace(/"code":("[^"]*")/, '"code":[$1]')],
    ['an object', (good) => good.replace('{', '{"x":{},')],
    ['a list around it', (good) => `[${good}]`],
    ['a string around it', (good) => JSON.stringify(good)],
    ['nothing but null', () => 'null'],
    ['nothing', () => ''],
    ['a form', (good) => encode(JSON.parse(good))],
    ['text behind it', (good) => `${good}{}`],
    ['a trailing comma', (good) => good.replace('}', ',}')],
    ['a byte order mark', (good) => `\uFEFF${good}`],
    ['a null character', (good) => good.replace('{', '{"x":"\\u0000",')],
    ['half a character', (good) => good.replace('{', '{"x":"\\ud800",')],
    ['bytes that are no UTF-8', (good) => Buffer.concat([Buffer.from(good), Buffer.from([0xff])])],
    ['10,000 levels', (good) => good.replace('{', `{"x":${'['.repeat(1e4)}${']'.repeat(1e4)},`)],
  ];
  it('[B28] RFC 8259 §4: JSON that two readers could take for two things is invalid_request', async () => {
    const code = await client.code(registration);
    const good = JSON.stringify(exchangeFields(registration, code));
    for (const [what, spoil] of strict) {
      const headers = { 'content-type': 'application/json' };
      const answer = await client.request(PATH, { method: 'POST', headers, body: spoil(good, code) });
      expect([what, answer.status, answer.body.error]).toEqual([what, 400, 'invalid_request']);
    }
    expect((await client.postJson(PATH, good)).status).toBe(200);
  });

  it.each([
    ['a broken escape', '%zz'],
    ['half an escape', '%4'],
    ['bytes that are no UTF-8', '%ff'],
    ['an overlong form', '%c0%80'],
    ['a null character', '%00'],
    ['half a character', '%ed%a0%80'],
  ])('[B28] RFC 6749 §B: a form with %s is invalid_request', async (_, text) => {
    const body = `${encode(refreshFields(registration, 'sd_rt_x'))}&x=${text}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expectOAuthError(await client.request(PATH, { method: 'POST', headers, body }), 400, 'invalid_request');
  });

  it('[B28] RFC 6749 §2.3.1: parameters in the address count for nothing', async () => {
    const code = await client.code(confidential);
    const fields = exchangeFields(confidential, code);
    expectOAuthError(await client.post(`${PATH}?${encode(fields)}`, {}), 400, 'invalid_request');
    const { client_id, client_secret, ...rest } = fields;
    const address = `${PATH}?${encode({ client_id, client_secret })}`;
    expectOAuthError(await client.post(address, rest), 401, 'invalid_client');
    expectOAuthError(await client.post(address, { ...rest, client_id }), 401, 'invalid_client');
    expect((await form(fields)).status).toBe(200);
  });

  it('[B29] RFC 6749 §5.2: each wrong grant type has its own error', async () => {
    const { client_id } = registration;
    const simple = await client.register({ grant_types: ['authorization_code'] });
    expectOAuthError(await form({ client_id }), 400, 'invalid_request');
    expectOAuthError(await form({ client_id, grant_type: '' }), 400, 'invalid_request');
    for (const grant_type of ['password', 'client_credentials', 'implicit', 'Refresh_Token', '__proto__']) {
      expectOAuthError(await form({ client_id, grant_type }), 400, 'unsupported_grant_type');
    }
    expectOAuthError(await client.refresh(simple, 'sd_rt_unknown'), 400, 'unauthorized_client');
  });

  it.each(['code', 'code_verifier', 'refresh_token'])(
    '[B29] RFC 6749 §4.1.3, §6: %s must be there',
    async (name) => {
      const grant = name === 'refresh_token' ? refreshFields : exchangeFields;
      for (const value of [undefined, '']) {
        expectOAuthError(await form({ ...grant(registration, 'x'), [name]: value }), 400, 'invalid_request');
      }
    },
  );

  it('[B30] RFC 6749 §3.2: a repeated parameter is invalid_request, also when it says the same', async () => {
    const fields = exchangeFields(confidential, await client.code(confidential));
    for (const [name, value] of Object.entries({ ...fields, scope: 'profile:read', unknown: 'x' })) {
      expectOAuthError(await form({ ...fields, [name]: [value, value] }), 400, 'invalid_request');
    }
    expect((await form({ ...fields, resource: [app.url, `${app.url}/`] })).status).toBe(200);
  });

  it('[B30] RFC 6749 §2.3: two ways of client authentication are invalid_request', async () => {
    const { client_id, client_secret } = confidential;
    const authorization = basic(client_id, client_secret!);
    const fields = exchangeFields(confidential, await client.code(confidential));
    const { client_secret: _, ...bare } = fields;
    expectOAuthError(await form(fields, authorization), 400, 'invalid_request');
    expectOAuthError(await form({ ...bare, client_id: 'other' }, authorization), 400, 'invalid_request');
    expect(await statusOfTwoHeaders(authorization.authorization, bare)).toBe(400);
    expect((await form(bare, authorization)).status).toBe(200);
  });

  /** fetch joins repeated headers, so this one goes by hand. */
  function statusOfTwoHeaders(authorization: string, fields: Fields): Promise<number | undefined> {
    const body = encode(fields);
    return new Promise((resolve, reject) => {
      const headers = ['content-type', 'application/x-www-form-urlencoded', 'host', new URL(app.url).host];
      headers.push('content-length', String(body.length), 'connection', 'close');
      headers.push('authorization', authorization, 'authorization', authorization);
      const request = httpRequest(app.url + PATH, { method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      request.on('error', reject).end(body);
    });
  }
});

describe('what is read', () => {
  it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/xml'])(
    '[B28] RFC 6749 §3.2: a body of type %s is invalid_request',
    async (type) => {
      const init = { method: 'POST', headers: { 'content-type': type }, body: 'grant_type=refresh_token' };
      expectOAuthError(await client.request('/public/v1/oauth/token/', init), 400, 'invalid_request');
    },
  );
});

describe('who asks', () => {
  it('[B31, B55] RFC 6749 §5.2: an unknown, unproven or expired client is 401 invalid_client', async () => {
    const gone = await client.register();
    const codeOfGone = await client.code(gone);
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [gone.client_id]);
    const { client_id, client_secret } = confidential;
    const { refresh_token } = await client.tokens(confidential);
    const cases: [string, TestRegistration, Record<string, string>][] = [
      ['unknown', { client_id: 'sd_cl_unknown' }, {}],
      ['unknown, with a secret', { client_id: 'sd_cl_unknown', client_secret: 'x' }, {}],
      ['expired', gone, {}],
      ['none', { client_id: '' }, {}],
      ['wrong secret', { client_id, client_secret: `${client_secret}x` }, {}],
      ['no secret', { client_id }, {}],
      ['empty secret', { client_id, client_secret: '' }, {}],
      ['public client with a secret', { ...registration, client_secret: 'x' }, {}],
      ['Basic: unknown', { client_id: '' }, basic('sd_cl_unknown', 'x')],
      ['Basic: wrong secret', { client_id: '' }, basic(client_id, 'x')],
      ['Basic: no secret', { client_id: '' }, basic(client_id, '')],
      ['Basic: no colon', { client_id: '' }, { authorization: 'Basic eA==' }],
      ['Basic: no base64', { client_id: '' }, { authorization: 'Basic !' }],
      ['another scheme', { client_id: '' }, { authorization: 'Bearer x' }],
    ];
    const told = new Set<string>();
    for (const [what, who, headers] of cases) {
      for (const fields of [exchangeFields(who, codeOfGone), refreshFields(who, refresh_token)]) {
        const answer = await form(fields, headers);
        expect([what, answer.status]).toEqual([what, 401]);
        expectOAuthError(answer, 401, 'invalid_client');
        const challenge = answer.headers.get('www-authenticate');
        if (what.startsWith('Basic')) expect(challenge).toMatch(/^Basic realm="[^"]+"/);
        told.add(answer.text);
      }
    }
    expect(told.size).toBe(1);
    // Another scheme than Basic is not the client's authentication, so it harms none either.
    const stray = await form(refreshFields(confidential, refresh_token), { authorization: 'Bearer x' });
    expect(stray.status).toBe(200);
  });
});

describe('codes', () => {
  it('[B32] RFC 6749 §4.1.3: a code is good for its own client and redirect URI, and stays unharmed', async () => {
    const code = await client.code(registration);
    const other = await client.register();
    const wrong: [string, Promise<unknown>][] = [
      ['unknown', client.exchange(registration, 'sd_ac_unknown')],
      ['longer', client.exchange(registration, `${code}x`)],
      ['other case', client.exchange(registration, code.toUpperCase())],
      ['other client', client.exchange(other, code)],
      ...[
        'http://127.0.0.1:8977/callback',
        `${REDIRECT_URI}/`,
        `${REDIRECT_URI}?`,
        'HTTP://127.0.0.1:8976/callback',
      ].map((redirect_uri): [string, Promise<unknown>] => [
        redirect_uri,
        client.exchange(registration, code, { redirect_uri }),
      ]),
    ];
    for (const [, answer] of wrong) {
      expectOAuthError((await answer) as Awaited<ReturnType<typeof form>>, 400, 'invalid_grant');
    }
    expect((await client.exchange(registration, code)).status).toBe(200);
  });

  it.each([undefined, ''])(
    '[B32] OAuth 2.1 §10.2: redirect_uri may be left out (%j)',
    async (redirect_uri) => {
      const code = await client.code(registration);
      expect((await client.exchange(registration, code, { redirect_uri })).status).toBe(200);
    },
  );

  it('[B33] RFC 7636 §4.6: only the verifier itself redeems a code', async () => {
    const code = await client.code(registration);
    const short = await client.code(registration, { code_challenge: s256('short') });
    for (const code_verifier of [
      `${VERIFIER}x`,
      VERIFIER.toUpperCase(),
      s256(VERIFIER),
      'short',
      'é',
      'x'.repeat(129),
    ]) {
      expectOAuthError(await client.exchange(registration, code, { code_verifier }), 400, 'invalid_grant');
    }
    expectOAuthError(
      await client.exchange(registration, short, { code_verifier: 'short' }),
      400,
      'invalid_grant',
    );
    expect((await client.exchange(registration, code)).status).toBe(200);
  });

  it('[B34] RFC 6749 §4.1.2: a second valid use revokes what the first issued, and nothing else', async () => {
    const code = await client.code(registration);
    const device = await client.tokens(registration);
    const { body: first } = await client.exchange(registration, code);
    const { body: second } = await client.refresh(registration, first.refresh_token);
    await age(app.database, registration.client_id, 300);
    expectOAuthError(await client.exchange(registration, code), 400, 'invalid_grant');
    for (const { access_token, refresh_token } of [first, second]) {
      await expectDead(access_token);
      expectOAuthError(await client.refresh(registration, refresh_token), 400, 'invalid_grant');
    }
    expectOAuthError(await client.exchange(registration, code), 400, 'invalid_grant');
    await expectAlive(device.access_token);
    expect((await client.refresh(registration, device.refresh_token)).status).toBe(200);
  });

  it('[B34] OAuth 2.1 §4.1.3: a replay that is not valid revokes nothing', async () => {
    const code = await client.code(registration);
    const { body } = await client.exchange(registration, code);
    const other = await client.register();
    const guesses = [
      { code_verifier: `${VERIFIER}x` },
      { redirect_uri: `${REDIRECT_URI}/` },
      { resource: MCP },
    ];
    for (const fields of guesses) {
      expect((await client.exchange(registration, code, fields)).status).toBe(400);
    }
    expectOAuthError(await client.exchange(other, code), 400, 'invalid_grant');
    expectOAuthError(
      await client.exchange(registration, code, { client_secret: 'x' }),
      401,
      'invalid_client',
    );
    await expectAlive(body.access_token);
    expect((await client.refresh(registration, body.refresh_token)).status).toBe(200);
  });

  it('[B36] RFC 6749 §4.1.2: a code lives for a minute', async () => {
    const own = await client.register();
    const [old, young] = [await client.code(own), await client.code(own)];
    await age(app.database, own.client_id, 50);
    expect((await client.exchange(own, young)).status).toBe(200);
    await age(app.database, own.client_id, 11);
    expectOAuthError(await client.exchange(own, old), 400, 'invalid_grant');
  });
});

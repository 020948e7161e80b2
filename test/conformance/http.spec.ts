import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { freePort, startTestApp, type TestApp } from '../support/test-app.js';
import { bearer, encode, REDIRECT_URI, TestClient } from '../support/test-client.js';
import type { Answer } from '../support/test-client.js';
import { BROWSER, type Credentials, expectDialect, goodCredentials, nameOf } from './open-api-walk.js';
import { type Operation, pathOf, readOperations, sendRaw, sendTo } from './open-api-walk.js';

const AUTHORIZE = '/public/v1/oauth/authorize/';

let app: TestApp;
let client: TestClient;
let operations: Operation[];
let credentials: Credentials;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off', TRUST_PROXY: 'true' });
  client = new TestClient(app);
  operations = await readOperations(client);
  credentials = await goodCredentials(client);
});
afterAll(() => app.close());

const entitled = ({ access }: Operation) => credentials[access[0]!]!;

describe('the walk over /openapi.json', () => {
  it('[contract] sees every operation with its access and the statuses it answers with (OpenAPI 3.1 §4.8.10)', () => {
    expect(operations.length).toBeGreaterThanOrEqual(18);
    for (const operation of operations) {
      expect([nameOf(operation), operation.access]).not.toEqual([nameOf(operation), []]);
      if (!operation.access.includes('anyone')) expect(operation.statuses).toContain(401);
      if (operation.scopes.length > 0) expect(operation.statuses).toContain(403);
    }
  });

  it('[contract] names the paths as clients know them, slashes included (RFC 3986 §6.2.3)', async () => {
    const { paths } = (await client.request('/openapi.json')).body;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/public/v1/oauth/register/',
        '/public/v1/oauth/authorize/',
        '/public/v1/oauth/token/',
        '/public/v1/oauth/apps/',
        '/public/v1/oauth/apps/{app_id}/',
      ]),
    );
  });

  it('[contract] without credentials everything is closed but what says to be open (RFC 6750 §3, RFC 7617 §2)', async () => {
    for (const operation of operations) {
      const { access, scopes, statuses } = operation;
      const { status, headers, body } = await sendTo(client, operation, pathOf(operation));
      const challenge = headers.get('www-authenticate');
      const seen = { operation: nameOf(operation), status, challenge, code: body.code };
      if (access.includes('anyone')) {
        expect(statuses).toContain(status);
        expect(seen).not.toMatchObject({ code: 'unauthorized' });
        continue;
      }
      const bearerChallenge = access.some((scheme) => scheme !== 'resourceServer');
      expect(seen).toMatchObject({ status: 401, code: 'unauthorized' });
      expect(seen).toMatchObject({
        challenge: expect.stringMatching(bearerChallenge ? /^Bearer\b/ : /^Basic realm=/),
      });
      expect(challenge).not.toContain('error=');
      for (const scope of scopes) expect(challenge).toContain(`scope="${scope}"`);
      expect([seen, challenge!.includes('resource_metadata=')]).toEqual([
        seen,
        access.includes('accessToken'),
      ]);
    }
  });

  it('[contract] the documented credentials are let in, and no others (RFC 6750 §3.1)', async () => {
    for (const operation of operations.filter(({ access }) => !access.includes('anyone'))) {
      for (const scheme of ['dashboard', 'accessToken', 'resourceServer']) {
        const { status } = await sendTo(client, operation, pathOf(operation), credentials[scheme]);
        const seen = [nameOf(operation), scheme, status === 401 ? 'closed' : 'open'];
        expect(seen).toEqual([
          nameOf(operation),
          scheme,
          operation.access.includes(scheme) ? 'open' : 'closed',
        ]);
      }
    }
  });

  it('[contract] an access token without the documented scope is insufficient_scope (RFC 6750 §3.1)', async () => {
    const { access_token } = await client.tokens(await client.register(), { scope: 'profile:read' });
    for (const operation of operations.filter(({ scopes }) => scopes.length > 0)) {
      const { status, headers } = await sendTo(client, operation, pathOf(operation), bearer(access_token));
      expect([nameOf(operation), status]).toEqual([nameOf(operation), 403]);
      for (const part of [
        'error="insufficient_scope"',
        `scope="${operation.scopes[0]}"`,
        'resource_metadata=',
      ]) {
        expect(headers.get('www-authenticate')).toContain(part);
      }
    }
  });

  it('[contract] a wrong method is 405 with Allow, in either form of the path (RFC 9110 §15.5.6)', async () => {
    for (const path of new Set(operations.map((operation) => pathOf(operation)))) {
      const known = operations.filter((operation) => pathOf(operation) === path).map(({ method }) => method);
      const allow = [...known, ...(known.includes('GET') ? ['HEAD'] : [])].toSorted().join(', ');
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter(
        (m) => !known.includes(m),
      )) {
        for (const target of [path, `${path}/`, `${path}?x=1`]) {
          const answer = await client.request(target, { method, headers: BROWSER });
          const what = `${method} ${target}`;
          expect([what, answer.status, answer.headers.get('allow')]).toEqual([what, 405, allow]);
          expectDialect(path, answer, what);
        }
      }
    }
  });

  it('[contract] /x and /x/ answer alike, and never with a redirect to each other (RFC 9110 §15.4)', async () => {
    for (const operation of operations) {
      const path = pathOf(operation);
      const [bare, slashed] = [
        await sendTo(client, operation, path),
        await sendTo(client, operation, `${path}/`),
      ];
      const withoutIds = ({ text }: Answer) => text.replace(/[0-9a-f-]{36}/g, '');
      expect([path, slashed.status, withoutIds(slashed)]).toEqual([path, bare.status, withoutIds(bare)]);
      expect([path, slashed.headers.get('location')]).toEqual([path, bare.headers.get('location')]);
    }
  });

  it('[contract] every answer forbids sniffing, framing and referrers (RFC 9700 §4.2.4, §4.16)', async () => {
    const elsewhere = [
      '/',
      '/nowhere',
      '/%zz',
      '/dashboard/consent',
      '/docs',
      '/openapi.json',
      `${AUTHORIZE}?client_id=%00`,
    ];
    const answers = await Promise.all(elsewhere.map((path) => client.request(path)));
    for (const operation of operations) {
      answers.push(await sendTo(client, operation, pathOf(operation)));
      answers.push(await sendTo(client, operation, pathOf(operation), entitled(operation)));
    }
    for (const { headers, text } of answers) {
      expect([text, headers.get('x-content-type-options')]).toEqual([text, 'nosniff']);
      expect([text, headers.get('referrer-policy')]).toEqual([text, 'no-referrer']);
      expect([text, headers.get('content-security-policy')]).toEqual([
        text,
        expect.stringContaining("frame-ancestors 'none'"),
      ]);
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('what an answer is built from', () => {
  const EVIL = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil.example',
    'x-original-url': 'https://evil.example/',
    forwarded: 'host=evil.example;proto=https',
  };
  const sendEvil = (method: string, target: string, headers: Record<string, string> = {}, body = '') =>
    sendRaw(new URL(app.url), method, target, { ...EVIL, ...headers }, body);

  it('[contract] no answer of any route names the Host it was asked by (RFC 9110 §7.2)', async () => {
    for (const operation of operations) {
      for (const headers of [{}, entitled(operation)]) {
        const answer = await sendEvil(operation.method, pathOf(operation), headers);
        expect(answer).not.toContain('evil');
      }
    }
    for (const path of [
      '/',
      '/dashboard',
      '/dashboard/',
      '/docs',
      '/openapi.json',
      '/.well-known/x',
      '//evil',
    ]) {
      expect((await sendEvil('GET', path)).replaceAll('//evil', '')).not.toContain('evil.example');
    }
  });

  it('[contract] redirects and documents name PUBLIC_URL, whatever the Host (RFC 9110 §7.2)', async () => {
    const query = encode(client.authorizationRequest(await client.register()));
    expect(await sendEvil('GET', `${AUTHORIZE}?${query}`)).toContain(
      `\n${app.url}/dashboard/consent?request_id=`,
    );
    const failed = await sendEvil('GET', `${AUTHORIZE}?${query}&prompt=none`);
    expect(failed).toContain(`\n${REDIRECT_URI}?error=interaction_required`);
    expect(failed).toContain(`iss=${encodeURIComponent(app.url)}\n`);
    expect(await sendEvil('GET', '/.well-known/oauth-authorization-server')).toContain(
      `"issuer":"${app.url}"`,
    );
    expect(await sendEvil('GET', '/public/v1/me')).toContain(
      `resource_metadata="${app.url}/.well-known/oauth-protected-resource/public/v1/me"`,
    );
  });

  it('[contract] an absolute request target counts by its path alone (RFC 9112 §3.2.2)', async () => {
    const at = (path: string) => `http://evil.example${path}`;
    const document = await sendEvil('GET', at('/.well-known/oauth-protected-resource/mcp'));
    expect(document).toContain(`"resource":"${app.url}/mcp"`);
    expect(document).toContain('access-control-allow-origin\n*\n');
    expect(await sendEvil('GET', at('/public/v1/me/'))).toContain(
      `resource_metadata="${app.url}/.well-known/oauth-protected-resource/public/v1/me/"`,
    );
    expect(await sendEvil('PUT', at('/public/v1/oauth/token/'))).toMatch(
      /^405\n[^]*allow\nPOST\n[^]*"error":/,
    );
    expect(await sendEvil('POST', at('/public/v1/oauth/token/'))).toMatch(
      /^400\n[^]*"error":"invalid_request"/,
    );
  });

  it('[contract] an escaped letter in a path changes nothing, the dialect included (RFC 3986 §6.2.2.2)', async () => {
    const { status, headers, body } = await client.request('/public/v1/oauth/%74oken/', { method: 'POST' });
    expect([status, body.error]).toEqual([400, 'invalid_request']);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const document = await client.request('/.well-known/%6fauth-protected-resource/mcp');
    expect(document.body.resource).toBe(`${app.url}/mcp`);
  });

  it('[contract] under an https PUBLIC_URL browsers are told to stay there (RFC 6797 §6.1)', async () => {
    const port = String(await freePort());
    const secure = await startTestApp({ PORT: port, PUBLIC_URL: 'https://auth.example.com' });
    try {
      const url = `http://127.0.0.1:${port}`;
      const { headers, text } = await new TestClient({ url }).request(
        '/.well-known/oauth-authorization-server',
      );
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
      expect(text).toContain('"issuer":"https://auth.example.com"');
      expect(text).not.toContain('http:');
    } finally {
      await secure.close();
    }
  });
});

describe('whom an answer is for', () => {
  it.each([
    [BROWSER.accept, 'text/html; charset=utf-8'],
    ['text/html', 'text/html; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/problem+json, application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['', 'application/json; charset=utf-8'],
  ])('[B12] Accept: %s gets %s on authorize, with GET and POST (RFC 9110 §12.5.1)', async (accept, type) => {
    for (const method of ['GET', 'POST']) {
      const { status, headers, text } = await client.request(AUTHORIZE, { method, headers: { accept } });
      expect([status, headers.get('content-type')]).toEqual([400, type]);
      expect(text).toContain('client_id is missing');
      if (type.includes('json')) expect(JSON.parse(text)).toMatchObject({ error: 'invalid_request' });
    }
  });

  it('[B12] a page shows what was asked for as text, never as markup (RFC 9700 §4.16)', async () => {
    const evil = '"><script>alert(1)</script>';
    const { text } = await client.request(
      `${AUTHORIZE}?${encode({ client_id: evil, redirect_uri: evil, state: evil })}`,
      {
        headers: BROWSER,
      },
    );
    expect(text).not.toContain('<script');
  });
});

describe('faults of ours', () => {
  /** The log comes through a pipe, a moment after the answer. */
  async function logLineWith(text: string): Promise<string | undefined> {
    const find = () => app.logs.find((line) => line.includes(text));
    for (let tries = 0; tries < 100 && !find(); tries += 1) await setTimeout(20);
    return find();
  }

  it.each([
    ['P0001', 500, 'server_error', null],
    ['53300', 503, 'temporarily_unavailable', '2'],
  ])(
    '[contract] %s: %s %s, with a request id and nothing of the inside (RFC 9110 §15.6)',
    async (...test) => {
      const [sqlState, status, error, retryAfter] = test;
      await app.database.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an inside matter' USING ERRCODE = '${sqlState}'; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON clients EXECUTE FUNCTION fail()`);
      try {
        const answer = await client.sendRegistration({ redirect_uris: [REDIRECT_URI] });
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
        expect(answer.body).toEqual({
          error,
          error_description: expect.not.stringMatching(/inside|trigger|sql/i),
          request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
        expect(await logLineWith(answer.body.request_id)).toContain('an inside matter');
      } finally {
        await app.database.query('DROP TRIGGER fail ON clients; DROP FUNCTION fail');
      }
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { bearer, REDIRECT_URI, TestClient } from '../support/test-client.js';
import type { Answer } from '../support/test-client.js';

const SERVER = '/.well-known/oauth-authorization-server';
const RESOURCE = '/.well-known/oauth-protected-resource';
const DASHBOARD_ORIGIN = 'https://dash.example';
const SCOPES = ['profile:read', 'accounts:read', 'accounts:write', 'apps:read', 'apps:write'];
/** Paths that clients insert: of our own routes, of others, and of nothing at all. */
const PATHS = [
  '/',
  '/public/v1',
  '/public/v1/oauth/',
  '/mcp',
  '/a/b/c/d/e',
  '/caf%C3%A9',
  '/x%20y',
  '/~a:b@c;d=e',
];

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off', DASHBOARD_URL: `${DASHBOARD_ORIGIN}/app` });
  client = new TestClient(app);
});
afterAll(() => app.close());

function expectDocument({ status, headers }: Answer): void {
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toMatch(/^public, max-age=[1-9]\d*$/);
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-allow-credentials')).toBeNull();
}

describe('the authorization server', () => {
  it('[B52] describes itself, member for member (RFC 8414 §2)', async () => {
    const answer = await client.request(SERVER);
    expectDocument(answer);
    expect(answer.body).toEqual({
      issuer: app.url,
      authorization_endpoint: `${app.url}/public/v1/oauth/authorize/`,
      token_endpoint: `${app.url}/public/v1/oauth/token/`,
      registration_endpoint: `${app.url}/public/v1/oauth/register/`,
      revocation_endpoint: `${app.url}/public/v1/oauth/revoke/`,
      introspection_endpoint: `${app.url}/public/v1/oauth/introspect/`,
      scopes_supported: SCOPES,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      service_documentation: `${app.url}/docs`,
    });
  });

  it('[B52] its issuer is PUBLIC_URL to the letter: no slash, query or fragment (RFC 8414 §2, §3.3)', async () => {
    const { issuer } = (await client.request(SERVER)).body;
    expect(issuer).toBe(new URL(issuer).origin);
    expect(issuer).toBe(app.url);
  });

  it.each(PATHS)(
    '[B52] with %s inserted after the well-known part, the same document (RFC 8414 §3.1)',
    async (path) => {
      const [root, inserted] = [await client.request(SERVER), await client.request(SERVER + path)];
      expectDocument(inserted);
      expect(inserted.text).toBe(root.text);
    },
  );

  it('[B52] what it advertises is there, at exactly that address, without a redirect (RFC 8414 §2)', async () => {
    const { body } = await client.request(SERVER);
    for (const name of Object.keys(body).filter((key) => /_(endpoint|documentation)$/.test(key))) {
      const { status } = await client.request(body[name]);
      const expected = { authorization_endpoint: 400, service_documentation: 200 }[name] ?? 405;
      expect([name, status]).toEqual([name, expected]);
    }
  });

  it('[B52] every advertised scope, method and grant type can be had (RFC 8414 §2)', async () => {
    const { body } = await client.request(SERVER);
    for (const method of body.token_endpoint_auth_methods_supported) {
      const registered = await client.register({
        token_endpoint_auth_method: method,
        grant_types: body.grant_types_supported,
        response_types: body.response_types_supported,
        scope: body.scopes_supported.join(' '),
      });
      const requestId = await client.startConsent(registered, {
        scope: body.scopes_supported.join(' '),
        code_challenge_method: body.code_challenge_methods_supported[0],
      });
      const view = await client.show(requestId);
      expect(view.body.scopes.map(({ name }: { name: string }) => name)).toEqual(body.scopes_supported);
    }
  });
});

describe('the protected resource', () => {
  it('[contract] describes PUBLIC_URL, member for member (RFC 9728 §2)', async () => {
    const answer = await client.request(RESOURCE);
    expectDocument(answer);
    expect(answer.body).toEqual({
      resource: app.url,
      authorization_servers: [app.url],
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
      resource_documentation: `${app.url}/docs`,
    });
  });

  it.each(PATHS)(
    '[contract] %s: the path form describes PUBLIC_URL + path (RFC 9728 §3.1, §3.3)',
    async (path) => {
      const [root, inserted] = [await client.request(RESOURCE), await client.request(RESOURCE + path)];
      expectDocument(inserted);
      expect(inserted.body).toEqual({ ...root.body, resource: app.url + (path === '/' ? '' : path) });
    },
  );

  it('[contract] the query of the request is no part of the resource (RFC 9728 §3.1)', async () => {
    expect((await client.request(`${RESOURCE}/x?y=/z`)).body.resource).toBe(`${app.url}/x`);
  });

  it.each(['/public/v1/me/', '/public/v1/me', '/public/v1/oauth/apps/'])(
    '[contract] the challenge of %s leads to a document that names it (RFC 9728 §3.3, §5.1)',
    async (path) => {
      const { status, headers } = await client.request(path);
      expect(status).toBe(401);
      const [, url] = /^Bearer (?:.*, )?resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate')!)!;
      expect((await client.request(url!)).body.resource).toBe(app.url + path);
    },
  );

  it.each(['', '/public/v1/me/', '/anything'])(
    '[contract] a token for PUBLIC_URL%s, as its document names it, is good for our API (RFC 8707 §3)',
    async (path) => {
      const { resource } = (await client.request(RESOURCE + path)).body;
      const { access_token } = await client.tokens(await client.register(), { resource });
      expect(await client.me(access_token)).toMatchObject({ status: 200 });
    },
  );
});

describe('elsewhere under /.well-known', () => {
  it.each([
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/public/v1',
    '/public/v1/.well-known/openid-configuration',
    '/public/v1/.well-known/oauth-authorization-server',
    '/.well-known',
    '/.well-known/',
    '/.well-known/oauth-authorization-servers',
    '/.well-known/oauth-protected-resource-x',
    '/.well-known/jwks.json',
    '/.well-known/security.txt',
  ])('[B52] %s: 404 and JSON, so that clients look further (RFC 8414 §3)', async (path) => {
    const { status, headers, body } = await client.request(path, { headers: { accept: 'text/html' } });
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
    if (path.startsWith('/.well-known/')) expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    '[B52] %s of a document: 405 with Allow (RFC 9110 §15.5.6)',
    async (method) => {
      for (const path of [SERVER, `${SERVER}/mcp`, RESOURCE, `${RESOURCE}/public/v1/me/`]) {
        const { status, headers } = await client.request(path, { method });
        expect([path, status, headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
      }
    },
  );
});

describe('cross-origin requests', () => {
  const OPEN = [
    SERVER,
    `${SERVER}/mcp`,
    RESOURCE,
    `${RESOURCE}/mcp`,
    ...['register/', 'token/', 'revoke/', 'introspect/', 'token'].map((name) => `/public/v1/oauth/${name}`),
    '/public/v1/me/',
    '/public/v1/me',
  ];
  const DASHBOARD = [
    '/public/v1/oauth/authorize/requests/sd_ar_x/',
    '/public/v1/oauth/authorize/requests/sd_ar_x/approve/',
    '/public/v1/oauth/authorize/requests/sd_ar_x/deny/',
    '/public/v1/oauth/apps/',
    '/public/v1/oauth/apps/sd_cl_x/',
  ];
  const ANYONE = 'https://inspector.example';

  function preflight(path: string, origin: string, method: string): Promise<Answer> {
    return client.request(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      },
    });
  }

  /** A header that is a list, in lower case. */
  const listed = ({ headers }: Answer, name: string) =>
    headers.get(name)?.toLowerCase().split(/, */).toSorted();

  function expectLeave(answer: Answer, method: string): void {
    expect(answer.status).toBe(204);
    expect(listed(answer, 'access-control-allow-methods')).toContain(method.toLowerCase());
    expect(listed(answer, 'access-control-allow-headers')).toEqual([
      'authorization',
      'content-type',
      'mcp-protocol-version',
    ]);
  }

  it.each(OPEN)(
    '[B52] preflight of %s: any origin, no credentials, MCP-Protocol-Version (Fetch §3.2)',
    async (path) => {
      const method = path.includes('/oauth/') ? 'POST' : 'GET';
      const answer = await preflight(path, ANYONE, method);
      expectLeave(answer, method);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    },
  );

  it.each(OPEN)(
    '[B52] %s: any origin may read, errors and challenges included (Fetch §3.2)',
    async (path) => {
      const answer = await client.request(path, {
        method: path.includes('/oauth/') ? 'POST' : 'GET',
        headers: { origin: ANYONE, 'mcp-protocol-version': '2026-07-28' },
      });
      expect(answer.status).toBe(path.startsWith('/.well-known') ? 200 : path.includes('/me') ? 401 : 400);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(listed(answer, 'access-control-expose-headers')).toEqual(['retry-after', 'www-authenticate']);
    },
  );

  it.each(DASHBOARD)(
    '[contract] %s: the dashboard may read and send, with credentials (Fetch §3.2.5)',
    async (path) => {
      const method = /approve|deny/.test(path) ? 'POST' : 'GET';
      const leave = await preflight(path, DASHBOARD_ORIGIN, method);
      expectLeave(leave, method);
      for (const answer of [
        leave,
        await client.request(path, { method, headers: { origin: DASHBOARD_ORIGIN } }),
      ]) {
        expect(answer.headers.get('access-control-allow-origin')).toBe(DASHBOARD_ORIGIN);
        expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
        expect(listed(answer, 'vary')).toContain('origin');
        expect(listed(answer, 'access-control-expose-headers')).toEqual(['retry-after', 'www-authenticate']);
      }
    },
  );

  const STRANGERS = [
    ANYONE,
    `${DASHBOARD_ORIGIN}.evil.example`,
    'http://dash.example',
    `${DASHBOARD_ORIGIN}:8443`,
    'null',
  ];
  it.each(STRANGERS)(
    '[contract] origin %s: no dashboard endpoint gives it leave (Fetch §3.2.5)',
    async (origin) => {
      for (const path of DASHBOARD) {
        for (const answer of [
          await preflight(path, origin, 'POST'),
          await client.request(path, { headers: { origin } }),
        ]) {
          expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        }
      }
    },
  );

  it('[contract] CORS_ORIGINS names other dashboards (Fetch §3.2.5)', async () => {
    const other = await startTestApp({ CORS_ORIGINS: 'https://one.example,https://two.example' });
    try {
      for (const origin of ['https://one.example', 'https://two.example']) {
        const { headers } = await new TestClient(other).request('/public/v1/oauth/apps/', {
          headers: { origin },
        });
        expect(headers.get('access-control-allow-origin')).toBe(origin);
      }
    } finally {
      await other.close();
    }
  });

  it('[contract] a browser client reads the whole walk: register, token, me, revoke (Fetch §3.2)', async () => {
    const origin = { origin: ANYONE };
    const registered = await client.postJson(
      '/public/v1/oauth/register/',
      { redirect_uris: [REDIRECT_URI] },
      origin,
    );
    const { client_id } = registered.body as { client_id: string };
    const { access_token } = await client.tokens({ client_id });
    const me = await client.request('/public/v1/me/', { headers: { ...origin, ...bearer(access_token) } });
    const revoked = await client.post('/public/v1/oauth/revoke/', { client_id, token: access_token }, origin);
    expect([registered.status, me.status, revoked.status]).toEqual([201, 200, 200]);
    for (const { headers } of [registered, me, revoked])
      expect(headers.get('access-control-allow-origin')).toBe('*');
  });
});

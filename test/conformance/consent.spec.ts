import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { basic, bearer, REDIRECT_URI, TestClient } from '../support/test-client.js';
import type { Answer, Fields, TestRegistration } from '../support/test-client.js';
import { expectErrorRedirect, readResponse } from './authorization-response.js';

const VERIFIED_HOST = 'verified.example';
const VERIFIED_ID = 'sd_cl_listed-by-the-operator';
const TWO_SCOPES = { scope: 'profile:read accounts:read' };

let app: TestApp;
let client: TestClient;
let registered: TestRegistration;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off', VERIFIED_CLIENTS: `${VERIFIED_HOST}, ${VERIFIED_ID}` });
  client = new TestClient(app);
  registered = await client.register();
});
afterAll(() => app.close());

const start = (fields: Fields = {}) => client.startConsent(registered, fields);
const urlOf = (requestId: string) => `/public/v1/oauth/authorize/requests/${requestId}/`;

/** Whatever a signed-in user can do with a request. */
const ACTIONS = {
  show: (id: string, sub?: string) => client.show(id, sub),
  approve: (id: string, sub?: string) => client.decide('approve', id, { sub }),
  deny: (id: string, sub?: string) => client.decide('deny', id, { sub }),
};
type Action = keyof typeof ACTIONS;

function expectProblem({ status, headers, body }: Answer, expected: number, code: string): void {
  expect([status, body]).toEqual([expected, expect.objectContaining({ status: expected, code })]);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).not.toHaveProperty('redirect_to');
}

async function countCodes(): Promise<number> {
  return (await app.database.query('SELECT count(*)::int AS n FROM authorization_codes')).rows[0].n;
}

describe('the consent view', () => {
  it('[contract] says who asks for what, where the answer goes and until when', async () => {
    const asking = await client.register({
      client_name: 'Acme Désktop',
      client_uri: 'https://acme.example',
      logo_uri: 'https://acme.example/logo.png',
    });
    const requestId = await client.startConsent(asking, { scope: 'profile:read apps:write' });
    const { status, headers, body } = await client.show(requestId);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      request_id: requestId,
      client: {
        id: asking.client_id,
        name: 'Acme Désktop',
        logo_uri: 'https://acme.example/logo.png',
        client_uri: 'https://acme.example',
        verified: false,
      },
      redirect_host: '127.0.0.1:8976',
      is_loopback: true,
      scopes: [
        { name: 'profile:read', description: 'See who you are', is_new: true, sensitive: false },
        { name: 'apps:write', description: 'Disconnect apps on your behalf', is_new: true, sensitive: true },
      ],
      workspace_id: 'user:user-1',
      resource: app.url,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const { rows } = await app.database.query('SELECT extract(epoch FROM now())::float8 * 1000 AS now');
    const left = Date.parse(body.expires_at) - rows[0].now;
    expect(left).toBeGreaterThan(540_000);
    expect(left).toBeLessThanOrEqual(600_000);
  });

  it('[contract] names what a client did not tell as null (RFC 7591 §2)', async () => {
    const nameless = await client.register({ client_name: undefined });
    const { body } = await client.show(await client.startConsent(nameless));
    expect(body.client).toMatchObject({ name: null, logo_uri: null, client_uri: null });
  });

  it.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:5555/cb', '127.0.0.1:5555', true],
    ['http://localhost/cb', 'http://localhost/cb', 'localhost', true],
    ['http://[::1]/cb', 'http://[::1]:1/cb', '[::1]:1', true],
    ['https://localhost:8443/cb', 'https://localhost:8443/cb', 'localhost:8443', true],
    ['https://app.example/cb', 'https://app.example/cb', 'app.example', false],
    ['https://localhost.app.example/cb', 'https://localhost.app.example/cb', 'localhost.app.example', false],
    [
      'cursor://anysphere.cursor-mcp/cb',
      'cursor://anysphere.cursor-mcp/cb',
      'cursor:anysphere.cursor-mcp',
      false,
    ],
    ['com.example.app:/cb', 'com.example.app:/cb', 'com.example.app:', false],
  ])('[contract] registered %s, asked for %s: host %s, loopback %s (RFC 8252 §8.3)', async (...test) => {
    const [redirectUri, redirect_uri, redirect_host, is_loopback] = test;
    const asking = await client.register({ redirect_uris: [redirectUri] });
    const { body } = await client.show(await client.startConsent(asking, { redirect_uri }));
    expect(body).toMatchObject({ redirect_host, is_loopback });
  });

  it.each([
    [`https://${VERIFIED_HOST}/cb`, true],
    [`https://sub.${VERIFIED_HOST}/cb`, false],
    [`https://${VERIFIED_HOST}.evil.example/cb`, false],
    [`https://${VERIFIED_HOST}:8443/cb`, false],
    [`${VERIFIED_HOST}:/cb`, false],
    [`app://${VERIFIED_HOST}/cb`, false],
  ])('[contract] %s: verified is %s', async (redirect_uri, verified) => {
    const asking = await client.register({ redirect_uris: [redirect_uri], client_name: VERIFIED_HOST });
    const { body } = await client.show(await client.startConsent(asking, { redirect_uri }));
    expect(body.client.verified).toBe(verified);
  });

  it('[contract] a listed client_id is verified, a client that only takes its name is not', async () => {
    const impostor = await client.register({ client_name: VERIFIED_ID });
    const listed = await client.register();
    await app.database.query('UPDATE clients SET id = $1 WHERE id = $2', [VERIFIED_ID, listed.client_id]);
    const verified = async (asking: TestRegistration) =>
      (await client.show(await client.startConsent(asking))).body.client.verified;
    expect(await verified({ client_id: VERIFIED_ID })).toBe(true);
    expect(await verified(impostor)).toBe(false);
  });

  it('[contract] is_new: what this user grants to this app lasts until it ends', async () => {
    const asking = await client.register();
    const isNew = async (sub: string) => {
      const { body } = await client.show(await client.startConsent(asking, TWO_SCOPES), sub);
      return body.scopes.map((scope: { is_new: boolean }) => scope.is_new);
    };
    await client.tokens(asking, { scope: 'profile:read' }, { sub: 'known' });
    expect(await isNew('known')).toEqual([false, true]);
    expect(await isNew('stranger')).toEqual([true, true]);
    expect(await client.disconnect(asking.client_id, 'known')).toMatchObject({ status: 204 });
    expect(await isNew('known')).toEqual([true, true]);
  });

  it('[contract] is_new: an approval that was never redeemed counts for nothing', async () => {
    const asking = await client.register();
    await client.code(asking);
    const { body } = await client.show(await client.startConsent(asking));
    expect(body.scopes[0].is_new).toBe(true);
  });

  it.each([
    [{}, 'user:user-1'],
    [{ org_id: 'acme' }, 'org:acme'],
    [{ org_id: 'user:user-2' }, 'org:user:user-2'],
    [{ workspace_id: 'org:evil', orgId: 'evil' }, 'user:user-1'],
  ])('[contract] claims %j make workspace %s, in the view and in the token', async (...test) => {
    const [claims, workspace] = test;
    const requestId = await start();
    expect((await client.show(requestId, 'user-1', claims)).body.workspace_id).toBe(workspace);
    const { access_token } = await client.tokens(registered, {}, { claims });
    expect((await client.me(access_token)).body).toMatchObject({
      user_id: 'user-1',
      workspace_id: workspace,
    });
  });
});

describe('approving and denying', () => {
  it('[contract] approving sends the browser back with code, state and iss (RFC 6749 §4.1.2, RFC 9207 §2)', async () => {
    const { status, headers, body } = await client.decide('approve', await start());
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(Object.keys(body)).toEqual(['redirect_to']);
    expect(readResponse(body.redirect_to, REDIRECT_URI).parameters).toEqual({
      code: expect.stringMatching(/^sd_ac_[A-Za-z0-9_-]{43}$/),
      state: 'a-state',
      iss: app.url,
    });
  });

  it('[B21] denying sends the browser back with access_denied and makes no code (RFC 6749 §4.1.2.1)', async () => {
    const before = await countCodes();
    const { status, headers, body } = await client.decide('deny', await start());
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(Object.keys(body)).toEqual(['redirect_to']);
    expect(readResponse(body.redirect_to, REDIRECT_URI).parameters).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: 'a-state',
      iss: app.url,
    });
    expect(await countCodes()).toBe(before);
  });

  it.each([
    ['server_error', 'P0001'],
    ['temporarily_unavailable', '53300'],
  ])(
    '[B21] a fault of ours is redirected as %s and tells nothing of the inside (RFC 6749 §4.1.2.1)',
    async (...test) => {
      const [error, sqlState] = test;
      await app.database.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an inside matter' USING ERRCODE = '${sqlState}'; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON authorization_requests EXECUTE FUNCTION fail()`);
      try {
        const answer = await client.authorize(registered);
        expectErrorRedirect(answer, { error, uri: REDIRECT_URI, iss: app.url, state: 'a-state' });
        expect(answer.headers.get('location')).not.toMatch(/inside|trigger|function|sql/i);
      } finally {
        await app.database.query('DROP TRIGGER fail ON authorization_requests; DROP FUNCTION fail');
      }
    },
  );

  it.each<[string, unknown, string]>([
    ['no body', undefined, 'profile:read accounts:read'],
    ['no scopes', {}, 'profile:read accounts:read'],
    ['all scopes', { scopes: ['accounts:read', 'profile:read'] }, 'accounts:read profile:read'],
    ['fewer scopes', { scopes: ['accounts:read'] }, 'accounts:read'],
    ['unknown fields', { scopes: ['profile:read'], workspace_id: 'org:evil', sub: 'x' }, 'profile:read'],
  ])('[contract] approving with %s grants what the user said (RFC 6749 §3.3)', async (_, body, scope) => {
    const tokens = await client.tokens(registered, TWO_SCOPES, { body: body === undefined ? '' : body });
    expect(tokens.scope).toBe(scope);
    expect((await client.me(tokens.access_token)).body).toMatchObject({
      scopes: scope.split(' '),
      workspace_id: 'user:user-1',
    });
  });

  it.each<[string, unknown]>([
    ['none', { scopes: [] }],
    ['more', { scopes: ['profile:read', 'accounts:write'] }],
    ['an unknown scope', { scopes: ['nope'] }],
    ['offline_access', { scopes: ['offline_access'] }],
    ['a scope twice', { scopes: ['profile:read', 'profile:read'] }],
    ['a string', { scopes: 'profile:read' }],
    ['null', { scopes: null }],
    ['numbers', { scopes: [1] }],
    ['a list in a list', { scopes: [['profile:read']] }],
    ['an object', { scopes: { 0: 'profile:read', length: 1 } }],
    ['an object that poses as a string', { scopes: [{ constructor: 'x', toString: 'profile:read' }] }],
    ['a list for a body', ['profile:read']],
    ['null for a body', 'null'],
    ['a string for a body', '"profile:read"'],
    ['deep nesting', `{"scopes":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ])('[B24] approving %s is 400, makes no code and decides nothing (RFC 6749 §3.3)', async (_, body) => {
    const before = await countCodes();
    const requestId = await start(TWO_SCOPES);
    expectProblem(await client.decide('approve', requestId, { body }), 400, 'invalid_input');
    expect(await countCodes()).toBe(before);
    expect(await client.show(requestId)).toMatchObject({ status: 200 });
  });

  it('[contract] the subset is named in errors of a 400 (RFC 9457 §3.2)', async () => {
    const requestId = await start(TWO_SCOPES);
    const { body } = await client.decide('approve', requestId, { body: { scopes: ['apps:write'] } });
    expect(body.errors).toEqual([
      { field: 'scopes', message: expect.stringContaining('profile:read accounts:read') },
    ]);
  });

  it('[B24] a form is no approval: 415, whatever it says (RFC 9700 §4.7)', async () => {
    const requestId = await start();
    const answer = await client.post(`${urlOf(requestId)}approve/`, {}, bearer(await client.jwt()));
    expectProblem(answer, 415, 'unsupported_media_type');
    expect(await client.show(requestId)).toMatchObject({ status: 200 });
  });
});

describe('whose request it is', () => {
  const pairs = (['show', 'approve', 'deny'] as const).flatMap((first) =>
    (['show', 'approve', 'deny'] as const).map((then): [Action, Action] => [first, then]),
  );

  it.each(pairs)(
    '[B24] after one user did %s, another cannot %s: 404 (RFC 9700 §4.7)',
    async (first, then) => {
      const requestId = await start();
      expect(await ACTIONS[first](requestId, 'owner')).toMatchObject({ status: 200 });
      expectProblem(await ACTIONS[then](requestId, 'other'), 404, 'not_found');
    },
  );

  it.each(pairs.filter(([first]) => first !== 'show'))(
    '[B24] after %s, the same user cannot %s: 409, no second code (RFC 9700 §4.7)',
    async (first, then) => {
      const requestId = await start();
      expect(await ACTIONS[first](requestId)).toMatchObject({ status: 200 });
      const before = await countCodes();
      expectProblem(await ACTIONS[then](requestId), 409, 'already_decided');
      expect(await countCodes()).toBe(before);
    },
  );

  it.each(['show', 'approve', 'deny'] as const)('[B24] too late to %s: 410', async (action) => {
    const asking = await client.register();
    const unopened = await client.startConsent(asking);
    const opened = await client.startConsent(asking);
    expect(await client.show(opened, 'owner')).toMatchObject({ status: 200 });
    await age(app.database, asking.client_id, 599);
    expect(await client.show(opened, 'owner')).toMatchObject({ status: 200 });
    await age(app.database, asking.client_id, 1);
    expectProblem(await ACTIONS[action](opened, 'owner'), 410, 'request_expired');
    expectProblem(await ACTIONS[action](opened, 'other'), 404, 'not_found');
    expectProblem(await ACTIONS[action](unopened), 410, 'request_expired');
  });

  it.each(['show', 'approve', 'deny'] as const)(
    '[B24] %s of an id that nobody was given, or that was tampered with: 404 (RFC 9700 §4.7)',
    async (action) => {
      const requestId = await start();
      const tampered = requestId.slice(0, -2) + (requestId.endsWith('AA') ? 'BB' : 'AA');
      for (const id of [tampered, requestId.toUpperCase(), 'sd_ar_', 'x', `${requestId}x`, '%F0%9F%92%A9']) {
        expectProblem(await ACTIONS[action](id), 404, 'not_found');
      }
      expect(await client.show(requestId, 'somebody')).toMatchObject({ status: 200 });
    },
  );

  it('[contract] of users who open it at once, one owns it', async () => {
    const requestId = await start();
    const users = Array.from({ length: 8 }, (_, index) => `racer-${index}`);
    const answers = await Promise.all(users.map((user) => client.show(requestId, user)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...users.slice(1).map(() => 404)]);
  });

  it('[B24] of parallel decisions one counts, and there is one code at most (RFC 9700 §4.7)', async () => {
    const requestId = await start();
    const before = await countCodes();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => client.decide(index % 3 ? 'approve' : 'deny', requestId)),
    );
    const [decided, ...more] = answers.filter(({ status }) => status === 200);
    expect([answers.length, more]).toEqual([12, []]);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
    const approved = readResponse(decided!.body.redirect_to, REDIRECT_URI).parameters.code !== undefined;
    expect(await countCodes()).toBe(before + (approved ? 1 : 0));
  });

  it('[B24] a client that expires meanwhile gets no code: 404 (RFC 6749 §4.1.2.1)', async () => {
    const asking = await client.register();
    const requestId = await client.startConsent(asking);
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [asking.client_id]);
    expectProblem(await client.show(requestId), 404, 'not_found');
    expectProblem(await client.decide('approve', requestId), 404, 'not_found');
  });

  it('[B24] without the JWT of a dashboard there is nothing: 401, no code, still open (RFC 9700 §4.7)', async () => {
    const requestId = await start();
    const before = await countCodes();
    const { access_token } = await client.tokens(registered);
    const jwt = await client.jwt();
    const wrong: Record<string, string>[] = [
      {},
      { cookie: `token=${jwt}; session=${jwt}`, origin: 'https://evil.example' },
      bearer(access_token),
      bearer(`${jwt.slice(0, -4)}AAAA`),
      bearer(jwt.replace(/[^.]*$/, '')),
      basic('all-seeing', 'all-seeing-secret'),
    ];
    for (const headers of wrong) {
      for (const [path, method] of [
        ['', 'GET'],
        ['approve/', 'POST'],
        ['deny/', 'POST'],
      ] as const) {
        const answer = await client.request(urlOf(requestId) + path, { method, headers });
        expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
          401,
          expect.stringMatching(/^Bearer/),
        ]);
        expect(answer.text).not.toContain('redirect_to');
      }
    }
    expect(await countCodes()).toBe(before + 1);
    expect(await client.show(requestId)).toMatchObject({ status: 200 });
  });

  it('[B24] another origin gets no leave to read or to send (RFC 9700 §4.7)', async () => {
    const requestId = await start();
    const answer = await client.request(`${urlOf(requestId)}approve/`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('[B23] the built-in consent page cannot be framed, nor run what others inject (RFC 9700 §4.16)', async () => {
    const { status, headers } = await client.request(`/dashboard/consent?request_id=${await start()}`);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

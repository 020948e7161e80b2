import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { type Answer, type AuthApp, EXPIRES_AT, PUBLIC_URL, SECRET, startAuthApp } from './auth-app.js';

let app: AuthApp;
const useApp = (environment: NodeJS.ProcessEnv) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-auth-'));
  beforeAll(async () => {
    app = await startAuthApp({ DATA_DIR: dataDir, ...environment });
  });
  afterAll(async () => {
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
};

function signIn(body: string, { host = 'api.example.com', type = 'application/json' } = {}): Promise<Answer> {
  return app.send('/v1/dev/session', { method: 'POST', body, headers: ['Host', host, 'Content-Type', type] });
}
const asEmail = (email: unknown) => signIn(JSON.stringify({ email }));

describe('GET /public/v1/me/', () => {
  useApp({});

  it.each(['/public/v1/me', '/public/v1/me/'])(
    '%s: an app sees itself, whatever its scopes',
    async (path) => {
      const answer = await app.as('Bearer sd_at_plain', path);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body).toEqual({
        user_id: 'usr_1',
        workspace_id: 'org:acme',
        client_id: 'sd_cl_1',
        scopes: [],
        expires_at: EXPIRES_AT.toISOString(),
      });
    },
  );

  it('a user at the dashboard has no client and no scopes', async () => {
    const exp = 4_000_000_000;
    const jwt = new SignJWT({ sub: 'usr_2', exp }).setProtectedHeader({ alg: 'HS256' });
    const answer = await app.as(`Bearer ${await jwt.sign(Buffer.from(SECRET))}`, '/public/v1/me/');
    expect(answer.body).toEqual({
      user_id: 'usr_2',
      workspace_id: 'user:usr_2',
      client_id: null,
      scopes: [],
      expires_at: new Date(exp * 1000).toISOString(),
    });
  });
});

describe('POST /v1/dev/session in development', () => {
  useApp({ DASHBOARD_JWT_SECRET: '' });

  it('signs a developer in for eight hours', async () => {
    const answer = await asEmail('Ada.Lovelace@Example.com');
    expect(answer).toMatchObject({ status: 200, body: { expires_in: 28_800 } });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(Object.keys(answer.body).toSorted()).toEqual(['expires_in', 'token']);
    const token = answer.body.token as string;
    const { iat, exp } = decodeJwt(token);
    expect(exp! - iat!).toBe(28_800);
    expect((await app.as(`Bearer ${token}`, '/public/v1/me')).body).toMatchObject({
      user_id: 'dev:ada.lovelace@example.com',
      workspace_id: 'user:dev:ada.lovelace@example.com',
    });
  });

  it('signs in whoever has the longest address, and nobody with a longer one', async () => {
    const email = `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(2)}${'c'.repeat(61)}.io`;
    expect(email).toHaveLength(251);
    const { body } = await asEmail(email);
    expect(await app.as(`Bearer ${String(body.token)}`, '/public/v1/me')).toMatchObject({ status: 200 });
    expect(await asEmail(email.replace('@', '@d'))).toMatchObject({ status: 400 });
  });

  it.each([
    [''],
    ['ada'],
    ['ada@'],
    ['@example.com'],
    ['ada@example.com\n'],
    [' ada@example.com'],
    ['ada@exa mple.com'],
    ['ada@example.com,eve@example.com'],
    [`${'İ'.repeat(250)}@example.com`],
    [`${'a'.repeat(300)}@example.com`],
    [null],
    [7],
    [true],
    [['ada@example.com']],
    [{ toString: 'ada@example.com' }],
  ])('refuses the address %j', async (email) => {
    const answer = await asEmail(email);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field: 'email' }));
  });

  it.each([
    ['{}'],
    ['[]'],
    ['null'],
    ['"ada@example.com"'],
    ['{"email":'],
    ['{"email":"ada@example.com\\u0000"}'],
    [''],
    ['{"__proto__":{"email":"a@b.io"}}'],
  ])('refuses the body %s', async (body) => {
    expect(await signIn(body)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });

  it('ignores fields that it does not know', async () => {
    const { body } = await signIn('{"email":"ada@example.com","sub":"root","org_id":"acme","exp":1}');
    expect(decodeJwt(body.token as string)).toMatchObject({ sub: 'dev:ada@example.com' });
    expect(decodeJwt(body.token as string)).not.toHaveProperty('org_id');
  });

  it('takes no form: a page elsewhere could post one', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
    ]) {
      expect(await signIn('email=ada@example.com', { type })).toMatchObject({ status: 415 });
    }
  });

  it.each([
    'evil.example',
    'api.example.com.evil.example',
    'api.example.com:8443',
    'user@api.example.com',
    '127.0.0.1',
  ])('is not there under the Host %s (DNS rebinding)', async (host) => {
    const good = await signIn('{"email":"ada@example.com"}', { host });
    expect(good).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await signIn('{}', { host })).toEqual({ ...good, headers: expect.anything() as never });
  });

  it('is there under the Host in other case', async () => {
    const host = new URL(PUBLIC_URL).host.toUpperCase();
    expect(await signIn('{"email":"ada@example.com"}', { host })).toMatchObject({ status: 200 });
  });
});

describe('POST /v1/dev/session where anything is said about dashboard JWTs', () => {
  useApp({ DASHBOARD_JWT_SECRET: '', DASHBOARD_JWT_ISSUER: 'https://dashboard.example.com' });

  it('is not there', async () => {
    expect(await asEmail('ada@example.com')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('POST /v1/dev/session where a secret is configured', () => {
  useApp({});

  it.each(['{"email":"ada@example.com"}', '{}', '{"email":7}'])('is not there: %s', async (body) => {
    expect(await signIn(body)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('POST /v1/dev/session with a JWKS', () => {
  useApp({
    DASHBOARD_JWT_SECRET: '',
    DASHBOARD_JWKS_URL: 'http://127.0.0.1:9/jwks',
    DASHBOARD_JWT_ISSUER: 'https://dashboard.example.com',
    DASHBOARD_JWT_AUDIENCE: 'x',
  });

  it('is not there', async () => {
    expect(await asEmail('ada@example.com')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

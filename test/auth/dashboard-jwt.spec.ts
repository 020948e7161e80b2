import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { type Answer, type AuthApp, SECRET, startAuthApp } from './auth-app.js';

const ISSUER = 'https://dashboard.example.com';
const AUDIENCE = 'swingdoor';
const now = () => Math.floor(Date.now() / 1000);
const good = (): JWTPayload => ({ sub: 'usr_1', iss: ISSUER, aud: AUDIENCE, exp: now() + 600 });

function sign(
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
  secret = SECRET,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(Buffer.from(secret));
}

/** A JWT put together by hand. */
function raw(header: unknown, payload: unknown, signature = ''): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

let app: AuthApp;
const useApp = (environment: NodeJS.ProcessEnv) => {
  beforeAll(async () => {
    app = await startAuthApp(environment);
  });
  afterAll(() => app.close());
};

const call = (token: string): Promise<Answer> => app.as(`Bearer ${token}`, '/dashboard');

async function expectRefusal(
  token: string,
  detail: string | RegExp = 'The token is not valid. Sign in again.',
) {
  const answer = await call(token);
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  expect(answer.body.detail).toEqual(typeof detail === 'string' ? detail : expect.stringMatching(detail));
  expect(answer.challenge).toMatch(/^Bearer error="invalid_token"/);
}

const PINNED = { DASHBOARD_JWT_ISSUER: ISSUER, DASHBOARD_JWT_AUDIENCE: AUDIENCE };

describe('a dashboard JWT signed with the shared secret', () => {
  useApp(PINNED);

  it('names user, workspace and end', async () => {
    const claims = { ...good(), org_id: 'acme' };
    expect((await call(await sign(claims))).body).toEqual({
      principal: {
        kind: 'dashboard',
        userId: 'usr_1',
        workspaceId: 'org:acme',
        expiresAt: new Date(claims.exp! * 1000).toISOString(),
      },
    });
  });

  it('RFC 7519 §4.1.3: may be for several audiences', async () => {
    expect(await call(await sign({ ...good(), aud: ['other', AUDIENCE] }))).toMatchObject({ status: 200 });
  });

  it('may be a few seconds early or late, for clocks differ', async () => {
    expect(await call(await sign({ ...good(), nbf: now() + 3 }))).toMatchObject({ status: 200 });
    expect(await call(await sign({ ...good(), exp: now() - 2 }))).toMatchObject({ status: 200 });
  });
});

describe('where neither issuer nor audience is configured', () => {
  useApp({});

  it.each<JWTPayload>([{}, { iss: ISSUER, aud: AUDIENCE }])('any will do: %j', async (claims) => {
    expect(await call(await sign({ sub: 'usr_1', exp: now() + 600, ...claims }))).toMatchObject({
      status: 200,
    });
  });
});

describe('RFC 8725: refused', () => {
  useApp(PINNED);

  it.each<[string, () => JWTPayload, RegExp | string]>([
    ['expired', () => ({ ...good(), exp: now() - 60 }), 'The token has expired. Sign in again.'],
    ['not valid yet', () => ({ ...good(), nbf: now() + 60 }), /not valid/],
    ['without exp', () => ({ ...good(), exp: undefined }), 'The exp claim is missing.'],
    ['with an exp beyond all dates', () => ({ ...good(), exp: 1e300 }), 'The exp claim is missing.'],
    ['with exp as text', () => ({ ...good(), exp: '9999999999' as never }), /not valid/],
    ['with nbf as text', () => ({ ...good(), nbf: '0' as never }), /not valid/],
    ['of another issuer', () => ({ ...good(), iss: 'https://evil.example' }), /not valid/],
    ['of no issuer', () => ({ ...good(), iss: undefined }), /not valid/],
    ['of an issuer in a list', () => ({ ...good(), iss: [ISSUER] as never }), /not valid/],
    ['for another audience', () => ({ ...good(), aud: 'other' }), /not valid/],
    ['for no audience', () => ({ ...good(), aud: undefined }), /not valid/],
    ['without sub', () => ({ ...good(), sub: undefined }), /sub claim/],
    ['with an empty sub', () => ({ ...good(), sub: '' }), /sub claim/],
    ['with a number as sub', () => ({ ...good(), sub: 7 as never }), /sub claim/],
    ['with a null character in sub', () => ({ ...good(), sub: 'a\0' }), /sub claim/],
    ['with too long a sub', () => ({ ...good(), sub: 'a'.repeat(256) }), /sub claim/],
    ['with an empty workspace', () => ({ ...good(), org_id: '' }), /org_id claim/],
    ['with an object as workspace', () => ({ ...good(), org_id: { id: 'acme' } }), /org_id claim/],
  ])('%s', async (_, claims, detail) => {
    await expectRefusal(await sign(claims()), detail);
  });

  it.each(['none', 'None', 'NONE', '', 'HS384', 'HS512', 'RS256', 'toString', null, 7, ['HS256']])(
    '§3.1: alg %j without a signature',
    async (alg) => {
      await expectRefusal(raw({ alg }, good()));
      await expectRefusal(raw({ alg }, good(), 'AAAA'));
    },
  );

  it.each(['HS384', 'HS512'])('§3.1: the right secret with %s', async (alg) => {
    await expectRefusal(await sign(good(), { alg }));
  });

  it('§3.1: another kind of key', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    await expectRefusal(await new SignJWT(good()).setProtectedHeader({ alg: 'RS256' }).sign(privateKey));
  });

  it.each([
    ['a wrong secret', () => sign(good(), {}, 'another secret of at least 32 bytes in all')],
    ['an empty signature', async () => (await sign(good())).replace(/[^.]+$/, '')],
    ['a shortened signature', async () => (await sign(good())).slice(0, -4)],
    [
      'another payload',
      async () => (await sign(good())).replace(/\.[^.]+\./, `.${raw({}, good()).split('.')[1]}x.`),
    ],
    ['two parts', async () => (await sign(good())).split('.').slice(0, 2).join('.')],
    ['four parts', async () => `${await sign(good())}.AAAA`],
    ['a payload that is no object', () => Promise.resolve(raw({ alg: 'HS256', typ: 'JWT' }, null, 'AAAA'))],
    ['a header that is no object', () => Promise.resolve(raw('HS256', good(), 'AAAA'))],
    ['nothing but dots', () => Promise.resolve('..')],
    ['12 000 characters', () => Promise.resolve(`${'a'.repeat(6_000)}.${'b'.repeat(6_000)}.c`)],
  ])('%s', async (_, token) => {
    await expectRefusal(await token());
  });

  // jsonwebtoken reads the payload as JSON only where the header says so.
  it.each([{ alg: 'HS256' }, { alg: 'HS256', typ: 'JWT' }])(
    'a signed payload that is no object: %j',
    async (header) => {
      for (const payload of [null, 'text', 7, ['usr_1'], true]) {
        const unsigned = raw(header, payload).slice(0, -1);
        await expectRefusal(
          `${unsigned}.${createHmac('sha256', SECRET).update(unsigned).digest('base64url')}`,
          /./,
        );
      }
    },
  );
});

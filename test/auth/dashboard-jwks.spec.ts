import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPublicKey } from 'node:crypto';
import { exportSPKI, type JWTPayload, SignJWT } from 'jose';
import { type AuthApp, startAuthApp } from './auth-app.js';
import { AUDIENCE, type IssuerKey, ISSUER, JwksServer, newKey, signWith } from './jwks-server.js';

const now = () => Math.floor(Date.now() / 1000);
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;

/** Published as well, and yet not taken. */
const UNWANTED = ['RS512', 'PS256', 'ES384'] as const;

const issuer = new JwksServer();
const keys = {} as Record<(typeof ALGORITHMS)[number], IssuerKey>;
const unwanted = {} as Record<(typeof UNWANTED)[number], IssuerKey>;
let app: AuthApp;

beforeAll(async () => {
  for (const alg of ALGORITHMS) keys[alg] = await newKey(alg, `kid-${alg}`);
  for (const alg of UNWANTED) unwanted[alg] = await newKey(alg, `kid-${alg}`);
  issuer.keys = Object.values({ ...keys, ...unwanted }).map(({ jwk }) => jwk);
  await issuer.start();
  app = await startAuthApp({
    DASHBOARD_JWT_SECRET: '',
    DASHBOARD_JWKS_URL: issuer.url,
    DASHBOARD_JWT_ISSUER: ISSUER,
    DASHBOARD_JWT_AUDIENCE: AUDIENCE,
  });
});
afterAll(async () => {
  await app.close();
  await issuer.stop();
});

async function expectRefusal(token: string, detail = /./) {
  const answer = await app.as(`Bearer ${token}`, '/dashboard');
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  expect(answer.body.detail).toEqual(expect.stringMatching(detail));
  expect(answer.challenge).toMatch(/^Bearer error="invalid_token"/);
}

describe('a dashboard JWT signed with a key of the JWKS', () => {
  it.each(ALGORITHMS)('RFC 7518 §3.1, RFC 8037 §3.1: %s', async (alg) => {
    const exp = now() + 600;
    const answer = await app.as(`Bearer ${await signWith(keys[alg], { exp })}`, '/dashboard');
    expect(answer.body).toEqual({
      principal: {
        kind: 'dashboard',
        userId: 'usr_1',
        workspaceId: 'org:acme',
        expiresAt: new Date(exp * 1000).toISOString(),
      },
    });
  });

  it('RFC 7515 §4.1.4: may leave out kid', async () => {
    const token = await signWith(keys.ES256, {}, { kid: undefined });
    expect(await app.as(`Bearer ${token}`, '/dashboard')).toMatchObject({ status: 200 });
  });

  it('fetches the document once for many', async () => {
    const before = issuer.requests;
    const token = await signWith(keys.RS256);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.as(`Bearer ${token}`, '/dashboard')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(issuer.requests).toBe(before);
  });
});

describe('RFC 8725: refused', () => {
  it.each<[string, () => JWTPayload, RegExp]>([
    ['expired', () => ({ exp: now() - 60 }), /expired/],
    ['not valid yet', () => ({ nbf: now() + 60 }), /not valid/],
    ['without exp', () => ({ exp: undefined }), /not valid/],
    ['with an exp beyond all dates', () => ({ exp: 1e300 }), /exp claim/],
    ['of another issuer', () => ({ iss: 'https://evil.example' }), /not valid/],
    ['of no issuer', () => ({ iss: undefined }), /not valid/],
    ['for another audience', () => ({ aud: 'other' }), /not valid/],
    ['for no audience', () => ({ aud: undefined }), /not valid/],
    ['without sub', () => ({ sub: undefined }), /sub claim/],
    ['with a number as sub', () => ({ sub: 7 as never }), /sub claim/],
    ['with an empty sub', () => ({ sub: '' }), /sub claim/],
    ['with an empty workspace', () => ({ org_id: '' }), /org_id claim/],
  ])('%s', async (_, claims, detail) => {
    await expectRefusal(await signWith(keys.EdDSA, claims()), detail);
  });

  it('§3.1: alg none', async () => {
    const [, payload] = (await signWith(keys.RS256)).split('.');
    for (const alg of ['none', 'None', '']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'kid-RS256' })).toString('base64url');
      await expectRefusal(`${header}.${payload}.`);
    }
  });

  it('§2.1: HS256 with the public key as its secret, in every form that it is written in', async () => {
    const { jwk } = keys.RS256;
    const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' });
    const pem = await exportSPKI(publicKey as never);
    const der = publicKey.export({ format: 'der', type: 'spki' });
    for (const secret of [Buffer.from(pem), Buffer.from(pem.trim()), der, Buffer.from(JSON.stringify(jwk))]) {
      const token = await new SignJWT({ sub: 'usr_1', iss: ISSUER, aud: AUDIENCE, exp: now() + 600 })
        .setProtectedHeader({ alg: 'HS256', kid: 'kid-RS256' })
        .sign(secret);
      await expectRefusal(token);
    }
  });

  it.each(UNWANTED)('§3.1: %s is none of the three', async (alg) => {
    await expectRefusal(await signWith(unwanted[alg]));
  });

  it.each(ALGORITHMS)('a key of somebody else under the kid of %s', async (alg) => {
    await expectRefusal(await signWith(await newKey(alg, `kid-${alg}`)));
  });

  it('a kid of another algorithm', async () => {
    await expectRefusal(await signWith(keys.RS256, {}, { kid: 'kid-ES256' }));
  });

  it.each(['../../etc/passwd', "' OR 1=1 --", '', 'x'.repeat(4_000)])(
    'an unknown kid: %.20s',
    async (kid) => {
      await expectRefusal(await signWith(keys.RS256, {}, { kid }));
    },
  );

  it('RFC 7515 §4.1.2, §4.1.3, §4.1.5: keys that the token brings along; nothing is fetched from where it says', async () => {
    const mine = await newKey('RS256', 'mine');
    let asked = 0;
    const evil = createServer((_, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys: [mine.jwk] }));
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
    try {
      for (const kid of ['mine', 'kid-RS256', undefined]) {
        await expectRefusal(await signWith(mine, {}, { kid, jwk: mine.jwk }));
        await expectRefusal(await signWith(mine, {}, { kid, jku: url, x5u: url }));
      }
      expect(asked).toBe(0);
    } finally {
      await new Promise((resolve) => evil.close(resolve));
    }
  });

  it('RFC 7515 §4.1.11: a critical extension that nobody knows', async () => {
    const [, payload, signature] = (await signWith(keys.RS256)).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'kid-RS256', crit: ['exp'] })).toString(
      'base64url',
    );
    await expectRefusal(`${header}.${payload}.${signature}`);
  });

  it.each(['..', 'a.b.c', 'eyJhbGciOiJSUzI1NiJ9..', 'x'.repeat(8_000)])('%.30s', async (token) => {
    await expectRefusal(token);
  });
});

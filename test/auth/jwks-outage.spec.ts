import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { type AuthApp, startAuthApp } from './auth-app.js';
import { AUDIENCE, type IssuerKey, ISSUER, JwksServer, newKey, signWith } from './jwks-server.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Only the clock is moved: timers, and with them the network, run on. */
const REAL_TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
const advance = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

const MISBEHAVIOURS: [string, RequestListener][] = [
  ['answers 500 with keys', (_, response) => response.writeHead(500).end('{"keys":[]}')],
  ['answers a page', (_, response) => response.end('<h1>Back soon</h1>')],
  ['answers no key set', (_, response) => response.end('{"keys":{}}')],
  ['answers nothing', (_, response) => response.end()],
  ['redirects', (_, response) => response.writeHead(302, { Location: '/elsewhere' }).end()],
  ['answers without end', (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
  ['breaks off', (_, response) => void response.write('{"keys":[', () => response.destroy())],
];

let issuer: JwksServer;
let app: AuthApp;
let old: IssuerKey;

beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: [...REAL_TIMERS], now: new Date('2026-11-21T12:00:00Z') });
  old = await newKey('ES256', 'old');
  issuer = new JwksServer();
  issuer.keys = [old.jwk];
  await issuer.start();
  app = await startAuthApp({
    DASHBOARD_JWT_SECRET: '',
    DASHBOARD_JWKS_URL: issuer.url,
    DASHBOARD_JWT_ISSUER: ISSUER,
    DASHBOARD_JWT_AUDIENCE: AUDIENCE,
  });
});
afterEach(async () => {
  jest.useRealTimers();
  await app.close();
  await issuer.stop();
});

const statusOf = async (key: IssuerKey) =>
  (await app.as(`Bearer ${await signWith(key, { exp: Date.now() / SECOND + 600 })}`, '/dashboard')).status;

describe('the keys behind DASHBOARD_JWKS_URL', () => {
  it('are fetched when they are first needed, and again after ten minutes', async () => {
    expect(issuer.requests).toBe(0);
    expect(await statusOf(old)).toBe(200);
    advance(9 * MINUTE);
    expect(await statusOf(old)).toBe(200);
    expect(issuer.requests).toBe(1);
    advance(2 * MINUTE);
    expect(await statusOf(old)).toBe(200);
    expect(issuer.requests).toBe(2);
  });

  it('rotate: an unknown kid makes them be fetched, once per cool-down however many ask', async () => {
    expect(await statusOf(old)).toBe(200);
    const next = await newKey('ES256', 'next');
    issuer.keys = [old.jwk, next.jwk];
    advance(31 * SECOND);
    expect(await statusOf(next)).toBe(200);
    expect(await statusOf(old)).toBe(200);
    expect(issuer.requests).toBe(2);
    const stranger = await newKey('ES256', 'stranger');
    expect(await Promise.all(Array.from({ length: 8 }, () => statusOf(stranger)))).toEqual(
      Array(8).fill(401),
    );
    expect(issuer.requests).toBe(2);
  });

  it('rotate: a key that is withdrawn serves until the document is fetched again', async () => {
    expect(await statusOf(old)).toBe(200);
    issuer.keys = [(await newKey('ES256', 'next')).jwk];
    advance(11 * MINUTE);
    expect(await statusOf(old)).toBe(401);
  });

  it('rotate without kids: every key that fits is tried', async () => {
    const [first, second] = [await newKey('EdDSA'), await newKey('EdDSA')];
    issuer.keys = [first.jwk, second.jwk];
    expect(await statusOf(first)).toBe(200);
    expect(await statusOf(second)).toBe(200);
    expect(await statusOf(await newKey('EdDSA'))).toBe(401);
  });

  it('a key that nobody can use harms no other', async () => {
    issuer.keys = [
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken' },
      { kty: 'oct', k: 'AAAA' },
      old.jwk,
    ];
    expect(await statusOf({ ...old, jwk: { ...old.jwk, kid: 'broken' } })).toBe(401);
    expect(await statusOf(old)).toBe(200);
  });
});

describe('an outage of the JWKS server', () => {
  it('is survived with the last good keys, for as long as it lasts', async () => {
    expect(await statusOf(old)).toBe(200);
    await issuer.stop();
    for (let hours = 0; hours < 3; hours += 1) {
      advance(60 * MINUTE);
      expect(await statusOf(old)).toBe(200);
    }
    expect(app.logged.at(-1)).toContain('the last good one is used');
    expect(await statusOf(await newKey('ES256', 'stranger'))).toBe(401);
    const next = await newKey('ES256', 'next');
    issuer.keys = [next.jwk];
    await issuer.start();
    advance(11 * MINUTE);
    expect([await statusOf(next), await statusOf(old)]).toEqual([200, 401]);
  });

  it('is 503 where there never were keys, asks little, and ends by itself', async () => {
    await issuer.stop();
    const before = await app.as(`Bearer ${await signWith(old)}`, '/dashboard');
    expect(before).toMatchObject({
      status: 503,
      challenge: undefined,
      body: { code: 'temporarily_unavailable' },
    });
    expect(before.headers['retry-after']).toBe('5');
    await issuer.start();
    expect([await statusOf(old), await statusOf(old), issuer.requests]).toEqual([503, 503, 0]);
    advance(6 * SECOND);
    expect([await statusOf(old), issuer.requests]).toEqual([200, 1]);
  });

  it('does not touch tokens that no key could save, nor callers of other kinds', async () => {
    await issuer.stop();
    for (const token of ['garbage', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.']) {
      expect(await app.as(`Bearer ${token}`, '/dashboard')).toMatchObject({ status: 401 });
    }
    expect(await app.as('Bearer sd_at_plain', '/bearer')).toMatchObject({ status: 200 });
  });

  it.each(MISBEHAVIOURS)('counts as one where it %s: with keys', async (_, misbehaviour) => {
    expect(await statusOf(old)).toBe(200);
    issuer.misbehaviour = misbehaviour;
    advance(11 * MINUTE);
    expect(await statusOf(old)).toBe(200);
    expect(issuer.requests).toBe(2);
  });

  it.each(MISBEHAVIOURS)('counts as one where it %s: without keys', async (_, misbehaviour) => {
    issuer.misbehaviour = misbehaviour;
    expect(await statusOf(old)).toBe(503);
    issuer.misbehaviour = undefined;
    advance(6 * SECOND);
    expect(await statusOf(old)).toBe(200);
  });

  it('counts as one where it is silent for five seconds', async () => {
    issuer.misbehaviour = () => undefined;
    const started = performance.now();
    expect(await statusOf(old)).toBe(503);
    expect(performance.now() - started).toBeLessThan(8 * SECOND);
  });
});

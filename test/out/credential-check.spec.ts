import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import type { Step } from '../../sandbox/step.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { OAuthAppCalls } from './oauth-app-calls.js';

let sandbox: Sandbox;
let app: TestApp;
let calls: OAuthAppCalls;
beforeAll(async () => {
  sandbox = await startSandbox();
  app = await startTestApp({ PROVIDER_ORIGINS: JSON.stringify(sandbox.origins) });
  calls = new OAuthAppCalls(app);
});
beforeEach(() => sandbox.world.failures.clear());
afterAll(async () => {
  await app.close();
  await sandbox.stop();
});

/** The n-th app that the provider knows, as fields of a request. */
function known(provider: string, n = 0) {
  const { clientId, clientSecret } = sandbox.world.apps.filter((app) => app.provider === provider)[n]!;
  return { provider, client_id: clientId, client_secret: clientSecret };
}

const PROVIDERS = ['instagram', 'facebook', 'x', 'linkedin', 'tiktok'];
/** The call by which each provider is asked. */
const ASKED_AT: Readonly<Record<string, Step>> = {
  instagram: 'token',
  facebook: 'probe',
  x: 'refresh',
  linkedin: 'refresh',
  tiktok: 'probe',
};
const JUST_NOW = () => expect.stringMatching(new RegExp(`^${new Date().toISOString().slice(0, 13)}`));

describe.each(PROVIDERS)('%s', (provider) => {
  it('says ok to credentials that it knows', async () => {
    const fields = known(provider);
    expect(await calls.created(fields)).toMatchObject({
      verification: 'ok',
      verification_hint: null,
      verified_at: JUST_NOW(),
    });
  });

  it('says failed to another secret; the app is stored, and the hint says what to do', async () => {
    const fields = known(provider);
    const wrong = fields.client_secret.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const body = await calls.created({ ...fields, client_secret: wrong });
    expect(body).toMatchObject({ verification: 'failed', verified_at: JUST_NOW() });
    expect(body.verification_hint).toMatch(
      /does not accept the client id and secret of this OAuth app\. Copy both/,
    );
    expect(JSON.stringify(body)).not.toContain(wrong);
    expect((await calls.get(body.id)).body).toEqual(body);
  });

  it.each([
    ['is down', { kind: 'status', status: 503 }],
    ['throttles', { kind: 'status', status: 429, retryAfter: 60 }],
    ['hangs up', { kind: 'cut' }],
    ['redirects', { kind: 'redirect' }],
    ['answers with a page', { kind: 'malformed' }],
    ['sends too much', { kind: 'huge' }],
  ] as const)('that %s keeps nothing from being stored', async (_, failure) => {
    sandbox.world.failures.add({ provider, on: ASKED_AT[provider]!, ...failure });
    expect(await calls.created(known(provider))).toMatchObject({
      verification: 'unknown',
      verification_hint: expect.stringContaining('gave no usable answer'),
      verified_at: null,
    });
  });
});

it('takes 5 seconds at most', async () => {
  sandbox.world.failures.add({ provider: 'x', on: 'refresh', kind: 'slow', ms: 60_000 });
  const start = performance.now();
  const body = await calls.created(known('x'));
  expect(performance.now() - start).toBeLessThan(7_000);
  expect(body).toMatchObject({ verification: 'unknown', verified_at: null });
});

it('holds no database connection meanwhile: more may wait than the pool has', async () => {
  sandbox.world.failures.add({ provider: 'tiktok', on: 'probe', kind: 'slow', ms: 3_000 });
  const before = sandbox.world.seen().calls['tiktok.probe'] ?? 0;
  let answered = 0;
  const slow = Array.from({ length: 24 }, () =>
    calls.created(known('tiktok')).finally(() => (answered += 1)),
  );
  while (sandbox.world.seen().calls['tiktok.probe']! < before + 24) await delay(20);
  expect((await calls.list()).status).toBe(200);
  expect(answered).toBe(0);
  await Promise.all(slow);
});

it.each([
  [{ provider: 'x', client_id: 'AbCdEfGhIjKlMnOpQrStUvWxY' }, 'An API Key is no OAuth 2.0 Client ID.'],
  [{ provider: 'x', client_id: '12345678' }, 'The App ID is not the OAuth 2.0 Client ID.'],
  [{ provider: 'tiktok', client_id: '7123456789012345678' }, 'The App ID is not the Client key.'],
  [{ provider: 'facebook', client_id: 'my-app' }, 'An App ID is a number.'],
  [{ provider: 'instagram', client_id: '990602627938098', client_secret: 'not hexadecimal' }, '32 digits'],
  [{ provider: 'x', client_id: 'same', client_secret: 'same' }, 'are the same text'],
  [{ provider: 'x', client_id: 'a b' }, 'There is a space'],
])('recognises the mix-up in %j', async (fields, hint) => {
  expect((await calls.created(fields)).verification_hint).toContain(hint);
});

it("tells Instagram's own App ID from the Meta app's", async () => {
  const { client_id, client_secret } = known('facebook');
  const body = await calls.created({ provider: 'instagram', client_id, client_secret });
  expect(body).toMatchObject({
    verification: 'failed',
    verification_hint: expect.stringContaining('The Meta App ID does not work here.'),
  });
});

it('is made again when the secret changes, and only then', async () => {
  const good = known('linkedin');
  const { id } = await calls.created({ ...good, client_secret: 'WPL_AP1.mistyped==' });
  const asked = () => sandbox.world.seen().calls['linkedin.refresh'];
  const before = asked()!;
  expect((await calls.patch(id, { name: 'Renamed' })).body.verification).toBe('failed');
  expect(asked()).toBe(before);
  expect((await calls.patch(id, { client_secret: good.client_secret })).body).toMatchObject({
    verification: 'ok',
    verification_hint: null,
  });
  expect(asked()).toBe(before + 1);
});

it('leaves no secret in the log', () => {
  const log = app.logs.join('\n');
  for (const { clientSecret } of sandbox.world.apps) expect(log).not.toContain(clientSecret);
});

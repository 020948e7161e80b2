import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CEILINGS } from '../../src/limits/ceilings.js';
import type { TestServer } from '../support/test-app.js';
import { type Answer, bearer, TestClient } from '../support/test-client.js';
import { type LimitStage, openLimitStage, tally } from './limit-stage.js';

let stage: LimitStage;
let second: TestServer;
let clients: [TestClient, TestClient];
beforeAll(async () => {
  stage = await openLimitStage();
  second = await stage.replica();
  clients = [new TestClient(stage.app), new TestClient(second)];
}, 90_000);
afterAll(() => stage.close());

const UNKNOWN = 'sd_ar_unknown';
const start = async (client: TestClient, user: string) =>
  client.request('/v1/oauth/tiktok/start', { headers: bearer(await client.jwt(user)) });
const consent = (client: TestClient, user: string, n = 0) =>
  n % 3 === 0
    ? client.show(UNKNOWN, user)
    : client.decide(n % 3 === 1 ? 'approve' : 'deny', UNKNOWN, { sub: user });

function expectProblem(answer: Answer, seconds: number): void {
  expect(answer).toMatchObject({
    status: 429,
    body: { type: 'about:blank', title: 'Too Many Requests', status: 429, code: 'too_many_requests' },
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.has('www-authenticate')).toBe(false);
  const wait = Number(answer.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(seconds - 60);
  expect(wait).toBeLessThanOrEqual(seconds);
}

describe.each([
  { name: 'consent', call: consent, otherwise: 404 },
  { name: 'start', call: start, otherwise: 409 },
] as const)('$name', ({ name, call, otherwise }) => {
  const { points, credit, seconds } = CEILINGS[name];

  it('holds its ceiling for a user over two replicas, but for the credit of one of them', async () => {
    await stage.useElsewhere(name, 'ada', points - 40);
    const answers = await tally(40 + 2 * credit, (n) => call(clients[n % 2]!, 'ada', n));
    expect(Object.keys(answers)).toEqual([String(otherwise), '429']);
    expect(answers[otherwise]).toBeGreaterThanOrEqual(40);
    expect(answers[otherwise]).toBeLessThanOrEqual(40 + credit);
    for (const client of clients) expectProblem(await call(client, 'ada'), seconds);
    expect((await call(clients[0], 'grace')).status).toBe(otherwise);
  });

  it('lets exactly the ceiling through, 50 at once over the edge', async () => {
    await stage.useElsewhere(name, 'edsger', points - credit - 5);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => call(clients[0], 'edsger', n)));
    expect(answers.filter(({ status }) => status === otherwise)).toHaveLength(credit + 5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - credit - 5);
  });
});

it('RATE_LIMITS=off has no ceiling and no counter', async () => {
  const { points } = CEILINGS.consent;
  const client = new TestClient(await stage.replica({ RATE_LIMITS: 'off' }));
  expect(await tally(points + 30, (n) => consent(client, 'alan', n))).toEqual({ 404: points + 30 });
  const rows = await stage.app.database.query(`SELECT FROM rate_limits WHERE key LIKE '%alan'`);
  expect(rows.rowCount).toBe(0);
});

it('warns where everybody would count as one behind a proxy', async () => {
  const PUBLIC_URL = 'https://auth.example.com';
  const blind = await stage.replica({ PUBLIC_URL, TRUST_PROXY: undefined });
  const seeing = await stage.replica({ PUBLIC_URL });
  const warned = ({ logs }: TestServer) => logs.some((line) => line.includes('TRUST_PROXY is not set'));
  expect([warned(blind), warned(seeing)]).toEqual([true, false]);
});

it('[contract] every operation that may answer 429 says so, and that Retry-After comes with it (OpenAPI 3.1 §4.8.17)', async () => {
  const { paths } = (await clients[0].request('/openapi.json')).body;
  const limited = Object.values(paths as Record<string, Record<string, any>>)
    .flatMap((methods) => Object.values(methods))
    .filter(({ responses }) => responses['429']);
  expect(limited.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining([
      'registerClient',
      'token',
      'revoke',
      'introspect',
      'showConsent',
      'approveConsent',
      'denyConsent',
      'startConnection',
      'revokeSubject',
      'listAccounts',
    ]),
  );
  for (const { responses } of limited) {
    expect(responses['429'].headers['Retry-After'].schema).toEqual({ type: 'integer' });
  }
});

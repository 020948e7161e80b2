import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CEILINGS } from '../../src/limits/ceilings.js';
import { expectOAuthError } from '../support/oauth-error.js';
import type { TestServer } from '../support/test-app.js';
import { REDIRECT_URI } from '../support/test-client.js';
import { Caller, type LimitStage, openLimitStage, tally } from './limit-stage.js';

const { points, credit, seconds } = CEILINGS['new-clients'];

let stage: LimitStage;
let second: TestServer;
beforeAll(async () => {
  stage = await openLimitStage();
  second = await stage.replica();
}, 90_000);
afterAll(() => stage.close());

const rows = async () =>
  Number((await stage.app.database.query('SELECT count(*) FROM clients')).rows[0].count);

describe('registrations from one address', () => {
  it('hold their ceiling over two replicas, but for the credit of one of them', async () => {
    const [one, two] = [new Caller(stage.app, '192.0.2.1'), new Caller(second, '192.0.2.1')];
    await stage.useElsewhere('new-clients', '192.0.2.1', points - 120);
    const before = await rows();
    const answers = await tally(120 + 2 * credit, (n) => (n % 2 ? one : two).newcomer());
    expect(Object.keys(answers)).toEqual(['201', '429']);
    expect(answers[201]).toBeGreaterThanOrEqual(120);
    expect(answers[201]).toBeLessThanOrEqual(120 + credit);
    expect(await rows()).toBe(before + answers[201]!);
    expect(await tally(2, (n) => (n ? one : two).newcomer())).toEqual({ 429: 2 });
  });

  it('let exactly the ceiling through, 50 at once over the edge', async () => {
    await stage.useElsewhere('new-clients', '192.0.2.2', points - credit - 5);
    const caller = new Caller(stage.app, '192.0.2.2');
    const answers = await Promise.all(Array.from({ length: 50 }, () => caller.newcomer()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(credit + 5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - credit - 5);
  });

  it('are free where they make no row: the same app, however often (RFC 7591 §3)', async () => {
    const caller = new Caller(stage.app, '192.0.2.3');
    await stage.useElsewhere('new-clients', '192.0.2.3', points - credit - 5);
    const before = await rows();
    const same = { redirect_uris: [REDIRECT_URI], client_name: 'At every start' };
    expect(await tally(4 * credit, () => caller.sendRegistration(same))).toEqual({ 201: 4 * credit });
    expect(await rows()).toBe(before + 1);
    expect(await tally(credit + 10, () => caller.newcomer())).toEqual({ 201: credit + 4, 429: 6 });
  });

  it('refuse new clients over the ceiling in the words of the endpoint, and no known one (RFC 6585 §4)', async () => {
    const caller = new Caller(stage.app, '192.0.2.4');
    const same = { redirect_uris: [REDIRECT_URI], client_name: 'Known before' };
    const known = await caller.sendRegistration(same);
    await stage.useElsewhere('new-clients', '192.0.2.4', points);
    await tally(credit, () => caller.newcomer());
    const refused = await caller.newcomer();
    expectOAuthError(refused, 429, 'temporarily_unavailable');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(seconds - 60);
    expect(wait).toBeLessThanOrEqual(seconds);
    expectOAuthError(
      await caller.newcomer({ token_endpoint_auth_method: 'client_secret_basic' }),
      429,
      'temporarily_unavailable',
    );
    expect(await caller.sendRegistration(same)).toMatchObject({ status: 201, body: known.body });
    expect((await caller.sendRegistration({})).status).toBe(400);
  });

  it('have room again after the window', async () => {
    await stage.useElsewhere('new-clients', '192.0.2.5', points + 7);
    const elsewhere = new Caller(second, '192.0.2.5');
    expect(await tally(credit + 5, () => elsewhere.newcomer())).toEqual({ 201: credit, 429: 5 });
    await stage.ageCounters(seconds);
    const caller = new Caller(await stage.replica(), '192.0.2.5');
    expect(await tally(3 * credit, () => caller.newcomer())).toEqual({ 201: 3 * credit });
  });

  it('count an IPv6 holder as one, by the /64', async () => {
    await stage.useElsewhere('new-clients', '2001:db8:0:7::/64', points);
    const answers = await tally(credit + 5, (n) =>
      new Caller(stage.app, `2001:db8:0:7::${n + 1}`).newcomer(),
    );
    expect(answers).toEqual({ 201: credit, 429: 5 });
    expect((await new Caller(stage.app, '2001:db8:0:8::1').newcomer()).status).toBe(201);
  });

  it('do not let one IPv6 customer use up everybody else: a /48 is below what all may have (RFC 6177 §2)', async () => {
    const { points, credit } = CEILINGS['site-new-clients'];
    expect(points).toBeLessThan(CEILINGS['all-new-clients'].points);
    await stage.useElsewhere('site-new-clients', '2001:db8:48::/48', points);
    const answers = await tally(credit + 5, (n) =>
      new Caller(stage.app, `2001:db8:48:${n.toString(16)}::1`).newcomer(),
    );
    expect(answers).toEqual({ 201: credit, 429: 5 });
    expect((await new Caller(stage.app, '2001:db8:49::1').newcomer()).status).toBe(201);
    expect((await new Caller(stage.app, '192.0.2.48').newcomer()).status).toBe(201);
  });

  it('count whoever a proxy names with a port', async () => {
    await stage.useElsewhere('new-clients', '203.0.113.9', points);
    const answers = await tally(credit + 5, (n) =>
      new Caller(stage.app, `203.0.113.9:${50_000 + n}`).newcomer(),
    );
    expect(answers).toEqual({ 201: credit, 429: 5 });
  });
});

it('registrations from everywhere together have a ceiling too', async () => {
  const flooded = await openLimitStage();
  await flooded.useElsewhere('all-new-clients', 'all', CEILINGS['all-new-clients'].points);
  const { credit } = CEILINGS['all-new-clients'];
  const from = (n: number) => new Caller(flooded.app, `198.51.100.${n % 250}`);
  expect(await tally(credit + 10, (n) => from(n).newcomer())).toEqual({ 201: credit, 429: 10 });
  await flooded.close();
});

it('X-Forwarded-For of whoever is no trusted proxy changes nothing', async () => {
  const open = await openLimitStage({ TRUST_PROXY: undefined });
  await open.useElsewhere('new-clients', '127.0.0.1', points);
  const answers = await tally(credit + 5, (n) => new Caller(open.app, `203.0.113.${n}`).newcomer());
  expect(answers).toEqual({ 201: credit, 429: 5 });
  await open.close();
});

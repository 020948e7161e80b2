import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { type Answer, basic, bearer, TestClient, type TestRegistration } from '../support/test-client.js';

const WIDE = 50;
const ROUNDS = 20;
const DEAD = { active: false };

interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
}

let app: TestApp;
let client: TestClient;
let registration: TestRegistration;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
  registration = await client.register();
});
afterAll(() => app.close());
afterEach(() => expect(app.logs.filter((line) => /"level":[56]0/.test(line))).toEqual([]));

/** Runs a race again and again, each time with a user of its own. */
async function rounds(race: (sub: string) => Promise<void>, times = ROUNDS): Promise<void> {
  for (let round = 0; round < times; round++) await race(`${expect.getState().currentTestName}-${round}`);
}

/** Starts `wide` requests at once: `special` ones at places that chance decides, the rest `common`. */
async function race(
  common: () => Promise<Answer>,
  special: readonly (() => Promise<Answer>)[] = [],
  wide = WIDE,
): Promise<{ common: Answer[]; special: Answer[] }> {
  const starts = Array.from({ length: wide - special.length }, () => common);
  for (const start of special) starts.splice(Math.floor(Math.random() * (starts.length + 1)), 0, start);
  const answers = await Promise.all(
    starts.map(async (start) => ({ isSpecial: special.includes(start), answer: await start() })),
  );
  const of = (kind: boolean) =>
    answers.flatMap(({ isSpecial, answer }) => (isSpecial === kind ? [answer] : []));
  return { common: of(false), special: of(true) };
}

/** How many answers had each status. */
function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The distinct pairs of all answers that were 200; every other one must be `invalid_grant`. */
function pairsOf(answers: readonly Answer[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { status, body, text } of answers) {
    if (status === 200) pairs.set(body.access_token + body.refresh_token, body as unknown as Pair);
    else expect([status, body.error, text]).toEqual([400, 'invalid_grant', text]);
  }
  return [...pairs.values()];
}

async function expectDead(...pairs: readonly Pair[]): Promise<void> {
  const probes = pairs.map(async ({ access_token, refresh_token }) => {
    expect((await client.introspect(access_token)).body).toEqual(DEAD);
    expect((await client.me(access_token)).status).toBe(401);
    expect((await client.refresh(registration, refresh_token)).body.error).toBe('invalid_grant');
  });
  await Promise.all(probes);
}

async function expectAlive({ access_token, refresh_token }: Pair): Promise<Pair> {
  expect((await client.me(access_token)).status).toBe(200);
  const { status, body } = await client.refresh(registration, refresh_token);
  expect(status).toBe(200);
  return body as unknown as Pair;
}

/** How many grants and access tokens were ever stored for a user, whatever the answers said. */
async function stored(sub: string): Promise<{ grants: number; access: number }> {
  const { rows } = await app.database.query(
    `SELECT count(DISTINCT g.id)::int AS grants, count(DISTINCT a.hash)::int AS access
     FROM grants g LEFT JOIN access_tokens a ON a.grant_id = g.id
     WHERE g.user_id = $1`,
    [sub],
  );
  return rows[0];
}

/** A disconnection that is ready to be sent, so that it takes part in the race from its start. */
async function disconnecter(sub: string): Promise<() => Promise<Answer>> {
  const headers = bearer(await client.jwt(sub));
  const path = `/public/v1/oauth/apps/${registration.client_id}/`;
  return () => client.request(path, { method: 'DELETE', headers });
}

/** Nothing of an app works once a disconnection has returned, whatever was on its way meanwhile. */
async function expectDisconnected(sub: string, seen: readonly Pair[]): Promise<void> {
  await expectDead(...seen);
  expect((await client.apps(sub)).body).toEqual([]);
  expect((await client.disconnect(registration.client_id, sub)).status).toBe(404);
}

describe('redemption', () => {
  // Late racers see what the first one did anyway; only a few at once, all of the same moment, tell a careful
  // statement from one that looks before it waits.
  it.each([
    [WIDE, ROUNDS],
    [3, 3 * ROUNDS],
  ])(
    '[B35] RFC 6749 §4.1.2: of %d redemptions of one code one succeeds, and its tokens are dead',
    async (wide, times) => {
      await rounds(async (sub) => {
        const code = await client.code(registration, {}, { sub });
        const { common } = await race(() => client.exchange(registration, code), [], wide);
        expect(statuses(common)).toEqual({ 200: 1, 400: wide - 1 });
        await expectDead(...pairsOf(common));
        expect(await stored(sub)).toEqual({ grants: 1, access: 1 });
      }, times);
    },
  );

  it('[B35] OAuth 2.1 §4.1.3: guesses beside it neither win, nor consume, nor revoke', async () => {
    await rounds(async (sub) => {
      const code = await client.code(registration, {}, { sub });
      const guess = () => client.exchange(registration, code, { code_verifier: 'x'.repeat(43) });
      const { common, special } = await race(guess, [() => client.exchange(registration, code)]);
      expect(statuses(common)).toEqual({ 400: WIDE - 1 });
      await expectAlive(pairsOf(special)[0]!);
    });
  });

  // Every code is a race of its own against the disconnection.
  it('[B35, B45] RFC 7009 §2: no redemption outlives a disconnection', async () => {
    await rounds(async (sub) => {
      const device = await client.tokens(registration, {}, { sub });
      const codes = await Promise.all(
        Array.from({ length: WIDE - 1 }, () => client.code(registration, {}, { sub })),
      );
      const answered: Pair[] = [device];
      const redeem = async (code: string) => {
        const answer = await client.exchange(registration, code);
        if (answer.status === 200) answered.push(answer.body as unknown as Pair);
        return answer;
      };
      const disconnect = await disconnecter(sub);
      const disconnectAndLook = async () => {
        const answer = await disconnect();
        for (const { access_token } of answered) expect((await client.me(access_token)).status).toBe(401);
        return answer;
      };
      let next = 0;
      const { common, special } = await race(() => redeem(codes[next++]!), [disconnectAndLook]);
      expect(statuses(special)).toEqual({ 204: 1 });
      await expectDisconnected(sub, [device, ...pairsOf(common)]);
      const late = await Promise.all(codes.map((code) => client.exchange(registration, code)));
      expect(statuses(late)).toEqual({ 400: codes.length });
    }, ROUNDS / 2);
  });
});

describe('refresh', () => {
  it('[B37] RFC 9700 §4.14.2: all refreshes of one token get the same answer, and the lineage stays one', async () => {
    await rounds(async (sub) => {
      const first = await client.tokens(registration, {}, { sub });
      const { common } = await race(() => client.refresh(registration, first.refresh_token));
      expect(statuses(common)).toEqual({ 200: WIDE });
      const [second, ...more] = pairsOf(common) as [Pair];
      expect(more).toEqual([]);
      for (const { body } of common) {
        expect(body).toEqual({ ...second, expires_in: expect.any(Number) });
        expect(body.expires_in).toBeLessThanOrEqual(3600);
        expect(body.expires_in).toBeGreaterThan(3590);
      }
      expect(await stored(sub)).toEqual({ grants: 1, access: 2 });
      const third = await expectAlive(second);
      await expectAlive(third);
      expect((await client.me(first.access_token)).status).toBe(200);
    });
  });

  it('[B37] RFC 9700 §4.14.2: two generations at once stay one lineage', async () => {
    await rounds(async (sub) => {
      const first = await client.tokens(registration, {}, { sub });
      const { body: second } = await client.refresh(registration, first.refresh_token);
      const later = Array.from(
        { length: WIDE / 2 },
        () => () => client.refresh(registration, second.refresh_token),
      );
      const { common, special } = await race(() => client.refresh(registration, first.refresh_token), later);
      expect(statuses([...common, ...special])).toEqual({ 200: WIDE });
      expect(pairsOf(common)).toEqual([expect.objectContaining({ refresh_token: second.refresh_token })]);
      expect(pairsOf(special)).toHaveLength(1);
      expect(await stored(sub)).toEqual({ grants: 1, access: 3 });
      await expectAlive(pairsOf(special)[0]!);
    });
  });

  it.each(['the token itself', 'its successor'])(
    '[B37, B43] RFC 7009 §2.1: no refresh outlives the revocation of %s',
    async (which) => {
      await rounds(async (sub) => {
        const first = await client.tokens(registration, {}, { sub });
        const device = await client.tokens(registration, {}, { sub });
        const next = await client.refresh(registration, first.refresh_token);
        const second = next.body as unknown as Pair;
        const { refresh_token } = which === 'its successor' ? first : second;
        const { common, special } = await race(
          () => client.refresh(registration, refresh_token),
          [() => client.revoke(registration, second.refresh_token)],
        );
        expect(statuses(special)).toEqual({ 200: 1 });
        await expectDead(first, second, ...pairsOf(common));
        await expectAlive(device);
      });
    },
  );

  it('[B37, B45] RFC 7009 §2: no refresh outlives a disconnection', async () => {
    await rounds(async (sub) => {
      const devices = [
        await client.tokens(registration, {}, { sub }),
        await client.tokens(registration, {}, { sub }),
        await client.tokens(registration, {}, { sub }),
      ];
      let turn = 0;
      const { common, special } = await race(
        () => client.refresh(registration, devices[turn++ % devices.length]!.refresh_token),
        [await disconnecter(sub)],
      );
      expect(statuses(special)).toEqual({ 204: 1 });
      const seen = pairsOf(common);
      expect(seen.length).toBeLessThanOrEqual(devices.length);
      await expectDisconnected(sub, [...devices, ...seen]);
    });
  });
});

describe('decisions', () => {
  const codesOf = (answers: readonly Answer[]) =>
    answers.flatMap(({ status, body }) =>
      status === 200 ? [new URL(body.redirect_to).searchParams.get('code')] : [],
    );

  it('[B24] RFC 6749 §4.1.2: of all approvals of one request one makes a grant and a code', async () => {
    await rounds(async (sub) => {
      const request = await client.startConsent(registration);
      const { common } = await race(() => client.decide('approve', request, { sub }));
      expect(statuses(common)).toEqual({ 200: 1, 409: WIDE - 1 });
      expect(await stored(sub)).toMatchObject({ grants: 1 });
      const [code] = codesOf(common);
      expect((await client.exchange(registration, code!)).status).toBe(200);
    });
  });

  it('[B24] RFC 6749 §10.12: two users and a refusal at once still decide it once', async () => {
    await rounds(async (sub) => {
      const request = await client.startConsent(registration);
      const other = () => client.decide('approve', request, { sub: `${sub}-other` });
      const { common, special } = await race(
        () => client.decide('approve', request, { sub }),
        [other, () => client.decide('deny', request, { sub }), other, other],
      );
      const answers = [...common, ...special];
      const { 200: won, 409: late = 0, 404: hidden = 0, ...rest } = statuses(answers);
      expect([won, late + hidden, rest]).toEqual([1, WIDE - 1, {}]);
      const grants = (await stored(sub)).grants + (await stored(`${sub}-other`)).grants;
      expect(grants).toBe(codesOf(answers).filter(Boolean).length);
    });
  });

  it('[B45] RFC 7009 §2: disconnections of many devices never wait for each other in a circle', async () => {
    await rounds(async (sub) => {
      const devices: Pair[] = [];
      for (let device = 0; device < 4; device++) devices.push(await client.tokens(registration, {}, { sub }));
      // Rows that moved lie in the table in another order than their ids.
      for (const { refresh_token } of devices.toReversed()) await client.refresh(registration, refresh_token);
      const removeUser = () =>
        client.postJson('/v1/subjects/revoke', { user_id: sub }, basic('all-seeing', 'all-seeing-secret'));
      const { common, special } = await race(await disconnecter(sub), [removeUser, removeUser, removeUser]);
      expect(statuses(special)).toEqual({ 204: 3 });
      const { 204: won = 0, 404: late = 0, ...rest } = statuses(common);
      expect([won + late, rest]).toEqual([WIDE - 3, {}]);
      expect(won).toBeLessThanOrEqual(1);
      await expectDisconnected(sub, devices);
    });
  });
});

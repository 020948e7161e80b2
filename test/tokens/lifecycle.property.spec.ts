import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { age } from '../support/age.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import {
  type Answer,
  basic,
  type Fields,
  TestClient,
  type TestRegistration,
} from '../support/test-client.js';
import { ACCESS_TTL, type Expected, GRACE, LifecycleModel, type ModelGrant } from './lifecycle-model.js';

const SCOPES = 'profile:read apps:read';

/** One app and user of its own for each run, and a neighbour whom nothing may touch. */
interface World {
  readonly registration: TestRegistration;
  readonly headers: ReturnType<typeof basic>;
  readonly sub: string;
  readonly other: TestRegistration;
  readonly neighbours: readonly string[];
}

type Command = fc.AsyncCommand<LifecycleModel, World>;

let app: TestApp;
let client: TestClient;
let world = 0;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
});
afterAll(() => app.close());

async function newWorld(): Promise<World> {
  const sub = `user-${++world}`;
  const registration = await client.register({ token_endpoint_auth_method: 'client_secret_post' });
  const other = await client.register();
  const { access_token: otherApp } = await client.tokens(other, {}, { sub });
  const elsewhere = await client.tokens(registration, {}, { sub: `${sub}-other` });
  const headers = basic(registration.client_id, registration.client_secret!);
  // The neighbour's other user ages with the app, so only the grant is watched: its refresh token.
  return { registration, headers, sub, other, neighbours: [otherApp, elsewhere.refresh_token] };
}

/** The server and the model agree about every token that was ever seen. */
async function expectAgreement(model: LifecycleModel, { headers, sub, registration, neighbours }: World) {
  const [otherApp, elsewhere] = neighbours;
  const access = model.access.map(async (token) => {
    const { body } = await client.introspect(token.token, headers);
    const [active, scope] = model.isAccessAlive(token) ? [true, token.scopes] : [false, undefined];
    expect({ token, active: body.active, scope: body.scope }).toEqual({ token, active, scope });
  });
  const refresh = model.refresh.map(async (token) => {
    const { body } = await client.introspect(token.token, headers);
    expect({ token: token.token, active: body.active }).toEqual({
      token: token.token,
      active: model.isRefreshAlive(token),
    });
  });
  await Promise.all([...access, ...refresh]);
  const listed = (await client.apps(sub)).body.find(({ id }) => id === registration.client_id);
  expect(listed?.grants ?? 0).toBe(model.devices());
  expect((await client.introspect(otherApp!)).body.active).toBe(true);
  expect((await client.introspect(elsewhere!, headers)).body.active).toBe(true);
}

const command = (
  name: string,
  check: (model: LifecycleModel) => boolean,
  run: (model: LifecycleModel, real: World) => Promise<void>,
): Command => ({
  check: (model) => check(model),
  async run(model, real) {
    await run(model, real);
    await expectAgreement(model, real);
  },
  toString: () => name,
});

/** What lives comes first, the latest before all, so that small numbers hit what matters. */
function pick<Item extends { readonly grant: ModelGrant }>(items: readonly Item[], which: number): Item {
  const latestFirst = items.toReversed().toSorted((a, b) => Number(b.grant.alive) - Number(a.grant.alive));
  return latestFirst[which % latestFirst.length]!;
}
const hasCodes = (model: LifecycleModel) => model.codes.length > 0;
const hasTokens = (model: LifecycleModel) => model.refresh.length > 0;

/** Compares an answer of the token endpoint with what the model said; true where the pair is new. */
function isNew({ status, body }: Answer, expected: Expected): boolean {
  if (expected === 'refused') {
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  } else if (expected === 'new pair') {
    expect([status, body.expires_in]).toEqual([200, ACCESS_TTL]);
    return true;
  } else {
    const { access, refresh } = expected;
    const pair = { access_token: access.token, refresh_token: refresh.token, scope: access.scopes };
    expect([status, body]).toEqual([200, { ...pair, token_type: 'Bearer', expires_in: expect.any(Number) }]);
  }
  return false;
}

const signIn = () =>
  command(
    'signIn',
    () => true,
    async (model, { registration, sub }) => {
      model.approve(await client.code(registration, { scope: SCOPES }, { sub }), SCOPES);
      const code = model.codes.at(-1)!;
      const answer = await client.exchange(registration, code.code);
      if (isNew(answer, model.redeem(code))) model.learn(answer.body as never, code);
    },
  );

const approve = (scopes: string) =>
  command(
    `approve(${scopes})`,
    () => true,
    async (model, { registration, sub }) => {
      const body = { scopes: scopes.split(' ') };
      model.approve(await client.code(registration, { scope: SCOPES }, { sub, body }), scopes);
    },
  );

const redeem = (which: number) =>
  command(`redeem(${which})`, hasCodes, async (model, { registration }) => {
    const code = pick(model.codes, which);
    const answer = await client.exchange(registration, code.code);
    if (isNew(answer, model.redeem(code))) model.learn(answer.body as never, code);
  });

const redeemWrongly = (which: number, fields: Fields | 'other client') =>
  command(
    `redeemWrongly(${which}, ${JSON.stringify(fields)})`,
    hasCodes,
    async (model, { registration, other }) => {
      const { code } = pick(model.codes, which);
      const [who, how] = fields === 'other client' ? [other, {}] : [registration, fields];
      expect((await client.exchange(who, code, how)).status).toBeGreaterThanOrEqual(400);
    },
  );

const refresh = (which: number, scope: string | undefined) =>
  command(`refresh(${which}, ${scope})`, hasTokens, async (model, { registration }) => {
    const token = pick(model.refresh, which);
    const answer = await client.refresh(registration, token.token, { scope });
    if (!isNew(answer, model.useRefresh(token))) return;
    expect(answer.body.scope).toBe(scope ?? token.grant.scopes);
    model.learn(answer.body as never, token, token);
  });

/** What a client of any kind must not get away with, and what must not harm the token. */
const refreshWrongly = (which: number, fields: Fields | 'other client') =>
  command(
    `refreshWrongly(${which}, ${JSON.stringify(fields)})`,
    hasTokens,
    async (model, { registration, other }) => {
      const { token } = pick(model.refresh, which);
      const [who, how] = fields === 'other client' ? [other, {}] : [registration, fields];
      expect((await client.refresh(who, token, how)).status).toBeGreaterThanOrEqual(400);
    },
  );

const revokeAccess = (which: number) =>
  command(`revokeAccess(${which})`, hasTokens, async (model, { registration }) => {
    const token = pick(model.access, which);
    expect((await client.revoke(registration, token.token)).status).toBe(200);
    token.revoked = true;
  });

const revokeRefresh = (which: number) =>
  command(`revokeRefresh(${which})`, hasTokens, async (model, { registration }) => {
    const token = pick(model.refresh, which);
    expect((await client.revoke(registration, token.token)).status).toBe(200);
    model.revokeRefresh(token);
  });

const revokeForeign = (which: number) =>
  command(`revokeForeign(${which})`, hasTokens, async (model, { other }) => {
    for (const { token } of [pick(model.refresh, which), pick(model.access, which)]) {
      expect((await client.revoke(other, token)).status).toBe(200);
    }
  });

const disconnect = () =>
  command(
    'disconnect',
    () => true,
    async (model, { registration, sub }) => {
      const { status } = await client.disconnect(registration.client_id, sub);
      // With nothing but a code on its way, either answer is fine.
      if (model.devices() > 0) expect(status).toBe(204);
      else if (model.grants.every(({ alive }) => !alive)) expect(status).toBe(404);
      model.disconnect();
      const late = [
        ...model.codes.map(({ code }) => client.exchange(registration, code)),
        ...model.refresh.map(({ token }) => client.refresh(registration, token)),
      ];
      for (const answer of await Promise.all(late)) isNew(answer, 'refused');
    },
  );

/** Time goes by before a command. */
const later = (seconds: number, then: Command): Command => ({
  check: (model) => then.check(model),
  async run(model, real) {
    await age(app.database, real.registration.client_id, seconds);
    model.now += seconds;
    await then.run(model, real);
  },
  toString: () => `${seconds} s later: ${then.toString()}`,
});

/** Half a grace, so that a retry falls well within it or well outside, however slow the machine. */
const SOON = GRACE / 2;
const LATE = GRACE + 1;
const WRONG_CODE: (Fields | 'other client')[] = [
  { code_verifier: 'x'.repeat(43) },
  { redirect_uri: 'http://127.0.0.1:1/callback' },
  { client_secret: 'x' },
  'other client',
];
const WRONG_REFRESH: (Fields | 'other client')[] = [
  { scope: `${SCOPES} apps:write` },
  { resource: 'https://mcp.example.com/mcp' },
  { client_secret: undefined },
  'other client',
];
const which = fc.nat(3);
const inTime = (command: fc.Arbitrary<Command>) =>
  fc
    .tuple(fc.constantFrom(0, 0, SOON, SOON, LATE), command)
    .map(([seconds, then]) => (seconds > 0 ? later(seconds, then) : then));
/** By the weight that each has among all. */
const COMMANDS: [number, fc.Arbitrary<Command>][] = [
  [3, fc.constant(signIn())],
  [1, fc.constantFrom(SCOPES, 'profile:read').map(approve)],
  [1, inTime(which.map(redeem))],
  [1, fc.tuple(which, fc.constantFrom(...WRONG_CODE)).map(([code, how]) => redeemWrongly(code, how))],
  [4, fc.constantFrom(undefined, undefined, 'profile:read').map((scope) => refresh(0, scope))],
  [8, inTime(which.map((token) => refresh(token, undefined)))],
  [1, fc.tuple(which, fc.constantFrom(...WRONG_REFRESH)).map(([token, how]) => refreshWrongly(token, how))],
  [1, which.map(revokeAccess)],
  [2, inTime(which.map(revokeRefresh))],
  [1, which.map(revokeForeign)],
  [1, fc.constant(disconnect())],
  [1, fc.constant(later(ACCESS_TTL + 1, signIn()))],
];

it('[B34, B37, B38, B39, B43, B45] RFC 9700 §4.14: whatever happens in whatever order, the contract holds', async () => {
  const commands = fc.commands(
    COMMANDS.flatMap(([weight, arbitrary]) => Array.from({ length: weight }, () => arbitrary)),
    { maxCommands: 50, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(fc.noBias(commands), async (steps) => {
      const [model, real] = [new LifecycleModel(), await newWorld()];
      await fc.asyncModelRun(() => ({ model, real }), steps);
      for (const token of model.access) {
        expect((await client.me(token.token)).status).toBe(model.isAccessAlive(token) ? 200 : 401);
      }
    }),
    { numRuns: 25, interruptAfterTimeLimit: 60_000 },
  );
}, 120_000);

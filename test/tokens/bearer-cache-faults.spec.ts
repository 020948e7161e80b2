import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestRegistration } from '../support/test-client.js';
import {
  CHANNEL,
  closeReplica,
  costOf,
  eventually,
  type Replica,
  type Replicas,
  startReplica,
  startReplicas,
  timeToRefusal,
  untilCached,
} from './replicas.js';

const NOT_HEARD = /Revocations are not heard/;
const HEARD_AGAIN = /Revocations are heard again/;

let replicas: Replicas;
let registration: TestRegistration;
beforeAll(async () => {
  replicas = await startReplicas();
  registration = await replicas.here.client.register();
});
afterAll(() => replicas.close());

let users = 0;
let bystander: string;
let doomed: string;
beforeEach(async () => {
  const tokens = async () => {
    const decision = { sub: `user-${++users}` };
    return (await replicas.here.client.tokens(registration, {}, decision)).access_token;
  };
  [bystander, doomed] = [await tokens(), await tokens()];
  await untilCached(replicas.there, bystander, doomed);
});

/** How often a replica has said something. */
const said = ({ server }: Replica, what: RegExp) => server.logs.filter((line) => what.test(line)).length;

/** Revokes on the one replica and expects that the other refuses within the second that the contract gives. */
async function expectRefusedInTime(): Promise<void> {
  expect((await replicas.here.client.revoke(registration, doomed)).status).toBe(200);
  expect(await timeToRefusal(replicas.there, doomed)).toBeLessThan(1000);
}

describe('a notification channel that', () => {
  it.each(['everything', 'answers'] as const)(
    '[B45] is a black hole for %s outlives no revocation, is told of once, and is used again when it is back',
    async (what) => {
      const { there } = replicas;
      const before = [said(there, NOT_HEARD), said(there, HEARD_AGAIN)] as const;
      const made = there.proxy.made(CHANNEL);
      there.proxy.hold(CHANNEL, what);
      await expectRefusedInTime();
      for (let call = 0; call < 3; call++) expect(await costOf(there, bystander)).toBe(1);
      await eventually(() => said(there, NOT_HEARD) > before[0]);
      // Attempts to connect again go unheard too.
      await eventually(() => there.proxy.made(CHANNEL) > made + 1);
      expect(await costOf(there, bystander)).toBe(1);
      there.proxy.hold(CHANNEL, undefined);
      await untilCached(there, bystander);
      expect([said(there, NOT_HEARD), said(there, HEARD_AGAIN)]).toEqual([before[0] + 1, before[1] + 1]);
      expect((await there.client.me(doomed)).status).toBe(401);
    },
  );

  it('is cut by the database is made again, and nothing revoked meanwhile is alive', async () => {
    const { there } = replicas;
    const before = said(there, NOT_HEARD);
    there.proxy.hold(CHANNEL, 'everything');
    const { rows } = await replicas.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = $1`,
      [CHANNEL],
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
    await expectRefusedInTime();
    there.proxy.hold(CHANNEL, undefined);
    await untilCached(there, bystander);
    expect((await there.client.me(doomed)).status).toBe(401);
    expect(said(there, NOT_HEARD)).toBe(before + 1);
  });

  it('stands still for a moment only goes on where it was', async () => {
    const { there } = replicas;
    const before = said(there, NOT_HEARD);
    there.proxy.hold(CHANNEL, 'everything');
    await expectRefusedInTime();
    there.proxy.hold(CHANNEL, undefined);
    await untilCached(there, bystander);
    expect(said(there, NOT_HEARD)).toBe(before);
  });

  it('leads through a pooler that lends one session to many is never believed', async () => {
    const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
    // As PgBouncer does, it answers with a process of its own invention (BackendKeyData, PostgreSQL's protocol 3.0).
    const inventProcess = (chunk: Buffer) => {
      const at = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (at >= 0) chunk.writeInt32BE(7, at + 5);
    };
    const pooled = await startReplica(
      replicas.database,
      { ENCRYPTION_KEYS, RATE_LIMITS: 'off' },
      inventProcess,
    );
    try {
      await eventually(() => said(pooled, NOT_HEARD) === 1);
      expect(pooled.server.logs.join('\n')).toMatch(/Is there a pooler/);
      for (let call = 0; call < 3; call++) expect(await costOf(pooled, bystander)).toBe(1);
    } finally {
      await closeReplica(pooled);
    }
    expect(said(pooled, NOT_HEARD)).toBe(1);
  });
});

describe('a token', () => {
  it.each([0, 60, -60])(
    'expires in memory when the database says so, on a replica whose clock is %d s off',
    async (skew) => {
      const clock = new URL('../support/skewed-clock.mjs', import.meta.url).href;
      const wrong = { NODE_OPTIONS: `--import ${clock}`, CLOCK_SKEW: String(skew) };
      const { here, there, database, close } = await startReplicas({ ACCESS_TOKEN_TTL: '4' }, wrong);
      try {
        const client = await here.client.register();
        const { access_token } = await here.client.tokens(client);
        await eventually(async () => {
          await there.client.me(access_token);
          return (await costOf(there, access_token)) === 0;
        });
        const isOver = async (): Promise<boolean> =>
          (await database.pool.query('SELECT expires_at <= now() AS over FROM access_tokens')).rows[0].over;
        await eventually(async () => {
          const before = await isOver();
          const { status } = await there.client.me(access_token);
          const after = await isOver();
          // In between, it may be either.
          if (before === after) expect(status).toBe(before ? 401 : 200);
          return before;
        });
      } finally {
        await close();
      }
    },
  );
});

describe('shutting down', () => {
  it.each([undefined, 'everything'] as const)(
    'is not kept waiting by a channel that holds %s',
    async (what) => {
      const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
      const leaving = await startReplica(replicas.database, { ENCRYPTION_KEYS, RATE_LIMITS: 'off' });
      await untilCached(leaving, bystander);
      leaving.proxy.hold(CHANNEL, what);
      expect(await leaving.server.stop()).toBe(0);
      expect(said(leaving, NOT_HEARD)).toBe(0);
      expect(leaving.server.logs.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
      await leaving.proxy.close();
    },
  );
});

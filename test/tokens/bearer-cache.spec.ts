import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { type Answer, basic, bearer, type TestRegistration } from '../support/test-client.js';
import {
  CHANNEL,
  costOf,
  eventually,
  type Replicas,
  startReplicas,
  timeToRefusal,
  untilCached,
} from './replicas.js';

interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Everything that a path of revocation may need. */
interface Doomed extends Pair {
  readonly code: string;
  readonly sub: string;
}

let replicas: Replicas;
let registration: TestRegistration;
let bystander: Pair;
beforeAll(async () => {
  replicas = await startReplicas();
  const { here, there } = replicas;
  registration = await here.client.register();
  bystander = await here.client.tokens(registration, {}, { sub: 'bystander' });
  for (const replica of [here, there]) await untilCached(replica, bystander.access_token);
});
afterAll(() => replicas.close());

let users = 0;
let doomed: Doomed;
beforeEach(async () => {
  const { client } = replicas.here;
  const sub = `user-${++users}`;
  const code = await client.code(registration, { scope: 'profile:read apps:write' }, { sub });
  const { body } = await client.exchange(registration, code);
  doomed = { ...(body as unknown as Pair), code, sub };
});

const sql = (text: string, values: unknown[] = []) => replicas.database.pool.query(text, values);

describe('a bearer check', () => {
  it('[B45] costs one statement on each replica, and then none', async () => {
    for (const replica of [replicas.here, replicas.there]) {
      expect(await costOf(replica, doomed.access_token)).toBe(1);
      await untilCached(replica, doomed.access_token);
    }
  });

  it('says the same from memory', async () => {
    const { client, proxy } = replicas.there;
    const { body } = await client.me(doomed.access_token);
    await eventually(async () => {
      proxy.take();
      expect((await client.me(doomed.access_token)).body).toEqual(body);
      return proxy.take().length === 0;
    });
  });

  it('asks the database about every token that is not alive', async () => {
    for (let time = 0; time < 2; time++) {
      expect(await costOf(replicas.here, 'sd_at_unknown', 401)).toBe(1);
    }
  });
});

describe('a revocation', () => {
  const subjects = (body: Record<string, string>) =>
    replicas.here.client.postJson('/v1/subjects/revoke', body, basic('all-seeing', 'all-seeing-secret'));
  /** Each by the replica `here`, with the status of its answer. */
  const paths: readonly [string, number, (doomed: Doomed) => Promise<Answer>][] = [
    ['RFC 7009, of the access token', 200, (of) => revoke(of.access_token)],
    ['RFC 7009, of the refresh token', 200, (of) => revoke(of.refresh_token)],
    ['DELETE by the user', 204, (of) => replicas.here.client.disconnect(registration.client_id, of.sub)],
    ['DELETE by the app', 204, (of) => disconnectItself(of.access_token)],
    ['subjects/revoke of the user', 204, (of) => subjects({ user_id: of.sub })],
    ['subjects/revoke of the workspace', 204, (of) => subjects({ workspace_id: `user:${of.sub}` })],
    ['subjects/revoke of both', 204, (of) => subjects({ user_id: of.sub, workspace_id: `user:${of.sub}` })],
    ['code replay', 400, (of) => replicas.here.client.exchange(registration, of.code)],
    ['refresh token reuse', 400, reuse],
  ];
  const revoke = (token: string) => replicas.here.client.revoke(registration, token);
  const disconnectItself = (token: string) =>
    replicas.here.client.request(`/public/v1/oauth/apps/${registration.client_id}/`, {
      method: 'DELETE',
      headers: bearer(token),
    });
  async function reuse({ refresh_token }: Pair): Promise<Answer> {
    await replicas.here.client.refresh(registration, refresh_token);
    await age(replicas.database.pool, registration.client_id, 61);
    return replicas.here.client.refresh(registration, refresh_token);
  }

  it.each(paths)(
    '[B45] RFC 7009 §2.2: %s is immediate here and within 1 s elsewhere, and spares all others',
    async (_, status, path) => {
      const { here, there } = replicas;
      await untilCached(here, doomed.access_token, bystander.access_token);
      await untilCached(there, doomed.access_token, bystander.access_token);
      // What is immediate must not owe it to a notice that was quick.
      here.proxy.hold(CHANNEL, 'everything');
      expect((await path(doomed)).status).toBe(status);
      expect((await here.client.me(doomed.access_token)).status).toBe(401);
      expect(await timeToRefusal(there, doomed.access_token)).toBeLessThan(1000);
      here.proxy.hold(CHANNEL, undefined);
      for (const replica of [here, there]) await untilCached(replica, bystander.access_token);
    },
  );

  const GRANT = `(SELECT id FROM grants WHERE user_id = $1)`;
  it.each([
    ['UPDATE', `UPDATE grants SET revoked_at = now() WHERE user_id = $1`],
    ['DELETE of the grant', `DELETE FROM grants WHERE user_id = $1`],
    ['DELETE of the token', `DELETE FROM access_tokens WHERE grant_id = ${GRANT}`],
  ])('by hand with %s is heard by every replica within 1 s', async (_, statement) => {
    const { here, there } = replicas;
    for (const replica of [here, there]) await untilCached(replica, doomed.access_token);
    await sql(statement, [doomed.sub]);
    const times = [here, there].map((replica) => timeToRefusal(replica, doomed.access_token));
    expect(Math.max(...(await Promise.all(times)))).toBeLessThan(1000);
  });

  it('is not undone by a read that began before it', async () => {
    const { here, there } = replicas;
    const { rows } = await sql('SELECT clock_timestamp() AS start');
    there.proxy.hold('swingdoor', 'answers');
    const answer = there.client.me(doomed.access_token);
    await eventually(async () => {
      const done = await sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'
           AND state_change > $1 AND query LIKE '%FROM access_tokens a JOIN grants g%'`,
        [rows[0].start],
      );
      return done.rows.length === 1;
    });
    const heard = there.proxy.passed(CHANNEL, 'swingdoor_revocations');
    await here.client.revoke(registration, doomed.refresh_token);
    await heard;
    there.proxy.hold('swingdoor', undefined);
    expect((await answer).status).toBe(200);
    expect((await there.client.me(doomed.access_token)).status).toBe(401);
  });

  it('[B45] holds for 50 racers at the moment it is answered, 20 times', async () => {
    const { client, proxy } = replicas.here;
    for (let round = 0; round < 20; round++) {
      const sub = `racer-${round}`;
      const devices: Pair[] = [];
      for (let device = 0; device < 4; device++) devices.push(await client.tokens(registration, {}, { sub }));
      if (round % 2) for (const { access_token } of devices) await client.me(access_token);
      let answered = Infinity;
      const racer = async (token: string): Promise<number> => {
        for (;;) {
          const began = performance.now();
          if ((await client.me(token)).status !== 200) return 0;
          if (began > answered) return 1;
        }
      };
      const racers = Array.from({ length: 50 }, (_, n) => racer(devices[n % devices.length]!.access_token));
      proxy.hold(CHANNEL, 'everything');
      expect((await client.disconnect(registration.client_id, sub)).status).toBe(204);
      answered = performance.now();
      const late = await Promise.all(racers);
      proxy.hold(CHANNEL, undefined);
      expect(late.filter(Boolean)).toEqual([]);
    }
  }, 60_000);
});

describe('notices', () => {
  /** What is notified while something happens and until a revocation that follows it has come, itself left out. */
  async function noticesOf(happens: () => Promise<unknown>): Promise<string[]> {
    const { here, database } = replicas;
    const last = await here.client.tokens(registration, {}, { sub: 'last' });
    const listener = await database.pool.connect();
    try {
      const heard: string[] = [];
      listener.on('notification', ({ payload }) => heard.push(payload!));
      await listener.query('LISTEN swingdoor_revocations');
      await happens();
      const before = await sql(
        `SELECT (id & 4095)::text AS bucket FROM grants WHERE user_id = 'last' ORDER BY created_at DESC LIMIT 1`,
      );
      await here.client.revoke(registration, last.refresh_token);
      await eventually(() => heard.at(-1) === before.rows[0].bucket);
      return heard.slice(0, -1);
    } finally {
      listener.release(true);
    }
  }

  it('are not sent by what does not revoke: sign-in, refresh, retry, expiry, reaping', async () => {
    const { client } = replicas.here;
    const heard = await noticesOf(async () => {
      const gone = await client.register();
      const { refresh_token } = await client.tokens(gone);
      await client.refresh(gone, refresh_token);
      await client.refresh(gone, refresh_token);
      await age(replicas.database.pool, gone.client_id, 10_000_000);
      await sql(`DELETE FROM access_tokens WHERE expires_at < now()`);
      await sql(`DELETE FROM grants WHERE client_id = $1`, [gone.client_id]);
    });
    expect(heard).toEqual([]);
  });

  it('of 100,000 grants that are revoked at once are 4,096, and all are refused within 1 s', async () => {
    const { here, there } = replicas;
    await untilCached(there, doomed.access_token);
    await sql(
      `INSERT INTO grants (id, client_id, user_id, workspace_id, scopes, expires_at)
       SELECT n, $1, 'user-' || n, $2, '{profile:read}', now() + interval '1 day' FROM generate_series(1, 100000) n`,
      [registration.client_id, `user:${doomed.sub}`],
    );
    const heard = await noticesOf(async () => {
      const headers = basic('all-seeing', 'all-seeing-secret');
      const body = { workspace_id: `user:${doomed.sub}` };
      const { status } = await here.client.postJson('/v1/subjects/revoke', body, headers);
      expect(status).toBe(204);
      expect(await timeToRefusal(there, doomed.access_token)).toBeLessThan(1000);
    });
    expect([heard.length, new Set(heard).size]).toEqual([4096, 4096]);
  });
});

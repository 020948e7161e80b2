import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { startServer, type Env, type TestServer } from '../support/test-app.js';
import { Owner } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

/** `STRESS_SECONDS=60` for the long run, which tells its figures; `STRESS_SIGNAL` for one kind of kill alone. */
const SECONDS = Number(process.env.STRESS_SECONDS ?? 15);
const CONNECTIONS = 100;
const CALLERS = 6;
const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let stage: OutStage;
let env: Env;
let servers: (TestServer | undefined)[] = [];
beforeAll(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS });
  env = {
    ENCRYPTION_KEYS,
    DATABASE_URL: stage.app.databaseUrl,
    PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
    RATE_LIMITS: 'off',
  };
  servers = await Promise.all([1, 2, 3].map(() => startServer(env)));
}, 60_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server?.stop()));
  await stage.close();
}, 60_000);

it(
  `keeps ${CONNECTIONS} rotating connections for ${SECONDS} s while jobs and requests refresh and processes are killed`,
  async () => {
    const owner = new Owner(stage);
    const ids: string[] = [];
    for (let n = 0; n < CONNECTIONS; n += 1) ids.push(await owner.connect('x', { person: `guest-${n}` }));
    const deadline = Date.now() + SECONDS * 1000;
    const running = () => Date.now() < deadline;
    const answers: Record<string, number> = {};
    const kills: string[] = [];
    const dead: string[] = [];

    /** Somebody whose tokens end all the time. */
    const age = async () => {
      while (running()) {
        await stage.app.database.query(
          `UPDATE provider_consents SET token_issued_at = clock_timestamp() - interval '7160 s',
             expires_at = clock_timestamp() + interval '40 s', next_check_at = clock_timestamp()
           WHERE id IN (SELECT id FROM provider_consents WHERE next_check_at > clock_timestamp() + interval '10 min'
                        ORDER BY random() LIMIT 30 FOR UPDATE SKIP LOCKED)`,
        );
        await stage.app.database.query(`SELECT graphile_worker.add_job('accounts.claim-due')`);
        await wait(250);
      }
    };
    const call = async () => {
      while (running()) {
        const server = servers[randomInt(3)];
        const id = ids[randomInt(CONNECTIONS)]!;
        await wait(5);
        if (!server) continue;
        const answer = await new Owner({ ...stage, app: server }, owner.org_id)
          .token(id)
          .catch(() => ({ status: 0, body: {} as Record<string, string> }));
        const what = [answer.status, answer.body.code, answer.body.detail].filter(Boolean).join(' ');
        answers[what] = (answers[what] ?? 0) + 1;
        if (answer.status === 200) {
          if (!stage.sandbox.world.live(answer.body.access_token!, 'access')) dead.push(id);
        }
      }
    };
    const kill = async () => {
      while (running()) {
        await wait(randomInt(500, 2_000));
        const victim = randomInt(3);
        const signal =
          (process.env.STRESS_SIGNAL as NodeJS.Signals) ?? (randomInt(2) ? 'SIGKILL' : 'SIGTERM');
        const server = servers[victim]!;
        servers[victim] = undefined;
        kills.push(signal);
        await server.stop(signal);
        servers[victim] = await startServer(env);
      }
    };
    await Promise.all([age(), kill(), ...Array.from({ length: CALLERS }, call)]);

    const { redemptions, replays } = stage.sandbox.world.seen();
    const counts = Object.values(redemptions);
    const figures = { answers, kills, refreshes: counts.length };
    if (process.env.STRESS_SECONDS) process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect([replays, Math.max(...counts), dead]).toEqual([0, 1, []]);
    let alive = 0;
    for (const id of ids) {
      const { status } = await owner.refresh(id);
      if (status === 200) alive += 1;
    }
    expect(alive).toBe(CONNECTIONS);
  },
  SECONDS * 1000 + 120_000,
);

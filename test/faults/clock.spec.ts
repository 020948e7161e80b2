import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { letPass, Owner } from '../out/account-calls.js';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { age } from '../support/age.js';
import { until } from '../support/run-job.js';
import { DASHBOARD_SECRET, freePort, startServer, type TestServer } from '../support/test-app.js';
import { bearer, TestClient } from '../support/test-client.js';
import { ENCRYPTION_KEYS } from './replicas.js';

const OFF = { slow: -60, fast: 60 };

let stage: OutStage;
let wrong: TestServer[];
/** Whose clock is right, 60 s slow, and 60 s fast; they share database and name. */
let right: TestClient;
let slow: TestClient;
let fast: TestClient;
beforeAll(async () => {
  const PORT = String(await freePort());
  const PUBLIC_URL = `http://127.0.0.1:${PORT}`;
  stage = await openOutStage({ ENCRYPTION_KEYS, PORT, PUBLIC_URL });
  const ports = [String(await freePort()), String(await freePort())];
  wrong = await Promise.all(
    Object.values(OFF).map((seconds, at) => {
      const clock = new URL(`shifted-clock.mjs?seconds=${seconds}`, `file://${process.cwd()}/test/faults/`);
      return startServer({
        ENCRYPTION_KEYS,
        PUBLIC_URL,
        PORT: ports[at],
        DATABASE_URL: stage.app.databaseUrl,
        PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
        RATE_LIMITS: 'off',
        NODE_OPTIONS: `--import=${clock.href}`,
      });
    }),
  );
  [slow, fast] = ports.map((port) => new TestClient({ url: `http://127.0.0.1:${port}` })) as [
    TestClient,
    TestClient,
  ];
  right = new TestClient(stage.app);
}, 120_000);
afterAll(async () => {
  await Promise.all(wrong.map((server) => server.stop()));
  await stage.close();
}, 60_000);

/** A dashboard JWT whose time ends so many seconds from now, by the right clock. */
const jwtEnding = (seconds: number) =>
  new SignJWT({ sub: 'user-1' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(DASHBOARD_SECRET));

describe('a replica whose clock is 60 s off', () => {
  it('has another time than the others', async () => {
    const stamped = ({ logs }: TestServer) => logs.find((line) => line.includes('"time"'));
    // A server that listens has not always said so yet.
    await until(async () => wrong.every((server) => stamped(server) !== undefined));
    const off = wrong.map((server) => {
      const { time } = JSON.parse(stamped(server)!) as { time: number };
      return Math.round((time - Date.now()) / 30_000) * 30;
    });
    expect(off[1]! - off[0]!).toBeGreaterThanOrEqual(OFF.fast - OFF.slow - 30);
  });

  it('takes a code that is in time, and refuses one that is not', async () => {
    const client = await fast.register();
    for (const server of [slow, fast]) {
      const code = await right.code(client);
      await age(stage.app.database, client.client_id, 55);
      expect((await server.exchange(client, code)).status).toBe(200);
      const late = await server.code(client);
      await age(stage.app.database, client.client_id, 61);
      expect((await server.exchange(client, late)).body.error).toBe('invalid_grant');
    }
  });

  it('shows a request that is in time, and not one that is not', async () => {
    for (const server of [slow, fast]) {
      const client = await server.register();
      const request = await right.startConsent(client);
      await age(stage.app.database, client.client_id, 590);
      expect((await server.show(request)).status).toBe(200);
      await age(stage.app.database, client.client_id, 11);
      expect((await server.show(request)).status).toBe(410);
    }
  });

  it('tells the life of a token as the others do, and ends it with them', async () => {
    const client = await right.register();
    for (const server of [slow, fast]) {
      const issued = await server.tokens(client);
      expect(issued.expires_in).toBe(3600);
      const fresh = await server.introspect(issued.access_token);
      expect(Math.abs(fresh.body.exp - Date.now() / 1000 - 3600)).toBeLessThan(30);
      const old = await right.tokens(client);
      await age(stage.app.database, client.client_id, 3590);
      expect((await server.me(old.access_token)).status).toBe(200);
      const ended = await right.tokens(client);
      await age(stage.app.database, client.client_id, 3601);
      expect((await server.me(ended.access_token)).status).toBe(401);
    }
  });

  it('repeats a refresh within the grace, and takes one after it for theft', async () => {
    for (const server of [slow, fast]) {
      const client = await right.register();
      const first = await right.tokens(client);
      const next = await right.refresh(client, first.refresh_token);
      await age(stage.app.database, client.client_id, 50);
      const again = await server.refresh(client, first.refresh_token);
      expect([again.status, again.body.refresh_token]).toEqual([200, next.body.refresh_token]);
      await age(stage.app.database, client.client_id, 11);
      expect((await server.refresh(client, first.refresh_token)).status).toBe(400);
      expect((await right.refresh(client, next.body.refresh_token)).status).toBe(400);
    }
  });

  it('finishes a sign-in at a provider in time, and none after', async () => {
    for (const server of [slow, fast]) {
      const here = new Owner(stage);
      await here.addApp('x');
      const there = new Owner({ ...stage, app: { ...stage.app, url: server.app.url } }, here.org_id);
      const journey = await here.depart('x');
      const arrived = await there.arrive(await here.consent(journey), journey.cookie);
      const id = new URL(arrived.headers.get('location')!).searchParams.get('connected')!;
      expect(id).toMatch(/^acc_/);
      await letPass(stage, 7_190);
      expect((await there.token(id)).body.expires_at > new Date(Date.now() + 7_000_000).toISOString()).toBe(
        true,
      );
      const late = await there.depart('x');
      const callback = await there.consent(late);
      await stage.app.database.query("UPDATE oauth_flows SET expires_at = expires_at - interval '601 s'");
      const { headers } = await there.arrive(callback, late.cookie);
      expect(new URL(headers.get('location')!).searchParams.get('error')).toBe('state_expired');
    }
  });

  it("judges a dashboard's JWT by its own clock, which is all that it has, and says so to the caller", async () => {
    const ask = async (client: TestClient, seconds: number) => {
      const { status, body } = await client.request('/public/v1/oauth/apps/', {
        headers: bearer(await jwtEnding(seconds)),
      });
      return [status, body.code];
    };
    expect(await ask(right, 30)).toEqual([200, undefined]);
    expect(await ask(slow, 30)).toEqual([200, undefined]);
    expect(await ask(fast, 30)).toEqual([401, 'invalid_token']);
    expect(await ask(right, -30)).toEqual([401, 'invalid_token']);
    expect(await ask(slow, -30)).toEqual([200, undefined]);
    expect(await ask(slow, -120)).toEqual([401, 'invalid_token']);
  });
});

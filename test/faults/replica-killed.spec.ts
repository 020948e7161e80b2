import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { Load, lostOf } from './load.js';
import { type Replica, startReplicas } from './replicas.js';

/** How many replicas are killed; `npm run faults` says 20. */
const KILLS = Number(process.env.FAULT_KILLS ?? 3);

let database: TestDatabase;
let replicas: Replica[];
beforeAll(async () => {
  database = await createTestDatabase();
  replicas = await startReplicas(3, {
    DATABASE_URL: database.url,
    PUBLIC_URL: 'http://127.0.0.1:9',
  });
}, 120_000);
afterAll(async () => {
  await Promise.all(replicas.map(({ server }) => server.stop()));
  await database.drop();
}, 60_000);

it(`kill -9 of ${KILLS} replicas under load: every token that was given works elsewhere, no code works twice`, async () => {
  const load = new Load(() => replicas[randomInt(3)]!.address, 8, true);
  for (let kills = 0; kills < KILLS; kills += 1) {
    for (const target = load.answered + 60; load.answered < target; await delay(5));
    const victim = replicas[kills % 3]!;
    await victim.server.stop('SIGKILL');
    await victim.start();
  }
  await load.stop();
  expect(load.failures).toEqual([]);
  expect(load.cut).toBeGreaterThan(0);
  const [first, second] = replicas.map(({ address }) => new TestClient({ url: address }));
  expect(await lostOf(load.chains, first!)).toEqual([]);

  const redeemed: number[] = [];
  for (const { client, code } of [...load.uncertain, ...load.chains.slice(-50)]) {
    const tries = [await second!.exchange(client, code), await first!.exchange(client, code)];
    redeemed.push(tries.filter(({ status }) => status === 200).length);
  }
  // Where the answer was cut off, the code may be good still: once.
  expect(Math.max(0, ...redeemed.slice(0, load.uncertain.length))).toBeLessThanOrEqual(1);
  expect(Math.max(0, ...redeemed.slice(load.uncertain.length))).toBe(0);
}, 600_000);

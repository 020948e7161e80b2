import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { letPass, Owner } from '../out/account-calls.js';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { TestClient } from '../support/test-client.js';
import { lostOf, type Chain } from './load.js';

const CALLS = 50;

let stage: OutStage;
beforeAll(async () => {
  stage = await openOutStage();
}, 60_000);
afterAll(() => stage.close(), 60_000);

/** Begins calls that a provider does not answer; resolves once it has them all. */
async function hang(step: 'token' | 'refresh', call: () => Promise<{ status: number }>, calls: number) {
  const { world } = stage.sandbox;
  const seen = () => world.seen().calls[`x.${step}`] ?? 0;
  world.fail({ provider: 'x', on: step, kind: 'slow', ms: 60_000, times: calls });
  const target = seen() + calls;
  let over = 0;
  const answers = Array.from({ length: CALLS }, () => call().finally(() => (over += 1)));
  while (seen() < target) await delay(10);
  return { answers: Promise.all(answers), over: () => over };
}

/** Clients of the way in, from the beginning to the end. */
async function wayIn(): Promise<void> {
  const client = new TestClient(stage.app);
  const chains: Chain[] = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const registration = await client.register();
      const code = await client.code(registration);
      const { body } = await client.exchange(registration, code);
      return { client: registration, code, access: body.access_token, refresh: body.refresh_token };
    }),
  );
  expect(await lostOf(chains, client)).toEqual([]);
  expect((await client.request('/health/ready')).status).toBe(200);
}

it(`${CALLS} sign-ins that a provider keeps hanging take nothing from the way in`, async () => {
  const owner = new Owner(stage);
  await owner.addApp('x');
  const journey = await owner.depart('x');
  const waiting = [journey];
  for (let n = 1; n < CALLS; n += 1) waiting.push(await owner.depart('x'));
  const callbacks: (() => Promise<{ status: number }>)[] = [];
  for (const one of waiting) {
    const callback = await owner.consent(one);
    callbacks.push(() => owner.arrive(callback, one.cookie));
  }
  const { answers, over } = await hang('token', () => callbacks.pop()!(), CALLS);
  await wayIn();
  expect(over()).toBe(0);
  // The server gives up after its 10 s, and the browser is sent back.
  for (const { status } of await answers) expect(status).toBe(302);
}, 60_000);

it(`${CALLS} services that wait for a provider to refresh take nothing from the way in`, async () => {
  const owner = new Owner(stage);
  const id = await owner.connect('x');
  await letPass(stage, 7_190);
  const { answers, over } = await hang('refresh', () => owner.token(id), 1);
  await wayIn();
  expect(over()).toBe(0);
  for (const { status } of await answers) expect([200, 503]).toContain(status);
}, 60_000);

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/run-job.js';
import { forgetAccounts, letPass, logLine, Owner } from './account-calls.js';
import { advanceJobs, waitingForLocks, waitingRevocations } from './revocation-jobs.js';
import { landing, openOutStage, type OutStage } from './traveller.js';

let stage: OutStage;
beforeAll(async () => {
  stage = await openOutStage();
});
afterAll(() => stage.close());
beforeEach(() => forgetAccounts(stage));

const BAKERY = '101000000000001';
const DAY = 86_400;

const revocations = () => stage.sandbox.world.seen().revocations.length;

const waiting = (wanted: number) => waitingForLocks(stage.app.database, wanted);

/** A Page of Ada's, connected by a workspace of its own with the sandbox's first Facebook app. */
async function bakeryOwner() {
  const owner = new Owner(stage);
  const id = await owner.connect('facebook');
  await owner.select(id, BAKERY);
  return { owner, id };
}

it('a provider that is slow to revoke keeps no other workspace from connecting', async () => {
  const { world } = stage.sandbox;
  // More than there are connections for transactions that take locks.
  const leaving: { owner: Owner; id: string }[] = [];
  for (const person of ['guest-1', 'guest-2', 'guest-3', 'guest-4', 'guest-5', 'guest-6']) {
    const owner = new Owner(stage);
    leaving.push({ owner, id: await owner.connect('x', { person }) });
  }
  const newcomer = new Owner(stage);
  await newcomer.addApp('x');
  const journey = await newcomer.depart('x');
  const callback = await newcomer.consent(journey, { person: 'ben' });

  world.fail({ provider: 'x', on: 'revoke', kind: 'slow', ms: 5_000 });
  const ended: string[] = [];
  const disconnected = leaving.map(async ({ owner, id }) => {
    const { status } = await owner.disconnect(id);
    ended.push('DELETE');
    return status;
  });
  while ((world.seen().calls['x.revoke'] ?? 0) < 4) await new Promise((resolve) => setImmediate(resolve));
  const { result } = landing(await newcomer.arrive(callback, journey.cookie));
  ended.push('callback');

  expect(result).toEqual({ connected: expect.stringMatching(/^acc_/) });
  expect(await Promise.all(disconnected)).toEqual(leaving.map(() => 204));
  expect(ended).toEqual(['callback', ...leaving.map(() => 'DELETE')]);
});

it('two workspaces with the same app at the provider share an authorization: it is revoked with the last', async () => {
  const [first, last] = [await bakeryOwner(), await bakeryOwner()];
  const before = revocations();
  expect((await first.owner.disconnect(first.id)).status).toBe(204);
  expect(revocations()).toBe(before);
  expect((await last.owner.refresh(last.id)).body).toMatchObject({ id: last.id, status: 'active' });
  expect((await last.owner.disconnect(last.id)).status).toBe(204);
  expect(revocations()).toBe(before + 1);
});

it('whoever is connecting while the last is disconnected keeps the authorization', async () => {
  const { owner, id } = await bakeryOwner();
  const newcomer = new Owner(stage);
  await newcomer.addApp('facebook');
  const journey = await newcomer.depart('facebook');
  const callback = await newcomer.consent(journey);
  const before = revocations();

  const refresher = await stage.app.database.connect();
  await refresher.query('BEGIN');
  await refresher.query('SELECT FROM provider_consents FOR UPDATE');
  const disconnected = owner.disconnect(id);
  await waiting(1);
  const arrived = newcomer.arrive(callback, journey.cookie);
  await waiting(2);
  await refresher.query('COMMIT');
  refresher.release();

  expect((await disconnected).status).toBe(204);
  const { connected } = landing(await arrived).result;
  expect(revocations()).toBe(before);
  expect((await newcomer.refresh(connected!)).status).toBe(200);
});

it('both at once: it is revoked all the same', async () => {
  const both = [await bakeryOwner(), await bakeryOwner()];
  const before = revocations();
  const answers = await Promise.all(both.map(({ owner, id }) => owner.disconnect(id)));
  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  expect(revocations()).toBeGreaterThan(before);
});

it('TikTok revokes by a living access token alone: one that has expired is renewed first', async () => {
  const owner = new Owner(stage);
  const id = await owner.connect('tiktok');
  await letPass(stage, 2 * DAY);
  const before = revocations();
  expect((await owner.disconnect(id)).status).toBe(204);
  expect(revocations()).toBe(before + 1);
});

describe('a provider that is down', () => {
  const left = () => waitingRevocations(stage.app.database);
  const down = () => stage.sandbox.world.fail({ provider: 'x', on: 'revoke', kind: 'status', status: 503 });

  it('is asked again later, and then has revoked', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const before = revocations();
    down();
    expect((await owner.disconnect(id)).status).toBe(204);
    expect(await left()).toMatchObject([{ attempts: 0 }]);
    await advanceJobs(stage.app.database);
    await until(async () => (await left()).some(({ attempts }) => attempts === 1));
    expect(revocations()).toBe(before);
    stage.sandbox.world.failures.clear();
    await until(async () => {
      await advanceJobs(stage.app.database);
      return (await left()).length === 0;
    });
    expect(revocations()).toBe(before + 1);
  });

  it('is given up after the last try, and nothing of the tokens stays', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    down();
    await owner.disconnect(id);
    await advanceJobs(stage.app.database, 11);
    await until(async () => (await left()).length === 0);
    await logLine(stage, 'Given up: a provider did not revoke.', 'provider_unavailable');
  });

  it('is not asked again where the account has come back meanwhile', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    const before = revocations();
    down();
    await owner.disconnect(id);
    stage.sandbox.world.failures.clear();
    expect(await owner.connect('x')).toBe(id);
    await advanceJobs(stage.app.database);
    await until(async () => (await left()).length === 0);
    expect(revocations()).toBe(before);
    expect((await owner.refresh(id)).status).toBe(200);
  });
});

it('what is revoked at once leaves no job behind', async () => {
  const owner = new Owner(stage);
  await owner.disconnect(await owner.connect('x'));
  expect(await waitingRevocations(stage.app.database)).toEqual([]);
});

it('a refused sign-in is handed back to the provider, unless the person has a living account there', async () => {
  const [ada, ben] = [new Owner(stage), new Owner(stage)];
  const account_id = await ada.connect('x');
  const living = await ben.connect('x', { person: 'ben' });
  const before = revocations();
  const refused = async () => {
    const { result } = await ada.travel('x', { person: 'ben', query: { account_id } });
    expect(result).toEqual({ error: 'account_mismatch' });
    await until(async () => (await waitingRevocations(stage.app.database)).length === 0);
    return revocations();
  };
  expect(await refused()).toBe(before);
  expect((await ben.refresh(living)).status).toBe(200);
  await ben.disconnect(living);
  expect(await refused()).toBe(before + 2);
});

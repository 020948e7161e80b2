import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { runJob, untilOneWaits } from '../support/run-job.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { basic, REDIRECT_URI, TestClient, type TestRegistration } from '../support/test-client.js';

const DAY = 24 * 60 * 60;
const REFRESH_TOKEN_TTL = 90 * DAY;
/** An expiry is exact to the life of a request, ten minutes. */
const BIT = 15 * 60;

/** By the host of a redirect URI as consent shows it, and by the id. */
const VERIFIED = ['verified.example', 'verified.example:8443', 'sdverified:host.example', 'sd_cl_listed'];

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off', VERIFIED_CLIENTS: VERIFIED.join(',') });
  client = new TestClient(app);
});
afterAll(() => app.close());
afterEach(() => expect(app.logs.filter((line) => /"level":[56]0/.test(line))).toEqual([]));

/** Lets time go by for a client, and has the jobs done that it brings. */
async function pass(registration: TestRegistration, seconds: number): Promise<void> {
  await age(app.database, registration.client_id, seconds);
  await runJob(app.database, 'tokens.reap');
  await runJob(app.database, 'clients.expire');
}

/** What is stored of a client. */
async function stateOf({ client_id }: TestRegistration): Promise<'alive' | 'tombstone' | 'gone'> {
  const { rows } = await app.database.query('SELECT tombstoned_at FROM clients WHERE id = $1', [client_id]);
  if (rows.length === 0) return 'gone';
  return rows[0].tombstoned_at === null ? 'alive' : 'tombstone';
}

/** Every endpoint tells the client that it has to register anew. */
async function expectInvalidClient(gone: TestRegistration): Promise<void> {
  const page = await client.authorize(gone);
  expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  expect(page.text).toContain('register anew');
  const answers = await Promise.all([
    client.exchange(gone, 'sd_ac_unknown'),
    client.refresh(gone, 'sd_rt_unknown'),
    client.revoke(gone, 'sd_rt_unknown'),
  ]);
  for (const { status, body } of answers) expect([status, body.error]).toEqual([401, 'invalid_client']);
}

describe('[contract] an unused client expires by use', () => {
  it.each([
    ['https://verified.example/cb', 'alive'],
    ['https://verified.example:8443?x', 'alive'],
    ['sdverified://host.example/cb', 'alive'],
    ['https://verified.example.org/cb', 'tombstone'],
    ['https://other.example/verified.example', 'tombstone'],
    ['sdverified:/host.example', 'tombstone'],
  ])('unless the operator lists its host: one that leads to %s is %s', async (uri, state) => {
    const registration = await client.register({ redirect_uris: [uri] });
    await pass(registration, 60 * DAY);
    expect(await stateOf(registration)).toBe(state);
  });

  it('unless the operator lists its id', async () => {
    const registration = await client.register({ client_name: 'Listed' });
    await app.database.query(`UPDATE clients SET id = 'sd_cl_listed' WHERE id = $1`, [
      registration.client_id,
    ]);
    const listed = { ...registration, client_id: 'sd_cl_listed' };
    await pass(listed, 60 * DAY);
    expect(await stateOf(listed)).toBe('alive');
  });

  it('30 days after it registered, never used: a tombstone that still answers invalid_client', async () => {
    const registration = await client.register();
    await pass(registration, 30 * DAY - BIT);
    expect(await stateOf(registration)).toBe('alive');
    expect((await client.authorize(registration)).status).toBe(302);
    const unused = await client.register();
    await pass(unused, 30 * DAY + BIT);
    expect(await stateOf(unused)).toBe('tombstone');
    await expectInvalidClient(unused);
  });

  it('the same registration of a public client revives it, with the same id', async () => {
    const metadata = { redirect_uris: [REDIRECT_URI], client_name: 'Back again' };
    const first = await client.register(metadata);
    await pass(first, 30 * DAY + BIT);
    expect(await stateOf(first)).toBe('tombstone');
    expect(await client.register(metadata)).toMatchObject({ client_id: first.client_id });
    await pass(first, 29 * DAY);
    expect(await client.tokens(first)).toMatchObject({ token_type: 'Bearer' });
  });

  it('a confidential one as well: nothing of it authenticates any more', async () => {
    const registration = await client.register({ token_endpoint_auth_method: 'client_secret_basic' });
    await pass(registration, 30 * DAY + BIT);
    const header = basic(registration.client_id, registration.client_secret!);
    const answers = await Promise.all([
      client.post('/public/v1/oauth/token/', { grant_type: 'refresh_token', refresh_token: 'x' }, header),
      client.post('/public/v1/oauth/revoke/', { token: 'x' }, header),
      client.introspect('x', header),
    ]);
    for (const { status, body } of answers) expect([status, body.error]).toEqual([401, 'invalid_client']);
  });

  it('after 90 days even the tombstone goes, and no answer changes; the same registration has the same id', async () => {
    const metadata = { redirect_uris: [REDIRECT_URI], client_name: 'Long gone' };
    const first = await client.register(metadata);
    await pass(first, 30 * DAY + BIT);
    await pass(first, 90 * DAY - BIT);
    expect(await stateOf(first)).toBe('tombstone');
    await pass(first, 2 * BIT);
    expect(await stateOf(first)).toBe('gone');
    await expectInvalidClient(first);
    expect(await client.register(metadata)).toMatchObject({ client_id: first.client_id });
    expect((await client.authorize(first)).status).toBe(302);
  });
});

describe('[contract] a client that is in use never expires', () => {
  it('registering the same again is use', async () => {
    const metadata = { redirect_uris: [REDIRECT_URI], client_name: 'At every start' };
    const registration = await client.register(metadata);
    for (let month = 0; month < 3; month += 1) {
      await pass(registration, 29 * DAY);
      await client.register(metadata);
    }
    expect(await stateOf(registration)).toBe('alive');
  });

  it('asking for an authorization is use, whatever its user says', async () => {
    const registration = await client.register();
    for (let month = 0; month < 3; month += 1) {
      await pass(registration, 29 * DAY);
      await client.decide('deny', await client.startConsent(registration));
    }
    expect(await stateOf(registration)).toBe('alive');
  });

  it('a client with a live grant never does, though it does nothing but to refresh', async () => {
    const registration = await client.register();
    let { refresh_token } = await client.tokens(registration);
    for (let quarter = 0; quarter < 6; quarter += 1) {
      await pass(registration, REFRESH_TOKEN_TTL - DAY);
      const { status, body } = await client.refresh(registration, refresh_token);
      expect(status).toBe(200);
      refresh_token = body.refresh_token;
    }
    expect(await stateOf(registration)).toBe('alive');
  });

  it.each(['revoked', 'expired'])('a grant that %s keeps its client for 30 days more', async (end) => {
    const registration = await client.register();
    await client.tokens(registration);
    if (end === 'revoked') await client.disconnect(registration.client_id);
    await pass(registration, REFRESH_TOKEN_TTL + 30 * DAY - BIT);
    expect(await stateOf(registration)).toBe('alive');
    await pass(registration, 2 * BIT);
    expect(await stateOf(registration)).toBe('tombstone');
  });
});

describe('races', () => {
  it('who asks for an authorization while its client expires is told that it ended', async () => {
    const registration = await client.register();
    await age(app.database, registration.client_id, 40 * DAY);
    const expiring = await app.database.connect();
    await expiring.query('BEGIN');
    await expiring.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [registration.client_id]);
    const asked = client.authorize(registration);
    await untilOneWaits(app.database);
    await expiring.query('COMMIT');
    expiring.release();
    expect((await asked).status).toBe(400);
  });

  it('a client that is about to expire does not when it is used in that moment', async () => {
    const registration = await client.register();
    await age(app.database, registration.client_id, 40 * DAY);
    const using = await app.database.connect();
    await using.query('BEGIN');
    await using.query('UPDATE clients SET last_used_at = now() WHERE id = $1', [registration.client_id]);
    const expired = runJob(app.database, 'clients.expire');
    await untilOneWaits(app.database);
    await using.query('COMMIT');
    using.release();
    await expired;
    expect(await stateOf(registration)).toBe('alive');
  });

  it('50 sign-ins beside the expiry of their client: who is let in gets tokens that work, nobody else any', async () => {
    // The head start of the expiry is steered to where now the one comes first, and now the other.
    let headStart = 4;
    const ends = new Set<boolean>();
    for (let round = 0; round < 12; round += 1) {
      const registration = await client.register();
      await age(app.database, registration.client_id, 40 * DAY);
      const expiry = runJob(app.database, 'clients.expire');
      await delay(headStart);
      const letIn = await Promise.all(Array.from({ length: 50 }, (_, user) => signIn(registration, user)));
      await expiry;
      // The first use keeps it for all of them, or none of them is let in.
      expect(new Set(letIn).size).toBe(1);
      expect(await stateOf(registration)).toBe(letIn[0] ? 'alive' : 'tombstone');
      ends.add(letIn[0]!);
      headStart *= letIn[0] ? 2 : 0.5;
    }
    expect(ends.size).toBe(2);
  }, 120_000);

  /** From authorize to a call; false where the client was found to have expired, which only authorize may say. */
  async function signIn(registration: TestRegistration, user: number): Promise<boolean> {
    const { status, headers } = await client.authorize(registration);
    if (status === 400) return false;
    const requestId = new URL(headers.get('location')!).searchParams.get('request_id')!;
    const sub = `user-${user}`;
    const { body } = await client.decide('approve', requestId, { sub });
    const code = new URL(body.redirect_to).searchParams.get('code')!;
    const { access_token } = (await client.exchange(registration, code)).body;
    expect((await client.me(access_token)).status).toBe(200);
    return true;
  }
});

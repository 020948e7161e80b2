import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { runJob, until } from '../support/run-job.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient, type TestRegistration } from '../support/test-client.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REFRESH_TOKEN_TTL = 90 * DAY;

let app: TestApp;
let client: TestClient;
let registration: TestRegistration;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  registration = await client.register();
});
afterEach(() => expect(app.logs.filter((line) => /"level":[56]0/.test(line))).toEqual([]));

const pass = (seconds: number) => age(app.database, registration.client_id, seconds);
const reap = () => runJob(app.database, 'tokens.reap');
/** Whether the client of this test is among the user's connected apps. */
const isListed = async () => (await client.apps()).body.some(({ id }) => id === registration.client_id);

/** How many rows of each kind belong to the client of this test. Orphans of a deleted grant are counted nowhere. */
async function rows(): Promise<{ codes: number; access: number; grants: number }> {
  const { rows } = await app.database.query(
    `SELECT (SELECT count(*)::int FROM authorization_codes WHERE grant_id IN (SELECT id FROM grants WHERE client_id = $1)) AS codes,
       (SELECT count(*)::int FROM access_tokens a JOIN grants g ON g.id = a.grant_id WHERE g.client_id = $1) AS access,
       (SELECT count(*)::int FROM grants WHERE client_id = $1) AS grants`,
    [registration.client_id],
  );
  return rows[0];
}

describe('tokens', () => {
  it('an access token goes when it expired, and nothing else of its grant', async () => {
    const { access_token, refresh_token } = await client.tokens(registration);
    await pass(HOUR - MINUTE);
    await reap();
    expect((await client.me(access_token)).status).toBe(200);
    await pass(2 * MINUTE);
    await reap();
    expect(await rows()).toEqual({ codes: 1, access: 0, grants: 1 });
    expect((await client.introspect(access_token)).body).toEqual({ active: false });
    expect((await client.refresh(registration, refresh_token)).status).toBe(200);
  });

  it('[contract] the reuse of a refresh token ends its grant, however long ago it was rotated', async () => {
    const first = await client.tokens(registration);
    let { refresh_token } = first;
    for (let quarter = 0; quarter < 3; quarter += 1) {
      refresh_token = (await client.refresh(registration, refresh_token)).body.refresh_token;
      await pass(REFRESH_TOKEN_TTL - DAY);
      await reap();
    }
    expect(await isListed()).toBe(true);
    expect((await client.refresh(registration, first.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isListed()).toBe(false);
    expect((await client.refresh(registration, refresh_token)).body.error).toBe('invalid_grant');
  });

  it('a refresh token that expired unused is invalid_grant and ends nothing', async () => {
    const { refresh_token } = await client.tokens(registration);
    await pass(REFRESH_TOKEN_TTL + MINUTE);
    await reap();
    expect((await client.refresh(registration, refresh_token)).body.error).toBe('invalid_grant');
    const { rows: grants } = await app.database.query('SELECT revoked_at FROM grants WHERE client_id = $1', [
      registration.client_id,
    ]);
    expect(grants).toEqual([{ revoked_at: null }]);
  });
});

describe('codes', () => {
  it('[contract] a used code is remembered while its grant lives: a replay weeks later ends the grant', async () => {
    const code = await client.code(registration);
    const { refresh_token } = (await client.exchange(registration, code)).body;
    await pass(60 * DAY);
    await reap();
    expect((await client.exchange(registration, code)).body.error).toBe('invalid_grant');
    expect((await client.refresh(registration, refresh_token)).body.error).toBe('invalid_grant');
    await reap();
    expect((await rows()).codes).toBe(0);
  });

  it('a used code goes when its grant was revoked or ended', async () => {
    const subs = ['revoked', 'ended'];
    for (const sub of subs) await client.tokens(registration, {}, { sub });
    await client.disconnect(registration.client_id, 'revoked');
    await pass(HOUR + 2 * MINUTE);
    await reap();
    expect((await rows()).codes).toBe(1);
    await pass(REFRESH_TOKEN_TTL);
    await reap();
    expect((await rows()).codes).toBe(0);
  });

  it('a code that nobody used goes an hour after it expired, its grant 30 days later', async () => {
    const code = await client.code(registration);
    await pass(HOUR);
    await reap();
    expect((await rows()).codes).toBe(1);
    await pass(2 * MINUTE);
    await reap();
    expect(await rows()).toEqual({ codes: 0, access: 0, grants: 1 });
    expect((await client.exchange(registration, code)).body.error).toBe('invalid_grant');
    await pass(30 * DAY);
    await reap();
    expect((await rows()).grants).toBe(0);
  });
});

describe('grants', () => {
  it.each(['expired', 'revoked'])('one that %s goes 30 days after its last token ended', async (end) => {
    await client.tokens(registration);
    if (end === 'revoked') await client.disconnect(registration.client_id);
    await pass(REFRESH_TOKEN_TTL + 29 * DAY);
    await reap();
    expect(await rows()).toEqual({ codes: 0, access: 0, grants: 1 });
    expect(await isListed()).toBe(false);
    await pass(2 * DAY);
    await reap();
    expect((await rows()).grants).toBe(0);
  });

  it('one that refreshes lives on, however old it is', async () => {
    let { refresh_token } = await client.tokens(registration);
    for (let quarter = 0; quarter < 6; quarter += 1) {
      await pass(REFRESH_TOKEN_TTL - DAY);
      await reap();
      refresh_token = (await client.refresh(registration, refresh_token)).body.refresh_token;
    }
    expect(await isListed()).toBe(true);
    expect(await rows()).toEqual({ codes: 1, access: 1, grants: 1 });
  });
});

describe('authorization requests', () => {
  const forget = () => runJob(app.database, 'authorize.forget');

  it('an expired one says so for a day, then it is unknown', async () => {
    const requestId = await client.startConsent(registration);
    await pass(11 * MINUTE);
    await forget();
    expect((await client.show(requestId)).body).toMatchObject({ status: 410, code: 'request_expired' });
    await pass(DAY);
    await forget();
    expect((await client.show(requestId)).status).toBe(404);
  });

  it('a decided one says so for a day, then it is unknown', async () => {
    const requestId = await client.startConsent(registration);
    await client.decide('deny', requestId);
    await pass(DAY);
    await forget();
    expect((await client.show(requestId)).status).toBe(409);
    await pass(11 * MINUTE);
    await forget();
    expect((await client.show(requestId)).status).toBe(404);
  });
});

it('tells the log in one line what was done and how long it took, and nothing where nothing was', async () => {
  const lines = () => app.logs.filter((line) => line.includes('Reaped.')).map((line) => JSON.parse(line));
  await reap();
  const before = lines().length;
  for (const sub of ['one', 'other']) await client.tokens(registration, {}, { sub });
  await pass(HOUR + MINUTE);
  await reap();
  await until(async () => lines().length > before);
  await reap();
  // What is logged of this request comes after whatever the run had to say.
  await client.request('/after-the-run');
  await until(async () => app.logs.some((line) => line.includes('after-the-run')));
  expect(lines().slice(before)).toEqual([
    expect.objectContaining({ job: 'tokens.reap', access_tokens: 2, ms: expect.any(Number) }),
  ]);
});

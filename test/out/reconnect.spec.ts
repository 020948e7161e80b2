import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { until } from '../support/run-job.js';
import { openOutStage, type OutStage, Traveller } from './traveller.js';

let stage: OutStage;
let ada: Traveller;
beforeAll(async () => {
  stage = await openOutStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sandbox.world.failures.clear();
  ada = new Traveller(stage);
});

const accountsOf = async (traveller: Traveller) => (await traveller.get('/v1/accounts')).body.data;

describe('connecting an account again', () => {
  it('keeps its id, and uses its own app though another is the default', async () => {
    const own = await ada.addApp('x', 0);
    const { connected: account_id } = (await ada.travel('x')).result;
    const other = await ada.addApp('x', 1);
    expect((await ada.apps.patch(other, { is_default: true })).status).toBe(200);
    const { authorizeUrl } = await ada.depart('x', { account_id });
    const first = stage.sandbox.world.apps.find(({ provider }) => provider === 'x')!;
    expect(new URL(authorizeUrl).searchParams.get('client_id')).toBe(first.clientId);
    for (const query of [{ account_id }, { account_id, oauth_app_id: own }]) {
      expect((await ada.travel('x', { query })).result).toEqual({ connected: account_id });
    }
    expect(await accountsOf(ada)).toEqual([expect.objectContaining({ id: account_id, oauth_app_id: own })]);
  });

  it('asks again for what was declined', async () => {
    await ada.addApp('tiktok');
    const { connected: account_id } = (await ada.travel('tiktok', { untick: ['video.upload'] })).result;
    expect((await accountsOf(ada))[0].missing_scopes).toEqual(['video.upload']);
    const plain = await ada.depart('tiktok');
    expect(new URL(plain.authorizeUrl).searchParams.has('disable_auto_auth')).toBe(false);
    const again = await ada.depart('tiktok', { account_id });
    expect(new URL(again.authorizeUrl).searchParams.get('disable_auto_auth')).toBe('1');
    await ada.travel('tiktok', { query: { account_id } });
    expect((await accountsOf(ada))[0]).toMatchObject({ id: account_id, missing_scopes: [] });
  });

  it("with another person's account is account_mismatch, and changes nothing", async () => {
    await ada.addApp('x');
    const { connected: account_id } = (await ada.travel('x')).result;
    const before = await accountsOf(ada);
    const { result } = await ada.travel('x', { query: { account_id }, person: 'ben' });
    expect(result).toEqual({ error: 'account_mismatch' });
    // Nobody keeps what Ben allowed, so it goes back to the provider.
    await until(() => Promise.resolve(stage.sandbox.world.seen().revocations.length > 0));
    expect(stage.sandbox.world.seen().revocations).toEqual([{ provider: 'x', person: 'ben' }]);
    expect(await accountsOf(ada)).toEqual(before);
  });

  it('is 404 where it is unknown, or of another workspace', async () => {
    await ada.addApp('x');
    const { connected: account_id } = (await ada.travel('x')).result;
    const eve = new Traveller(stage);
    await eve.addApp('x');
    for (const id of [account_id, 'acc_unknown', '']) {
      expect(await eve.start('x', { account_id: id })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    }
  });

  it('is 400 where it is of another provider, or is to get another app', async () => {
    await ada.addApp('x');
    const { connected: account_id } = (await ada.travel('x')).result;
    await ada.addApp('tiktok');
    const other = await ada.addApp('x', 1);
    expect(await ada.start('tiktok', { account_id })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'account_id' }] },
    });
    expect(await ada.start('x', { account_id, oauth_app_id: other })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'oauth_app_id' }] },
    });
  });
});

describe('what a sign-in leaves behind', () => {
  const aged = (table: string, by: string) =>
    stage.app.database.query(
      `UPDATE ${table} SET expires_at = expires_at - $2::interval WHERE workspace_id = $1`,
      [`org:${ada.org_id}`, by],
    );
  const count = async (table: string) =>
    (
      await stage.app.database.query(`SELECT count(*)::int AS n FROM ${table} WHERE workspace_id = $1`, [
        `org:${ada.org_id}`,
      ])
    ).rows[0].n;

  it('goes a day after its end, and a result that nobody asked for as soon as nobody can', async () => {
    await ada.addApp('x');
    await ada.depart('x');
    await stage.app.database.query(
      `INSERT INTO pending_connections (token_hash, workspace_id, user_id, result_sealed, expires_at)
       VALUES ('\\x01', $1, 'user-1', 'v1.sealed', now() + interval '5 minutes')`,
      [`org:${ada.org_id}`],
    );
    const sealed = async () =>
      (
        await stage.app.database.query(
          `SELECT result_sealed FROM pending_connections WHERE token_hash = '\\x01'`,
        )
      ).rows[0]?.result_sealed;
    await forget();
    expect([await count('oauth_flows'), await sealed()]).toEqual([1, 'v1.sealed']);
    await aged('pending_connections', '6 minutes');
    await aged('oauth_flows', '1 day');
    await forget();
    expect([await count('oauth_flows'), await sealed()]).toEqual([1, null]);
    await aged('pending_connections', '1 day');
    await aged('oauth_flows', '11 minutes');
    await forget();
    expect([await count('oauth_flows'), await count('pending_connections')]).toEqual([0, 0]);
  });

  /** Has the server's queue do it. */
  async function forget(): Promise<void> {
    const { database } = stage.app;
    await database.query("SELECT graphile_worker.add_job('connect.forget', job_key => 'test')");
    const waiting = async () =>
      (await database.query("SELECT 1 FROM graphile_worker.jobs WHERE key = 'test'")).rowCount;
    for (let tries = 0; tries < 200 && (await waiting()); tries += 1) await setTimeout(50);
    expect(await waiting()).toBe(0);
  }
});

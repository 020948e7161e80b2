import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { migrate } from '../../src/database/migrate.js';
import { until, untilOneWaits } from '../support/run-job.js';
import { startServer } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Takes the database back to where the migration of this name has not run. */
async function undo(name: RegExp): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  try {
    for (let undone = false; !undone;) {
      const [{ name: last }] = await dataSource.query(
        'SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1',
      );
      await dataSource.undoLastMigration();
      undone = name.test(last);
    }
  } finally {
    await dataSource.destroy();
  }
}

const isBuilt = async () =>
  (
    await database.pool.query(
      `SELECT FROM pg_index WHERE indexrelid = to_regclass('ix_grants_client_id') AND indisvalid`,
    )
  ).rows.length === 1;

it('the triggers of revocations come while tokens are issued, and nobody has to give up', async () => {
  await undo(/^RevocationNotices/);
  const request = await database.pool.connect();
  try {
    await request.query('BEGIN; DELETE FROM access_tokens WHERE grant_id = 0');
    const migrated = migrate(database.url);
    await untilOneWaits(database.pool);
    await request.query('UPDATE grants SET expires_at = expires_at WHERE id = 0; COMMIT');
    expect(await migrated).toContain('RevocationNotices1763800500000');
  } finally {
    request.release(true);
  }
});

it('an index is built while grants are written, by one of several replicas, over the remains of another attempt', async () => {
  await undo(/^GrantsByClient/);
  // What a build that broke off leaves behind has the name, and is of no use.
  await database.pool.query('CREATE INDEX ix_grants_client_id ON grants (client_id)');
  await database.pool.query(
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_grants_client_id'::regclass`,
  );
  const writer = await database.pool.connect();
  try {
    await writer.query('BEGIN; UPDATE grants SET expires_at = expires_at WHERE id = 0');
    const migrated = Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    await untilOneWaits(database.pool);
    // Whoever builds waits for this transaction; others do not wait for whoever builds.
    await database.pool.query('UPDATE grants SET expires_at = expires_at WHERE id = 0');
    expect(await isBuilt()).toBe(false);
    await writer.query('COMMIT');
    expect((await migrated).flat().filter((name) => name.startsWith('GrantsByClient'))).toHaveLength(1);
  } finally {
    writer.release(true);
  }
  await until(isBuilt);
});

it('refresh tokens from before they named their grant ask for a new sign-in, and go on once back', async () => {
  await undo(/^GrantsHoldTheLiveToken/);
  await database.pool.query(`
    INSERT INTO clients (id, token_endpoint_auth_method, redirect_uris, grant_types)
    VALUES ('sd_cl_old', 'none', '{https://app.example/callback}', '{authorization_code,refresh_token}')`);
  await database.pool.query(`
    WITH own AS (
      INSERT INTO grants (client_id, user_id, workspace_id, scopes, expires_at, last_used_at)
      VALUES ('sd_cl_old', 'ada', 'user:ada', '{profile:read}', now() + interval '9 days', now()) RETURNING id
    ), access AS (
      INSERT INTO access_tokens (hash, grant_id, expires_at)
      SELECT sha256('sd_at_live'), id, now() + interval '1 hour' FROM own
    )
    INSERT INTO refresh_tokens (hash, grant_id, client_id, expires_at, uses, rotated_at)
    SELECT sha256(token::bytea), id, 'sd_cl_old', now() + interval '9 days', uses, CASE uses WHEN 1 THEN now() END
    FROM own, (VALUES ('sd_rt_used', 1), ('sd_rt_live', 0)) AS t (token, uses)`);
  let current = '';
  const server = await startServer({ DATABASE_URL: database.url });
  try {
    const client = new TestClient(server);
    for (const token of ['sd_rt_used', 'sd_rt_live']) {
      const { status, body } = await client.refresh({ client_id: 'sd_cl_old' }, token);
      expect([status, body.error]).toEqual([400, 'invalid_grant']);
    }
    expect((await client.me('sd_at_live')).status).toBe(200);
    current = (await client.tokens(await client.register())).refresh_token;
  } finally {
    await server.stop();
  }
  await undo(/^GrantsHoldTheLiveToken/);
  const { rows } = await database.pool.query(
    `SELECT uses FROM refresh_tokens WHERE hash IN (sha256('sd_rt_live'), sha256($1))`,
    [current],
  );
  expect(rows).toEqual([{ uses: 0 }, { uses: 0 }]);
  const { rows: grants } = await database.pool.query(`
    INSERT INTO grants (client_id, user_id, workspace_id, scopes) VALUES ('sd_cl_old', 'eve', 'user:eve', '{}')
    RETURNING id`);
  expect(grants).toEqual([{ id: '2' }]);
});

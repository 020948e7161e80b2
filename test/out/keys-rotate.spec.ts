import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { KeyRing } from '../../src/common/crypto/key-ring.js';
import { SecretBox } from '../../src/common/crypto/secret-box.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { SEALED_CANARY, SEALED_TABLES } from '../../src/database/sealed-tables.js';
import { clientSecretPlace } from '../../src/oauth-apps/client-secret-place.js';
import { DASHBOARD_SECRET, startServer, startTestApp, type TestApp } from '../support/test-app.js';
import { CLIENT_SECRET, OAuthAppCalls, unreachable } from './oauth-app-calls.js';
import { openerOf } from './opener.js';

const entry = (kid: string, fill: number) => `${kid}:${Buffer.alloc(32, fill).toString('base64')}`;
const [K0, K1, K2] = [entry('k0', 9), entry('k1', 1), entry('k2', 2)];
const OLD_BOX = new SecretBox(new KeyRing([{ kid: 'k1', key: Buffer.alloc(32, 1) }]));

let app: TestApp;
/** Of a server that knows both keys and seals with the old one, as in the middle of a roll-out. */
let env: Record<string, string>;
let canary: string;
beforeAll(async () => {
  env = { ENCRYPTION_KEYS: `${K1},${K2}`, PROVIDER_ORIGINS: await unreachable('https://api.x.com') };
  app = await startTestApp(env);
  canary = (await app.database.query('SELECT sealed FROM key_canaries')).rows[0].sealed as string;
});
afterEach(async () => {
  await app.database.query('DELETE FROM oauth_apps');
  await app.database.query('UPDATE key_canaries SET sealed = $1', [canary]);
});
afterAll(() => app.close());

/** Starts `npm run keys:rotate` without npm. */
function startRotation(ring: string): ChildProcess {
  return spawn(process.execPath, ['dist/src/keys-rotate.js'], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      DATABASE_URL: app.databaseUrl,
      DASHBOARD_JWT_SECRET: DASHBOARD_SECRET,
      ENCRYPTION_KEYS: ring,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function rotate(ring = `${K2},${K1}`): Promise<{ code: number | null; lines: string[] }> {
  const child = startRotation(ring);
  const lines: string[] = [];
  const read = [child.stdout!, child.stderr!].map(async (input) => {
    for await (const line of createInterface({ input })) lines.push(line);
  });
  const [code] = await once(child, 'exit');
  await Promise.all(read);
  // The first names the database.
  return { code: code as number | null, lines: lines.slice(1) };
}

/** How many secrets are sealed under which key. */
async function kids(table = 'oauth_apps', column = 'client_secret_sealed'): Promise<Record<string, number>> {
  const { rows } = await app.database.query(
    `SELECT split_part(${column}, '.', 2) AS kid, count(*)::int AS values FROM ${table} GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ kid, values }) => [kid, values]));
}

/** Many apps at once, sealed under k1. */
async function insertApps(count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => `oa_${String(n).padStart(22, '0')}`);
  const sealed = ids.map((id) =>
    OLD_BOX.seal(`secret-of-${id}`, clientSecretPlace({ id, workspaceId: 'org:many' })),
  );
  await app.database.query(
    `INSERT INTO oauth_apps (id, workspace_id, provider, name, client_id, client_secret_sealed,
       client_secret_last4, is_default, verification)
     SELECT id, 'org:many', 'x', 'one of many', 'an-id-of-x', sealed, '', false, 'unknown'
     FROM unnest($1::text[], $2::text[]) AS many (id, sealed)`,
    [ids, sealed],
  );
}

/** Makes each batch last so long that nobody can miss the middle. */
async function slowDown(): Promise<void> {
  await app.database.query(
    `CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END'`,
  );
  await app.database.query(
    'CREATE TRIGGER slow_down BEFORE UPDATE ON oauth_apps EXECUTE FUNCTION slow_down()',
  );
}

/** PostgreSQL ends the statement of a client that was killed. */
async function lastBatchToEnd(): Promise<void> {
  const active = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND query LIKE 'WITH batch%'`;
  while ((await app.database.query(active)).rowCount! > 0) await delay(20);
}

describe('beside a running server', () => {
  it('re-seals everything, the canary last, and says which keys may go', async () => {
    const calls = new OAuthAppCalls(app, 'user-1', { org_id: 'acme' });
    const { id } = await calls.created();
    await insertApps(1_200);
    expect(await rotate()).toEqual({
      code: 0,
      lines: [
        'oauth_apps: 500 of 1201',
        'oauth_apps: 1000 of 1201',
        'oauth_apps: 1201 of 1201',
        'key_canaries: 1 of 1',
        'Nothing is sealed under old keys any more; you may drop them: k1.',
        expect.stringMatching(/^First let k2 be the first key of every server for 600 seconds/),
      ],
    });
    expect([await kids(), await kids('key_canaries', 'sealed')]).toEqual([{ k2: 1201 }, { k2: 1 }]);
    const opener = await openerOf(app, { ENCRYPTION_KEYS: K2 });
    expect((await opener.open(id, 'org:acme')).clientSecret).toBe(CLIENT_SECRET);
    const last = 'oa_0000000000000000001199';
    expect((await opener.open(last, 'org:many')).clientSecret).toBe(`secret-of-${last}`);
    await opener.close();
    // The server that was there all the time has both keys.
    expect((await calls.patch(id, { client_secret: 'the-next-secret-9876' })).status).toBe(200);
  });

  it('finds nothing to do the second time', async () => {
    await new OAuthAppCalls(app).created();
    await rotate();
    expect(await rotate()).toEqual({
      code: 0,
      lines: [expect.stringMatching(/you may drop them: k1\.$/), expect.any(String)],
    });
    expect(await rotate(K2)).toEqual({ code: 0, lines: ['Everything is sealed under k2, the only key.'] });
  });

  it('may be killed, and goes on where it was', async () => {
    await insertApps(2_500);
    await slowDown();
    const child = startRotation(`${K2},${K1}`);
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('oauth_apps: ')) child.kill('SIGKILL');
    }
    await lastBatchToEnd();
    const { k1 = 0, k2 = 0 } = await kids();
    expect([k1 + k2, k1 > 0, k2 > 0]).toEqual([2_500, true, true]);
    expect(await kids('key_canaries', 'sealed')).toEqual({ k1: 1 });
    await app.database.query('DROP FUNCTION slow_down CASCADE');
    const { code, lines } = await rotate();
    expect([code, lines[0]]).toEqual([0, `oauth_apps: ${Math.min(500, k1)} of ${k1}`]);
    expect(await kids()).toEqual({ k2: 2_500 });
  });

  it('two at once do no harm', async () => {
    await insertApps(3_000);
    const both = await Promise.all([rotate(), rotate()]);
    expect(both.map(({ lines }) => lines.filter((line) => /Error|cannot/i.test(line)))).toEqual([[], []]);
    await rotate();
    expect(await kids()).toEqual({ k2: 3_000 });
    const opener = await openerOf(app, { ENCRYPTION_KEYS: K2 });
    for (const n of ['0', '1499', '2999']) {
      const id = `oa_${n.padStart(22, '0')}`;
      expect((await opener.open(id, 'org:many')).clientSecret).toBe(`secret-of-${id}`);
    }
    await opener.close();
  });

  it('never puts an old secret over one that was changed meanwhile', async () => {
    await insertApps(3);
    const id = 'oa_0000000000000000000001';
    const changed = OLD_BOX.seal('the-new-secret', clientSecretPlace({ id, workspaceId: 'org:many' }));
    const holder = await app.database.connect();
    // Lets it read, but not write.
    await holder.query('BEGIN; LOCK TABLE oauth_apps IN SHARE MODE');
    const rotation = rotate();
    const waiting = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'WITH batch%'`;
    while ((await app.database.query(waiting)).rowCount === 0) await delay(20);
    await holder.query('UPDATE oauth_apps SET client_secret_sealed = $2 WHERE id = $1', [id, changed]);
    await holder.query('COMMIT');
    holder.release();
    expect((await rotation).code).toBe(0);
    expect(await kids()).toEqual({ k2: 3 });
    const opener = await openerOf(app, { ENCRYPTION_KEYS: K2 });
    expect((await opener.open(id, 'org:many')).clientSecret).toBe('the-new-secret');
    await opener.close();
  });

  it('fails none of the requests of a busy server', async () => {
    await insertApps(10_000);
    const calls = new OAuthAppCalls(app, 'user-1', { org_id: 'busy' });
    const ids = [(await calls.created()).id, (await calls.created()).id] as const;
    const rotation = rotate();
    let running = true;
    void rotation.finally(() => (running = false));
    const statuses = new Set<number>();
    for (let n = 0; running; n += 1) {
      const changes = { client_secret: `the-secret-number-${n}`, is_default: true };
      statuses.add((await calls.patch(ids[n % 2]!, changes)).status);
    }
    expect([...statuses]).toEqual([200]);
    expect((await rotation).lines.filter((line) => /Error/.test(line))).toEqual([]);
  });

  it('waits for nobody: a row that is being changed is left and named, and the canary with it', async () => {
    const { id } = await new OAuthAppCalls(app).created();
    await insertApps(3);
    const holder = await app.database.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM oauth_apps WHERE id = $1 FOR UPDATE', [id]);
    const { code, lines } = await rotate();
    await holder.query('COMMIT');
    holder.release();
    expect([code, lines.slice(-2)]).toEqual([
      1,
      [
        'Still sealed under k1: 1 in oauth_apps, 1 in key_canaries.',
        'Keep these keys. Run this again when every server has k2 first.',
      ],
    ]);
    expect((await rotate()).code).toBe(0);
  });
});

it('what cannot be opened is named and left; the rest is done', async () => {
  await insertApps(3);
  const lost = new SecretBox(new KeyRing([{ kid: 'k0', key: Buffer.alloc(32, 9) }]));
  const { id } = await new OAuthAppCalls(app).created();
  const place = clientSecretPlace({ id, workspaceId: 'user:user-1' });
  await app.database.query('UPDATE oauth_apps SET client_secret_sealed = $2 WHERE id = $1', [
    id,
    lost.seal(CLIENT_SECRET, place),
  ]);
  const { code, lines } = await rotate();
  expect(code).toBe(1);
  expect(lines).toEqual([
    `oauth_apps ${id}, client_secret_sealed: A sealed value cannot be opened: its key is not in ENCRYPTION_KEYS.`,
    'oauth_apps: 4 of 4',
    'Still sealed under k0: 1 in oauth_apps. That key is not in ENCRYPTION_KEYS.',
    'Still sealed under k1: 1 in key_canaries.',
    'Keep these keys. Run this again when every server has k2 first.',
  ]);
  expect(await kids()).toEqual({ k0: 1, k2: 3 });
  expect((await rotate(`${K2},${K1},${K0}`)).code).toBe(0);
  expect(await kids()).toEqual({ k2: 4 });
});

it('a server without the old key does not start before it is over, and does after it', async () => {
  await insertApps(1);
  const newRing = { ...env, DATABASE_URL: app.databaseUrl, ENCRYPTION_KEYS: K2 };
  await expect(startServer(newRing)).rejects.toThrow(/ENCRYPTION_KEYS: cannot open what this database holds/);
  await rotate();
  expect(await (await startServer(newRing)).stop()).toBe(0);
});

it('refuses a ring of another database', async () => {
  const { code, lines } = await rotate(K0);
  expect([code, lines.join('\n')]).toEqual([1, expect.stringContaining('ENCRYPTION_KEYS: cannot open')]);
  expect(lines.join('\n')).not.toContain(K0.slice(3));
});

/** Their rows are over within minutes, long before an old key may be dropped. */
const SHORT_LIVED = ['oauth_flows', 'pending_connections'];

it('knows every sealed column of every entity that lasts', async () => {
  const dataSource = await new DataSource(dataSourceOptions(app.databaseUrl, { max: 1 })).initialize();
  const lasting = dataSource.entityMetadatas.filter(({ tableName }) => !SHORT_LIVED.includes(tableName));
  const sealed = lasting.flatMap(({ tableName, columns }) =>
    columns
      .filter(({ propertyName }) => /sealed$/i.test(propertyName))
      .map(({ databaseName }) => `${tableName}.${databaseName}`),
  );
  await dataSource.destroy();
  const known = [...SEALED_TABLES, SEALED_CANARY].flatMap(({ table, columns }) =>
    columns.map((column) => `${table}.${column}`),
  );
  expect(known.toSorted()).toEqual(sealed.toSorted());
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { startServer, type TestServer } from '../support/test-app.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let database: TestDatabase;
let servers: TestServer[] = [];
beforeAll(async () => {
  database = await createTestDatabase({ template: false });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await database.drop();
});

it('four servers start at once on an empty database, and one of them does what the minute brings', async () => {
  const starting = [1, 2, 3, 4].map(() => startServer({ DATABASE_URL: database.url, ENCRYPTION_KEYS }));
  servers = await Promise.all(starting);
  const { rows } = await database.pool.query(
    'SELECT identifier FROM graphile_worker._private_known_crontabs',
  );
  expect(rows).toContainEqual({ identifier: 'accounts.claim-due' });
  await database.pool.query(
    `SELECT graphile_worker.add_job('accounts.claim-due') FROM generate_series(1, 20)`,
  );
  for (let left = 1, tries = 0; left > 0; tries += 1) {
    expect(tries).toBeLessThan(100);
    await new Promise((resolve) => void setTimeout(resolve, 50));
    left = (await database.pool.query('SELECT FROM graphile_worker.jobs')).rows.length;
  }
  const logs = servers.flatMap((server) => server.logs).join('\n');
  expect(logs).not.toMatch(/"level":(40|50|60)/);
  expect(logs).not.toContain('err.red');
});

it('stops within moments, jobs included', async () => {
  expect(await servers.pop()!.stop()).toBe(0);
});

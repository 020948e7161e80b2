import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { ENCRYPTION_KEYS } from './replicas.js';
import {
  closeReplica,
  costOf,
  eventually,
  type Replica,
  startReplica,
  timeToRefusal,
  untilCached,
} from '../tokens/replicas.js';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.js';

let postgres: OwnPostgres;
let here: Replica;
let there: Replica;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  await postgres.run('ALTER SYSTEM SET max_notify_queue_pages = 64');
  await postgres.stop();
  await postgres.start();
  here = await startReplica(postgres, { ENCRYPTION_KEYS });
  there = await startReplica(postgres, { ENCRYPTION_KEYS });
}, 90_000);
afterAll(async () => {
  await closeReplica(here);
  await closeReplica(there);
  await postgres.close();
}, 60_000);

it('a queue of notices that one listener does not empty keeps no token alive, and no revocation from happening', async () => {
  const registration = await here.client.register();
  const [bystander, doomed] = [
    (await here.client.tokens(registration, {}, { sub: 'bystander' })).access_token,
    (await here.client.tokens(registration, {}, { sub: 'doomed' })).access_token,
  ];
  await untilCached(there, bystander, doomed);
  const stuck = new pg.Client({ connectionString: postgres.url });
  await stuck.connect();
  await stuck.query('LISTEN anything');
  await stuck.query('BEGIN');
  const fill = `DO $$ BEGIN FOR n IN 1..60 LOOP PERFORM pg_notify('x', n || repeat('-', 7900)); END LOOP; END $$`;
  await postgres.run(fill);
  await eventually(async () => (await costOf(there, bystander)) === 1);
  // To the brim.
  await postgres.run(`NOTIFY x, '${'-'.repeat(7900)}'`).then(
    () => postgres.run(fill).catch(() => undefined),
    () => undefined,
  );
  expect((await here.client.revoke(registration, doomed)).status).toBe(200);
  expect(await timeToRefusal(there, doomed)).toBeLessThan(1000);
  await stuck.query('COMMIT');
  await stuck.end();
  await untilCached(there, bystander);
  expect((await there.client.me(doomed)).status).toBe(401);
});

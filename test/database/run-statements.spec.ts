import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { normalizeError } from '../../src/common/errors/normalize-error.js';
import { boundedSocket } from '../../src/common/postgres/bounded-socket.js';
import { RunStatements } from '../../src/common/postgres/run-statements.service.js';
import { StatementLanes } from '../../src/common/postgres/statement-lanes.js';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { APPLICATION, clientOf, count, insert, INSERT, range, touch } from './batches.js';

let database: TestDatabase;
let proxy: CountingProxy;
let pool: pg.Pool;
let statements: RunStatements;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startCountingProxy(database.url);
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});
beforeEach(async () => {
  await database.pool.query('CREATE TABLE t (id int PRIMARY KEY, touched boolean)');
  pool = new pg.Pool({
    connectionString: proxy.url,
    application_name: 'alone',
    connectionTimeoutMillis: 5_000,
    stream: boundedSocket(12_000),
  });
  statements = await RunStatements.open(pool, clientOf(proxy.url));
  proxy.take();
});
afterEach(async () => {
  for (const name of [APPLICATION, 'alone']) proxy.hold(name, undefined);
  await statements.end();
  await pool.end();
  await database.pool.query('DROP TABLE t');
});

const statusOf = (outcome: PromiseSettledResult<unknown>) =>
  outcome.status === 'rejected' ? normalizeError(outcome.reason).status : 200;

describe('statements that come together', () => {
  it('are one batch with one flush', async () => {
    await Promise.all(range(0, 8).map((id) => statements.durably(insert(id))));
    expect(proxy.take()).toEqual([...range(0, 8).map(() => 'insert'), 'flush_commits']);
    expect((await statements.lightly(count)).rows).toEqual([{ n: 8 }]);
  });

  it('are sent alone, and without a flush, where they are alone', async () => {
    await statements.durably(insert(1));
    await statements.durably(insert(2));
    expect(proxy.take()).toEqual(['insert', 'insert']);
  });

  it('are each a transaction: one that fails takes none with it', async () => {
    await statements.durably(insert(7));
    const outcomes = await Promise.allSettled(range(0, 10).map((id) => statements.durably(insert(id))));
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toEqual([{ status: 'rejected', reason: expect.objectContaining({ code: '23505' }) }]);
    expect((await statements.lightly(count)).rows).toEqual([{ n: 10 }]);
  });

  it('are on disk when they are answered', async () => {
    for (let round = 0; round < 20; round++) {
      const answers = range(round * 10, round * 10 + 10).map(async (id) => {
        const { rows } = await statements.durably<{ written: string }>(insert(id));
        const { rows: at } = await database.pool.query(
          'SELECT pg_current_wal_flush_lsn() > $1::pg_lsn AS flushed',
          [rows[0]!.written],
        );
        return at[0].flushed;
      });
      expect(await Promise.all(answers)).toEqual(range(0, 10).map(() => true));
    }
  });

  it('are more than a batch holds', async () => {
    await Promise.all(range(0, 450).map((id) => statements.durably(insert(id))));
    expect((await statements.lightly(count)).rows).toEqual([{ n: 450 }]);
  });
});

it('does not let others wait behind one that waits for a lock', async () => {
  await Promise.all(range(0, 10).map((id) => statements.durably(insert(id))));
  const blocker = await database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('UPDATE t SET touched = false WHERE id = 3');
  let locked = true;
  const blocked = statements.durably(touch(3)).then(() => locked);
  await Promise.all(range(0, 10).flatMap((id) => (id === 3 ? [] : statements.durably(touch(id)))));
  for (let time = 0; time < 5; time++)
    await Promise.all([statements.durably(touch(1)), statements.durably(touch(2))]);
  expect((await statements.lightly(count)).rows).toEqual([{ n: 10 }]);
  locked = false;
  await blocker.query('COMMIT');
  blocker.release();
  expect(await blocked).toBe(false);
  const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM t WHERE touched');
  expect(rows).toEqual([{ n: 10 }]);
});

it('does not let others wait behind ones that are alone with their lock', async () => {
  for (const id of range(0, 6)) await statements.durably(insert(id));
  const blocker = await database.pool.connect();
  try {
    await blocker.query('BEGIN; UPDATE t SET touched = false WHERE id < 4');
    const blocked = range(0, 4).map(async (id) => {
      await wait(id * 20);
      await statements.durably(touch(id));
    });
    await wait(100);
    const began = performance.now();
    for (let time = 0; time < 5; time++) await statements.durably(touch(5));
    // Less than it takes to give a lock up, which is what the others would be waiting for.
    expect(performance.now() - began).toBeLessThan(2_000);
    await blocker.query('COMMIT');
    await Promise.all(blocked);
  } finally {
    blocker.release();
  }
});

it('is no slower than a pool where each statement takes long', async () => {
  const SLOW = { name: 'slow', text: 'SELECT pg_sleep(0.1)', values: [] };
  const outcomes = await Promise.allSettled(range(0, 150).map(() => statements.lightly(SLOW)));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
});

it('sends many together again when statements are short again', async () => {
  const SLOW = {
    name: 'slow',
    text: 'INSERT INTO t SELECT n FROM generate_series(1000, 1000) AS n, pg_sleep(0.1) ON CONFLICT DO NOTHING',
    values: [],
  };
  for (let time = 0; time < 8; time++) await Promise.all(range(0, 2).map(() => statements.durably(SLOW)));
  for (let time = 0; time < 10; time++)
    await Promise.all(range(0, 64).map((n) => statements.durably(touch(n))));
  proxy.take();
  await Promise.all(range(0, 64).map((n) => statements.durably(touch(n))));
  expect(proxy.take().filter((name) => name === 'flush_commits').length).toBeLessThan(4);
});

it('answers "on disk" for what others did before they know it themselves', async () => {
  const relaxed = new pg.Client({ connectionString: database.url, options: '-c synchronous_commit=off' });
  await relaxed.connect();
  for (let id = 0; id < 10; id++) {
    const { rows } = await relaxed.query(INSERT, [id]);
    await statements.flushed();
    const { rows: at } = await database.pool.query(
      'SELECT pg_current_wal_flush_lsn() > $1::pg_lsn AS flushed',
      [rows[0].written],
    );
    expect(at).toEqual([{ flushed: true }]);
  }
  await relaxed.end();
});

it('survives a pool that throws', async () => {
  const alone = () => {
    throw new Error('EMFILE');
  };
  const one = new StatementLanes({ lanes: 1, client: { connectionString: proxy.url }, alone, seal: count });
  for (let time = 0; time < 3; time++) await expect(one.query(count)).rejects.toThrow('EMFILE');
  await one.end();
});

it('waits with patience for a table, though it is not prepared yet', async () => {
  const blocker = await database.pool.connect();
  const calls: Promise<unknown>[] = [];
  try {
    await blocker.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    calls.push(...range(0, 8).flatMap((id) => [statements.durably(insert(id)), statements.lightly(count)]));
    const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND application_name = 'alone'`;
    const until = performance.now() + 5_000;
    let blocked = 0;
    while (blocked < 10 && performance.now() < until)
      blocked = (await database.pool.query(waiting)).rows[0].n;
    expect(blocked).toBe(10);
    await blocker.query('COMMIT');
  } finally {
    blocker.release(true);
    await Promise.all(calls);
  }
  expect((await statements.lightly(count)).rows).toEqual([{ n: 8 }]);
});

it('forgets nobody who comes in the very turn in which a batch ends', async () => {
  const client = { connectionString: proxy.url, application_name: APPLICATION, pipeline: true };
  const alone = (statement: pg.QueryConfig) => pool.query(statement);
  const one = new StatementLanes({ lanes: 1, client, alone });
  for (let turns = 0; turns < 30; turns++) {
    await one.query(count);
    for (let turn = 0; turn < turns; turn++) await undefined;
    expect((await one.query(count)).rows).toEqual([{ n: 0 }]);
    // So that the next pair begins with an idle lane.
    await wait(2);
  }
  await one.end();
}, 10_000);

describe('a connection that', () => {
  it('breaks fails what was under way, as "not now", and is replaced', async () => {
    const hang = { name: 'hang', text: 'SELECT pg_sleep(10)', values: [] };
    const under = Promise.allSettled([statements.lightly(hang), statements.lightly(count)]);
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = $1 AND query LIKE '%pg_sleep(10)%'`;
    while ((await database.pool.query(kill, [APPLICATION])).rows.length === 0) await wait(5);
    expect((await under).map(statusOf)).toEqual([503, 503]);
    expect((await statements.lightly(count)).rows).toEqual([{ n: 0 }]);
  });

  it('breaks before the flush leaves none that says it was written', async () => {
    await Promise.all(range(0, 2).map((id) => statements.durably(insert(id))));
    const slow = { name: 'slow', text: 'INSERT INTO t (id) SELECT 100 FROM pg_sleep(10)', values: [] };
    const under = Promise.allSettled([
      ...range(2, 6).map((id) => statements.durably(insert(id))),
      statements.durably(slow),
    ]);
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = $1 AND query LIKE '%pg_sleep(10)%'`;
    while ((await database.pool.query(kill, [APPLICATION])).rows.length === 0) await wait(5);
    expect((await under).map(statusOf)).toEqual([503, 503, 503, 503, 503]);
  });

  it('breaks while nobody uses it is nobody’s trouble', async () => {
    await Promise.all([
      statements.lightly(count),
      statements.durably(insert(1)),
      statements.durably(insert(2)),
    ]);
    await database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [APPLICATION],
    );
    await wait(100);
    await Promise.all([statements.durably(insert(3)), statements.durably(insert(4))]);
    expect((await statements.lightly(count)).rows).toEqual([{ n: 4 }]);
  });

  it('only reads, by an error, is replaced', async () => {
    const { rows } = await database.pool.query('SELECT current_database() AS name');
    await database.pool.query(`ALTER DATABASE ${rows[0].name} SET default_transaction_read_only = on`);
    const write = () => Promise.allSettled([statements.durably(insert(1)), statements.durably(insert(2))]);
    try {
      expect((await write()).map(statusOf)).toEqual([503, 503]);
    } finally {
      await database.pool.query(`ALTER DATABASE ${rows[0].name} RESET default_transaction_read_only`);
    }
    let statuses = [503];
    for (let time = 0; time < 5 && statuses.includes(503); time++) statuses = (await write()).map(statusOf);
    expect((await statements.lightly(count)).rows).toEqual([{ n: 2 }]);
  });

  it('forgets what it had prepared is replaced', async () => {
    const together = () => Promise.allSettled(range(0, 4).map(() => statements.durably(touch(1))));
    await together();
    await Promise.all(
      range(0, 4).map(() => statements.durably({ name: 'forget', text: 'DEALLOCATE ALL', values: [] })),
    ).catch(() => undefined);
    for (let time = 0; time < 3; time++) await together();
    expect((await together()).map(statusOf)).toEqual([200, 200, 200, 200]);
  });

  it('falls silent is given up within 15 s, with all that waits', async () => {
    await Promise.all([statements.lightly(count), statements.lightly(count)]);
    for (const name of [APPLICATION, 'alone']) proxy.hold(name, 'everything');
    const began = performance.now();
    const first = range(0, 10).map(() => statements.lightly(count));
    await wait(50);
    const second = range(0, 10).map(() => statements.lightly(count));
    await wait(50);
    const third = range(0, 10).map(() => statements.lightly(count));
    const outcomes = await Promise.allSettled([...first, ...second, ...third]);
    expect(outcomes.map(statusOf)).toEqual(range(0, 30).map(() => 503));
    expect(performance.now() - began).toBeLessThan(15_000);
    for (const name of [APPLICATION, 'alone']) proxy.hold(name, undefined);
    expect((await statements.lightly(count)).rows).toEqual([{ n: 0 }]);
  }, 30_000);
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RunStatements } from '../../src/common/postgres/run-statements.service.js';
import { type CountingProxy, startCountingProxy, upstreamOf } from '../support/counting-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { clientOf, count, insert, range } from './batches.js';

let database: TestDatabase;
let proxy: CountingProxy;
let pool: pg.Pool;
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
  pool = new pg.Pool({ connectionString: proxy.url, application_name: 'alone' });
});
afterEach(async () => {
  await pool.end();
  await database.pool.query('DROP TABLE t');
});

describe('where', () => {
  const insertTogether = (by: RunStatements) => Promise.all(range(0, 5).map((id) => by.durably(insert(id))));
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  beforeEach(() => void warnings.splice(0));

  it('the log cannot be flushed, each commits by itself', async () => {
    const EMIT = 'FUNCTION pg_logical_emit_message(boolean, text, text, boolean)';
    const role = `plain_${process.pid}`;
    await database.pool.query(`CREATE ROLE ${role} LOGIN; GRANT SELECT, INSERT ON t TO ${role}`);
    const password = new URL(database.url).password;
    await database.pool.query(`ALTER ROLE ${role} PASSWORD '${password}'`);
    const url = new URL(proxy.url);
    url.username = role;
    const plain = new pg.Pool({ connectionString: url.href, application_name: 'alone' });
    const client = clientOf(url.href);
    // PostgreSQL lets everybody, unless an operator took it back.
    const trusted = await RunStatements.open(plain, client, warn);
    await trusted.end();
    expect(warnings).toEqual([]);
    await database.pool.query(`REVOKE EXECUTE ON ${EMIT} FROM public`);
    try {
      const distrusted = await RunStatements.open(plain, client, warn);
      expect(warnings).toEqual([expect.stringContaining('pg_logical_emit_message')]);
      proxy.take();
      await insertTogether(distrusted);
      expect(proxy.take()).toEqual(range(0, 5).map(() => 'insert'));
      await distrusted.end();
    } finally {
      await plain.end();
      await database.pool.query(`GRANT EXECUTE ON ${EMIT} TO public`);
      await database.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('lock_timeout is lost, statements go one by one', async () => {
    const url = new URL(proxy.url);
    url.searchParams.set('lock_timeout', '3000');
    const patient = await RunStatements.open(pool, clientOf(url.href), warn);
    expect(warnings).toEqual([expect.stringContaining('lock_timeout')]);
    proxy.take();
    await insertTogether(patient);
    await Promise.all(range(0, 3).map(() => patient.lightly(count)));
    expect(proxy.take()).toEqual([...range(0, 5).map(() => 'insert'), ...range(0, 3).map(() => 'count')]);
    await patient.flushed();
    expect(proxy.take()).toEqual(['flush_commits']);
    await patient.end();
  });

  it('PGOPTIONS say where to look, batches look there too', async () => {
    await database.pool.query('CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.t (id int PRIMARY KEY)');
    process.env.PGOPTIONS = '-c search_path=elsewhere';
    try {
      const there = await RunStatements.open(pool, clientOf(proxy.url), warn);
      await Promise.all(
        range(0, 3).map(() =>
          there.lightly({ ...insert(1), text: 'INSERT INTO t VALUES ($1) ON CONFLICT DO NOTHING' }),
        ),
      );
      await there.end();
    } finally {
      delete process.env.PGOPTIONS;
    }
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM elsewhere.t');
    expect(rows).toEqual([{ n: 1 }]);
    await database.pool.query('DROP SCHEMA elsewhere CASCADE');
  });

  it('a pooler refuses options, batches do without', async () => {
    const pooler = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (greeting) => {
        if (greeting.includes('options\0'))
          return socket.end(refusal('unsupported startup parameter: options'));
        const upstream = connect(upstreamOf(proxy.url));
        upstream.on('error', () => undefined);
        upstream.write(greeting);
        socket.pipe(upstream).pipe(socket);
      });
    });
    await once(pooler.listen(0, '127.0.0.1'), 'listening');
    const url = new URL(database.url);
    url.searchParams.delete('host');
    url.host = `127.0.0.1:${(pooler.address() as AddressInfo).port}`;
    const pooled = await RunStatements.open(pool, clientOf(url.href), warn);
    expect(warnings).toEqual([expect.stringContaining('options are refused')]);
    proxy.take();
    await insertTogether(pooled);
    expect(proxy.take()).toEqual([...range(0, 5).map(() => 'insert'), 'flush_commits']);
    await pooled.end();
    pooler.close();
  });

  it('the database is away, it says so', async () => {
    const away = clientOf('postgres://nobody@127.0.0.1:1/none');
    await expect(RunStatements.open(pool, away, warn)).rejects.toThrow('ECONNREFUSED');
    expect(warnings).toEqual([]);
  });
});

/** An ErrorResponse, as PgBouncer words it. */
function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.from('E....');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

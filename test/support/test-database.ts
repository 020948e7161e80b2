import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of one test file, migrated, dropped at its end. */
export interface TestDatabase {
  readonly url: string;
  /** For looking behind the server's back: ageing rows, counting them, searching them for secrets. */
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/**
 * Makes a database.
 *
 * @param template whether to start from the migrated template; false makes an empty one
 */
export async function createTestDatabase({ template = true } = {}): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_SERVER!;
  const name = `swingdoor_test_${randomBytes(6).toString('hex')}`;
  const from = template ? ` TEMPLATE ${process.env.TEST_DATABASE_TEMPLATE}` : '';
  await onServer(server, `CREATE DATABASE ${name}${from}`);
  const url = server.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  return {
    url,
    pool,
    async drop() {
      await pool.end();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { Logger, runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { dataSourceOptions } from './data-source-options.js';

/** Any constant will do, so long as nothing else in the database locks it. */
const MIGRATION_LOCK = 7_326_104_589;
/** Milliseconds between looks whether the turn is ours. */
const RETRY = 100;
/** graphile-worker would write to the console; what fails is thrown. */
const SILENT = new Logger(() => () => undefined);

/**
 * Brings the database to the newest version, the job queue's schema included. Replicas that start together take turns;
 * whoever comes second finds nothing left to do. Runs on connections without time-outs, since a migration may take long.
 *
 * @param url a `postgres://` URL
 * @returns the names of the migrations that this call ran
 * @throws QueryFailedError where a migration fails; it is rolled back
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await new DataSource(dataSourceOptions(url, { max: 2 })).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await takeTurn(lock);
    const ran = await dataSource.runMigrations();
    // Over our pool: it reads the URL of a unix socket, which graphile-worker's own reading of it does not.
    const pool = (dataSource.driver as PostgresDriver).master as Pool;
    // A connection that breaks in use says so by its query; without a listener the queue warns.
    pool.on('connect', (client) => client.on('error', () => undefined));
    await runMigrations({ pgPool: pool, logger: SILENT });
    return ran.map(({ name }) => name);
  } finally {
    // The lock ends with its session too; an error here would hide the one that matters.
    if (lock.isTransactionActive) await lock.rollbackTransaction().catch(ignoreQueryFailure);
    await lock.release();
    await dataSource.destroy();
  }
}

/**
 * The lock is that of a transaction, which stays open: a pooler that lends a session for one transaction would leave a
 * session's lock with somebody else. It asks again and again, because an index that is built concurrently waits for
 * every statement that began before, and so for whoever waits for the lock. Nor may it have parameters: the
 * statement would stay open until the next, and be waited for.
 */
async function takeTurn(lock: QueryRunner): Promise<void> {
  await lock.startTransaction('READ COMMITTED');
  await lock.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  for (;;) {
    const [{ mine }] = await lock.query(`SELECT pg_try_advisory_xact_lock(${MIGRATION_LOCK}) AS mine`);
    if (mine) return;
    await delay(RETRY);
  }
}

function ignoreQueryFailure(error: unknown): void {
  if (!(error instanceof QueryFailedError)) throw error;
}

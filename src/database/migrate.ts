import { Logger, runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { DataSource, QueryFailedError } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { dataSourceOptions } from './data-source-options.js';

/** Any constant will do, so long as nothing else in the database locks it. */
const MIGRATION_LOCK = 7_326_104_589;
/** graphile-worker would write to the console; what fails is thrown. */
const SILENT = new Logger(() => () => undefined);

/**
 * Brings the database to the newest version, the job queue's schema included. Replicas that start together queue
 * on a session lock; whoever comes second finds nothing left to do. Runs on connections without time-outs, since a migration may take long.
 *
 * @param url a `postgres://` URL
 * @returns the names of the migrations that this call ran
 * @throws QueryFailedError where a migration fails; it is rolled back
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await new DataSource(dataSourceOptions(url, { max: 2 })).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    // Over our pool: it reads the URL of a unix socket, which graphile-worker's own reading of it does not.
    const pool = (dataSource.driver as PostgresDriver).master as Pool;
    // A connection that breaks in use says so by its query; without a listener the queue warns.
    pool.on('connect', (client) => client.on('error', () => undefined));
    await runMigrations({ pgPool: pool, logger: SILENT });
    return ran.map(({ name }) => name);
  } finally {
    // The lock ends with its session; an error here would hide the one that matters.
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(ignoreQueryFailure);
    await lock.release();
    await dataSource.destroy();
  }
}

function ignoreQueryFailure(error: unknown): void {
  if (!(error instanceof QueryFailedError)) throw error;
}

import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { boundedSocket } from '../common/postgres/bounded-socket.js';

/** Milliseconds. A holder waits for its provider up to 10 s, so whoever comes next must wait longer than that. */
const POOL = {
  connectionTimeoutMillis: 8_000,
  statement_timeout: 20_000,
  lock_timeout: 13_000,
  idle_in_transaction_session_timeout: 60_000,
  stream: boundedSocket(65_000),
};

/**
 * Connections for transactions that hold a lock while a provider is asked, or wait for one. They are not the server's,
 * so that a provider that hangs keeps no request from the database.
 */
export class LockConnections implements OnApplicationShutdown {
  private constructor(private readonly dataSource: DataSource) {}

  /**
   * @param dataSource the server's; the same database, with other bounds
   * @param max how many transactions at once
   */
  static async open(dataSource: DataSource, max: number): Promise<LockConnections> {
    const patient = new DataSource({
      ...dataSource.options,
      extra: { ...extraOf(dataSource), ...POOL, max },
    } as never);
    await patient.initialize();
    const logger = new Logger('Database');
    const pool = (patient.driver as PostgresDriver).master as Pool;
    pool.on('error', (error) => logger.warn({ err: error }, 'A database connection was lost.'));
    return new LockConnections(patient);
  }

  /** Runs work in a transaction; it is committed when this returns. */
  transaction<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(work);
  }

  /** What needs them has ended before. */
  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}

function extraOf(dataSource: DataSource): object {
  return (dataSource.options as { extra?: object }).extra ?? {};
}

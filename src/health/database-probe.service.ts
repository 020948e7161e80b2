import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';

/** Milliseconds until a database that does not answer is called away; orchestrators wait no longer either. */
const PATIENCE = 2_000;

/**
 * Looks at the database over connections of its own: what watches the server must not wait behind what the server
 * does. Two, so that a look at its health does not wait for one at its figures; they close when nobody looks.
 */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly looks = new Map<string, Promise<QueryResultRow[]>>();

  constructor(dataSource: DataSource) {
    this.pool = new Pool({
      connectionString: (dataSource.options as { url: string }).url,
      application_name: 'swingdoor-health',
      max: 2,
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
      statement_timeout: PATIENCE,
    });
    const logger = new Logger('Health');
    this.pool.on('error', (error) => logger.debug({ err: error }, 'A database connection was lost.'));
  }

  /**
   * Runs a statement that takes no values. Who asks while the same is under way shares its answer, so that however many
   * ask, the database is asked by one.
   *
   * @returns the rows, within 4 s
   * @throws Error where the database is away, or takes longer than 2 s
   */
  look<Row extends QueryResultRow>(statement: string): Promise<Row[]> {
    const known = this.looks.get(statement);
    if (known) return known as Promise<Row[]>;
    const look = this.pool
      .query<Row>(statement)
      .then(({ rows }) => rows)
      .finally(() => this.looks.delete(statement));
    this.looks.set(statement, look);
    return look;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

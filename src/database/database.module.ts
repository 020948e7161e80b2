import { Global, Inject, Logger, Module, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { KeyRing } from '../common/crypto/key-ring.js';
import { SecretBox } from '../common/crypto/secret-box.js';
import { boundedSocket } from '../common/postgres/bounded-socket.js';
import { RunStatements } from '../common/postgres/run-statements.service.js';
import { Config } from '../config/config.js';
import { checkKeyRing } from './check-key-ring.js';
import { dataSourceOptions } from './data-source-options.js';
import { keepEmbeddedPostgres } from './embedded/keep-serving.js';
import type { EmbeddedPostgres } from './embedded/start-embedded-postgres.js';
import { migrate } from './migrate.js';
import { nameDatabase } from './name-database.js';
import { traceStatements } from './trace-statements.js';

/** The embedded server, as far as this module needs it. */
type Embedded = Pick<EmbeddedPostgres, 'url' | 'stop'>;

const EMBEDDED = Symbol('embedded PostgreSQL, or undefined with DATABASE_URL');

/** Bounds of every connection of the server, in milliseconds: a slow database must not hold requests for ever. */
const POOL = {
  max: 16,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 10_000,
  lock_timeout: 8_000,
  idle_in_transaction_session_timeout: 15_000,
  stream: boundedSocket(12_000),
};

/** The same of those that carry many statements at once, where nobody may wait for a lock. */
const LANES = {
  connectionTimeoutMillis: 5_000,
  statement_timeout: 10_000,
  lock_timeout: 50,
  stream: POOL.stream,
};

/**
 * The database, migrated and checked before anything else is built: TypeORM's `DataSource` for the cold paths
 * and, over the same connections, the `pg` pool; the hot statements go by `RunStatements`. Also the key ring that belongs
 * to it.
 */
@Global()
@Module({
  providers: [
    {
      provide: KeyRing,
      inject: [Config],
      useFactory: (config: Config) => new KeyRing(config.encryptionKeys),
    },
    { provide: SecretBox, inject: [KeyRing], useFactory: (ring: KeyRing) => new SecretBox(ring) },
    { provide: EMBEDDED, inject: [Config], useFactory: startUnlessGiven },
    { provide: DataSource, inject: [Config, SecretBox, EMBEDDED], useFactory: connect },
    { provide: Pool, inject: [DataSource], useFactory: poolOf },
    {
      provide: RunStatements,
      inject: [DataSource],
      useFactory: statementsOf,
    },
  ],
  exports: [DataSource, Pool, RunStatements, KeyRing, SecretBox],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: RunStatements,
    @Optional() @Inject(EMBEDDED) private readonly embedded: Embedded | undefined,
  ) {}

  /** Connections first, then the server that they lead to. */
  async onApplicationShutdown(): Promise<void> {
    await this.statements.end();
    await this.dataSource.destroy();
    await this.embedded?.stop();
  }
}

async function startUnlessGiven(config: Config): Promise<Embedded | undefined> {
  if (config.databaseUrl) return undefined;
  const logger = new Logger('EmbeddedPostgres');
  return keepEmbeddedPostgres({ dataDir: config.dataDir, log: (message) => logger.log(message) });
}

async function connect(config: Config, box: SecretBox, embedded?: Embedded): Promise<DataSource> {
  const url = config.databaseUrl ?? embedded!.url;
  try {
    const logger = new Logger('Database');
    logger.log(`Database: ${nameDatabase(config)}`);
    for (const name of await migrate(url)) logger.log(`Migrated: ${name}`);
    const dataSource = await new DataSource(dataSourceOptions(url, POOL)).initialize();
    // Without a listener, a connection that breaks while idle would end the process.
    poolOf(dataSource).on('error', (error) => logger.warn({ err: error }, 'A database connection was lost.'));
    traceStatements(poolOf(dataSource));
    await checkKeyRing(dataSource, box);
    return dataSource;
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as PostgresDriver).master as Pool;
}

function statementsOf(dataSource: DataSource): Promise<RunStatements> {
  const { url } = dataSource.options as { url: string };
  const client = { ...LANES, connectionString: url, application_name: 'swingdoor' };
  const logger = new Logger('Database');
  return RunStatements.open(poolOf(dataSource), client, (message) => logger.warn(message));
}

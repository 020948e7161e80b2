import { existsSync } from 'node:fs';
import { ConfigError } from '../config/config-error.js';
import type { Config } from '../config/config.js';
import { clusterFolder } from './embedded/cluster.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/start-embedded-postgres.js';
import { nameDatabase } from './name-database.js';

/**
 * The database that a command of the operator works on, given or embedded.
 *
 * @param options.make whether an embedded one is made where there is none; a command that changes what is there must not
 * @param options.report receives a line that names the database
 * @returns its `postgres://` URL, and what to call at the end
 * @throws ConfigError where there is none and none is to be made
 */
export async function openForOperator(
  config: Config,
  { make, report }: { make: boolean; report: (line: string) => void },
): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  const { databaseUrl, dataDir } = config;
  if (!databaseUrl && !make && !existsSync(clusterFolder(dataDir))) {
    const reason = 'there is no database in DATA_DIR; set DATABASE_URL';
    throw new ConfigError([{ variable: 'DATABASE_URL', reason }]);
  }
  report(`Database: ${nameDatabase(config)}`);
  return databaseUrl ? { url: databaseUrl, stop: async () => undefined } : startEmbeddedPostgres({ dataDir });
}

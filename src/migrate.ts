import { ConfigError } from './config/config-error.js';
import { loadConfig } from './config/load-config.js';
import { startEmbeddedPostgres } from './database/embedded/start-embedded-postgres.js';
import { migrate } from './database/migrate.js';

try {
  const config = loadConfig(process.env);
  const embedded = config.databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir: config.dataDir });
  const ran = await migrate(config.databaseUrl ?? embedded!.url);
  await embedded?.stop();
  for (const name of ran) process.stdout.write(`Migrated: ${name}\n`);
  if (ran.length === 0) process.stdout.write('The database is up to date.\n');
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exit(1);
}

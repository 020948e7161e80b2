import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from './build-if-stale.mjs';

buildIfStale();
const { startEmbeddedPostgres } = await import('../dist/src/database/embedded/start-embedded-postgres.js');
const { migrate } = await import('../dist/src/database/migrate.js');
const { dataSourceOptions } = await import('../dist/src/database/data-source-options.js');
const { DataSource } = await import('typeorm');

/** Migrates a fresh database, reports what TypeORM would still change, and walks every migration down again. */
async function check(url) {
  await migrate(url);
  const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    for (const { query } of upQueries) process.stderr.write(`Entities and database differ: ${query}\n`);
    for (let left = dataSource.migrations.length; left > 0; left -= 1) await dataSource.undoLastMigration();
    const tables = await dataSource.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'migrations'`,
    );
    for (const { table_name: name } of tables) process.stderr.write(`Left behind by the way down: ${name}\n`);
    return upQueries.length + tables.length;
  } finally {
    await dataSource.destroy();
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-schema-'));
const server = await startEmbeddedPostgres({ dataDir });
try {
  process.exitCode = (await check(server.url)) > 0 ? 1 : 0;
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

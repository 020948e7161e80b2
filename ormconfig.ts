import { DataSource } from 'typeorm';
import { loadConfig } from './src/config/load-config.js';
import { dataSourceOptions } from './src/database/data-source-options.js';
import { startEmbeddedPostgres } from './src/database/embedded/start-embedded-postgres.js';

const config = loadConfig(process.env);
const url = config.databaseUrl ?? (await startEmbeddedPostgres({ dataDir: config.dataDir })).url;

/** For TypeORM's command line: `npm run typeorm -- migration:show`. The server builds its own from the same options. */
export default new DataSource(dataSourceOptions(url));

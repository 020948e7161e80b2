import { loadConfig } from './config/load-config.js';
import { migrate } from './database/migrate.js';
import { openForOperator } from './database/open-for-operator.js';
import { explainFailure } from './explain-failure.js';

try {
  const report = (line: string) => void process.stdout.write(`${line}\n`);
  const database = await openForOperator(loadConfig(process.env), { make: true, report });
  const ran = await migrate(database.url);
  await database.stop();
  for (const name of ran) report(`Migrated: ${name}`);
  if (ran.length === 0) report('The database is up to date.');
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'Cannot migrate')}\n`);
  process.exit(1);
}

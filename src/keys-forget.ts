import { DataSource } from 'typeorm';
import { KeyRing } from './common/crypto/key-ring.js';
import { SecretBox } from './common/crypto/secret-box.js';
import { ConfigError } from './config/config-error.js';
import { loadConfig } from './config/load-config.js';
import { dataSourceOptions } from './database/data-source-options.js';
import { countLosses, findImpostor, forgetLostKeys } from './database/forget-lost-keys.js';
import { openForOperator } from './database/open-for-operator.js';
import { explainFailure } from './explain-failure.js';

/**
 * `npm run keys:forget`, for when a key of ENCRYPTION_KEYS is lost for good. It says what would be given up and ends
 * with 1; with `-- --accept-loss` it gives it up, and servers start again with the keys that are left.
 */
try {
  const config = loadConfig(process.env);
  const report = (line: string) => void process.stdout.write(`${line}\n`);
  const database = await openForOperator(config, { make: false, report });
  const dataSource = await new DataSource(dataSourceOptions(database.url, { max: 2 })).initialize();
  const kids = config.encryptionKeys.map(({ kid }) => kid);
  const box = new SecretBox(new KeyRing(config.encryptionKeys));
  const impostor = await findImpostor({ dataSource, box, kids });
  if (impostor !== undefined) {
    const reason = `the key named ${impostor} is not the one that sealed this database: give the new key another name`;
    throw new ConfigError([{ variable: 'ENCRYPTION_KEYS', reason }]);
  }
  const { oauthApps, accounts } = await countLosses({ dataSource, kids });
  const loss = `the secrets of ${oauthApps} OAuth apps and the tokens of ${accounts} accounts`;
  const accepted = process.argv.includes('--accept-loss');
  if (accepted) {
    report(`Giving up ${loss}.`);
    await forgetLostKeys({ dataSource, box: box, kids, report });
    report('Done. Start the servers; owners enter their secrets again, then users reconnect.');
  } else {
    report(`Without the lost keys nobody can open ${loss}. Nothing was changed.`);
    report('If no backup has the keys, give these up: npm run keys:forget -- --accept-loss');
  }
  await dataSource.destroy();
  await database.stop();
  process.exitCode = accepted ? 0 : 1;
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'Cannot give up what is lost')}\n`);
  process.exit(1);
}

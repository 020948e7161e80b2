import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { auditRecord } from './audit/audit-record.js';
import { writeAuditRecords } from './audit/write-audit-records.js';
import { KeyRing } from './common/crypto/key-ring.js';
import { SecretBox } from './common/crypto/secret-box.js';
import { loadConfig } from './config/load-config.js';
import { checkKeyRing } from './database/check-key-ring.js';
import { dataSourceOptions } from './database/data-source-options.js';
import { openForOperator } from './database/open-for-operator.js';
import { describeRotation, rotateKeys } from './database/rotate-keys.js';
import { explainFailure } from './explain-failure.js';

/**
 * `npm run keys:rotate`, beside running servers. Before: add the new key to ENCRYPTION_KEYS of every server, not
 * first, so that all can open what one seals; then make it first everywhere. Ends with 1 while anything is left.
 */
try {
  const config = loadConfig(process.env);
  const report = (line: string) => void process.stdout.write(`${line}\n`);
  const database = await openForOperator(config, { make: false, report });
  const dataSource = await new DataSource(dataSourceOptions(database.url, { max: 2 })).initialize();
  const ring = new KeyRing(config.encryptionKeys);
  const box = new SecretBox(ring);
  await checkKeyRing(dataSource, box);
  const left = await rotateKeys({ dataSource, box, activeKid: ring.activeKid, report });
  const total = left.reduce((sum, { values }) => sum + values, 0);
  const record = auditRecord('keys.rotated', undefined, { left: total }, { kind: 'operator' });
  await writeAuditRecords((dataSource.driver as PostgresDriver).master as Pool, [record]);
  const kids = config.encryptionKeys.map(({ kid }) => kid);
  describeRotation(left, kids, config.refreshGrace).forEach(report);
  await dataSource.destroy();
  await database.stop();
  process.exitCode = left.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'Cannot seal under another key')}\n`);
  process.exit(1);
}

import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.js';

const secretsSchema = z.object({ dashboardJwtSecret: z.string().min(32), encryptionKeys: z.string() });

/** What development generates for itself, in the formats of `DASHBOARD_JWT_SECRET` and `ENCRYPTION_KEYS`. */
export type DevelopmentSecrets = z.output<typeof secretsSchema>;

/**
 * Reads the generated secrets of a data folder, making them first where there are none. Processes that start
 * at the same moment end up with the same file: it is written aside and linked into place, and a link fails
 * where the name exists.
 *
 * @param dataDir the folder; created with mode 0700
 * @returns the secrets, kept in `secrets.json` with mode 0600
 * @throws ConfigError where the folder cannot be used
 */
export function developmentSecrets(dataDir: string): DevelopmentSecrets {
  try {
    return readOrMake(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code
      ? `cannot hold secrets.json (${code}): name a folder that this user can write`
      : 'holds a secrets.json that is damaged: restore it, or remove it together with the database beside it';
    throw new ConfigError([{ variable: 'DATA_DIR', reason }]);
  }
}

function readOrMake(dataDir: string): DevelopmentSecrets {
  const file = join(dataDir, 'secrets.json');
  const read = () => secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const secrets: DevelopmentSecrets = {
    dashboardJwtSecret: randomBytes(32).toString('base64url'),
    encryptionKeys: `dev:${randomBytes(32).toString('base64')}`,
  };
  writeFileSync(draft, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return read();
}

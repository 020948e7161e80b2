import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { POSTGRES_MAJOR, type Binaries } from './binaries.js';
import { keep } from './keeper.js';
import { postgresError } from './postgres-error.js';
import { impersonate, type ServerAccount } from './server-account.js';

/** Name of the superuser and of the database. */
export const DATABASE_NAME = 'swingdoor';

/** A data folder that is ready to be served. */
export interface Cluster {
  /** Holds everything of this cluster; only the server's account may enter. */
  readonly folder: string;
  /** The part PostgreSQL manages. */
  readonly dataFolder: string;
  /** Password of the superuser, 48 hexadecimal digits. */
  readonly secret: string;
}

/**
 * Names the cluster's folder, by major version because one major cannot read the data of another.
 *
 * @param dataDir absolute path of the application's data folder
 */
export function clusterFolder(dataDir: string): string {
  return join(dataDir, `pg${POSTGRES_MAJOR}`);
}

/**
 * Opens the cluster in `dataDir`, making it on the first start. It is made under another name and renamed when it is
 * complete: a start that is killed half-way leaves no half cluster, and of several first starts one wins.
 *
 * @throws Error with the words of `initdb` when it cannot be made, or when it belongs to another user
 */
export async function openCluster(
  dataDir: string,
  account: ServerAccount | undefined,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<Cluster> {
  const folder = clusterFolder(dataDir);
  if (!existsSync(folder)) await createCluster(dataDir, folder, account, binaries, log);
  removeUnfinished(dataDir);
  return { folder, dataFolder: join(folder, 'data'), secret: readSecret(folder) };
}

async function createCluster(
  dataDir: string,
  folder: string,
  account: ServerAccount | undefined,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<void> {
  const as = impersonate(account, [binaries.initdb, dataDir]);
  const unfinished = mkdtempSync(unfinishedPrefix(dataDir));
  try {
    const secretFile = join(unfinished, 'secret');
    writeFileSync(secretFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    if (account) [secretFile, unfinished].forEach((path) => chownSync(path, account.uid, account.gid));
    const data = join(unfinished, 'data');
    const exit = await keep({
      command: [binaries.initdb, `--pgdata=${data}`, `--pwfile=${secretFile}`, ...INITDB_OPTIONS],
      as,
      environment: binaries.environment,
      log,
    }).exited;
    if (exit.code === 0) publish(unfinished, folder, dataDir);
    // When somebody else was faster, ours may have failed because he tidied it away.
    if (!existsSync(folder)) throw postgresError(`PostgreSQL could not make its data folder ${folder}`, exit);
  } finally {
    remove(unfinished);
  }
}

const INITDB_OPTIONS = [
  `--username=${DATABASE_NAME}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
];

function publish(unfinished: string, folder: string, dataDir: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (existsSync(folder)) return;
    throw error;
  }
  if (process.platform === 'win32') return;
  // Rows are durable only if the name of the folder they are in is.
  const parent = openSync(dataDir, 'r');
  fsyncSync(parent);
  closeSync(parent);
}

function unfinishedPrefix(dataDir: string): string {
  return `${clusterFolder(dataDir)}.unfinished-`;
}

/** Called only once the cluster exists: from then on every unfinished one has lost, whether its maker lives or not. */
function removeUnfinished(dataDir: string): void {
  const prefix = unfinishedPrefix(dataDir);
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name);
    if (path.startsWith(prefix)) remove(path);
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Its maker is still writing into it, and removes it himself or leaves it to the next start.
  }
}

function readSecret(folder: string): string {
  try {
    return readFileSync(join(folder, 'secret'), 'utf8').trim();
  } catch (cause) {
    throw new Error(
      `The database in ${folder} cannot be opened (${(cause as Error).message}). Start Swingdoor as the user who ` +
        'owns that folder, or choose another DATA_DIR.',
      { cause },
    );
  }
}

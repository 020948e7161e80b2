import { createHash } from 'node:crypto';
import { lchownSync, lstatSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { keep, type Kept } from './keeper.js';
import { foreignPid } from './postmaster-file.js';
import { impersonate, type ServerAccount } from './server-account.js';

/** Given on each start rather than kept in postgresql.conf, so that an upgrade of Swingdoor can change them. */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '64MB',
  max_connections: '200',
  max_wal_size: '256MB',
  wal_compression: 'off',
  huge_pages: 'off',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  // The SQLSTATE tells a lock held by another server from other failures.
  log_line_prefix: '%e:',
  // Errors of statements go to the client; in the log they would only repeat data of the users.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** SQLSTATE lock_file_exists: another server holds the data folder, or the processes of a killed one still do. */
const LOCK_FILE_EXISTS = /^F0001:/m;

/** SQLSTATE cannot_connect_now: our own asking whether the server serves already. */
const NOT_YET = '57P03:';

/** Longest path of a unix socket, in bytes without the final zero, of all supported systems (macOS; Linux has 107). */
const MAX_SOCKET_PATH = 103;
const SOCKET_NAME = '.s.PGSQL.5432';

/** A server process, still starting or serving. */
export interface Server {
  readonly process: Kept;
  /** Asks for a fast shutdown and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts a server on a cluster, whether or not another one has it; that one's lock then ends ours.
 *
 * @param name what the server reports as its `cluster_name`; letters, digits, `_` and `-`
 * @throws Error when there is no place for its socket
 */
export async function startServer(
  cluster: Cluster,
  name: string,
  account: ServerAccount | undefined,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<Server> {
  const socketDir = process.platform === 'win32' ? undefined : prepareSocketDir(cluster, account);
  const settings = { ...SETTINGS, ...(await listenSettings(socketDir)), cluster_name: name };
  const foreign = foreignPid(cluster.dataFolder);
  const kept = keep({
    command: [binaries.postgres, '-D', cluster.dataFolder, ...commandLine(settings)],
    stopCommand: [binaries.pgCtl, 'stop', '-D', cluster.dataFolder, '-m', 'fast'],
    as: impersonate(account, [binaries.postgres, cluster.dataFolder, ...(socketDir ? [socketDir] : [])]),
    environment: {
      ...binaries.environment,
      // PostgreSQL believes no lock file that names this process, and drops such a file in its own safe way.
      ...(foreign === undefined ? {} : { PG_GRANDPARENT_PID: String(foreign) }),
    },
    log: (line) => (line.startsWith(NOT_YET) ? undefined : log(line)),
  });
  const stop = async () => {
    kept.release();
    await kept.exited;
  };
  return { process: kept, stop };
}

/**
 * Tells from its last words whether a server ended because another one has the data folder.
 */
export function lostToAnother(output: string): boolean {
  return LOCK_FILE_EXISTS.test(output);
}

function commandLine(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function listenSettings(socketDir: string | undefined): Promise<Record<string, string>> {
  if (socketDir === undefined) return { listen_addresses: '127.0.0.1', port: String(await freePort()) };
  return {
    listen_addresses: '',
    port: '5432',
    // A list, in which a name with a comma or a blank needs quotes.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * The socket lies in the cluster's own folder unless that path is too long for the system; then in a folder below the
 * temporary one that is named after the cluster.
 */
function prepareSocketDir(cluster: Cluster, account: ServerAccount | undefined): string {
  if (fits(cluster.folder)) return cluster.folder;
  const digest = createHash('sha256').update(cluster.folder).digest('hex').slice(0, 16);
  const dir = join(tmpdir(), `swingdoor-${digest}`);
  if (!fits(dir))
    throw new Error(`No room for a unix socket in ${dir}: set DATA_DIR or TMPDIR to a shorter path.`);
  // With `recursive` an existing one is no error: several processes may start at once.
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (account && lstatSync(dir).uid === 0) lchownSync(dir, account.uid, account.gid);
  assertPrivate(dir, account?.uid ?? process.getuid!());
  return dir;
}

function fits(dir: string): boolean {
  return Buffer.byteLength(join(dir, SOCKET_NAME)) <= MAX_SOCKET_PATH;
}

/** Anybody can make a folder below the temporary one, so that ours is trusted only when it cannot be another's. */
function assertPrivate(dir: string, uid: number): void {
  const found = lstatSync(dir);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return;
  throw new Error(
    `${dir} should be a folder that only user ${uid} may enter, but somebody else made it. Remove it, or set ` +
      'DATA_DIR to a shorter path.',
  );
}

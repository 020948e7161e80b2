import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { locateBinaries } from '../dist/src/database/embedded/binaries.js';
import { clusterFolder, DATABASE_NAME, openCluster } from '../dist/src/database/embedded/cluster.js';
import { keep } from '../dist/src/database/embedded/keeper.js';
import { freePort } from '../scripts/free-port.mjs';
import { impersonate, serverAccount } from '../dist/src/database/embedded/server-account.js';

/** The same for every contender. Durable as in production; nothing but the contenders decides when it works. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '1GB',
  max_wal_size: '32GB',
  checkpoint_timeout: '1h',
  huge_pages: 'off',
  jit: 'off',
  shared_preload_libraries: 'pg_stat_statements',
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * Starts the PostgreSQL that the project brings, on TCP at 127.0.0.1 and with a fresh cluster.
 *
 * @param {string} parent folder for the data, on the disk to be measured
 * @param {Record<string, string>} settings over the ones above
 */
export async function startCluster(parent, settings = {}) {
  const dataDir = mkdtempSync(join(parent, 'swingdoor-bench-'));
  // The account that runs PostgreSQL where this runs as root has to get through.
  chmodSync(dataDir, 0o755);
  const account = serverAccount(clusterFolder(dataDir));
  const binaries = locateBinaries(join(dataDir, 'pg-lib'), account);
  const cluster = await openCluster(dataDir, account, binaries, () => undefined);
  const port = await freePort();
  const all = { ...SETTINGS, ...settings, port: String(port) };
  const kept = keep({
    command: [
      binaries.postgres,
      '-D',
      cluster.dataFolder,
      ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    as: impersonate(account, [binaries.postgres, cluster.dataFolder]),
    environment: binaries.environment,
    log: () => undefined,
  });
  const urlOf = (database) =>
    `postgres://${DATABASE_NAME}:${cluster.secret}@127.0.0.1:${port}/${database ?? 'postgres'}`;
  const root = new pg.Pool({ connectionString: urlOf(), max: 1 });
  root.on('error', () => undefined);
  await untilItAnswers(root, kept);
  await root.query('CREATE EXTENSION pg_stat_statements');
  return {
    dataDir,
    /** Its superuser, in the database `postgres`. */
    root,
    /** Process number of the postmaster; every other process of the cluster is its child. */
    pid: Number(readFileSync(join(cluster.dataFolder, 'postmaster.pid'), 'utf8').split('\n', 1)[0]),
    /** @returns the URL of a new database */
    async createDatabase(name) {
      await root.query(`CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    async stop() {
      await root.end();
      kept.release();
      await kept.exited;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(pool, kept) {
  let ended;
  void kept.exited.then((exit) => (ended = exit));
  for (;;) {
    try {
      return await pool.query('SELECT 1');
    } catch (error) {
      if (ended) throw new Error(`PostgreSQL ended: ${ended.output}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

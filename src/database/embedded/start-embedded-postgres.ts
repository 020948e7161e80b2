import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { locateBinaries, type Binaries } from './binaries.js';
import { clusterFolder, openCluster, type Cluster } from './cluster.js';
import { postgresError } from './postgres-error.js';
import { probe } from './probe.js';
import { isRunning } from './process.js';
import { serverAccount, type ServerAccount } from './server-account.js';
import { lostToAnother, startServer } from './server.js';

/** A PostgreSQL server that serves the data in one folder. */
export interface EmbeddedPostgres {
  /**
   * `postgres://` URL of the database, for `pg` and for TypeORM's `url`. Except on Windows it stays the same over
   * restarts, so that the pools of an adopter work again after a takeover.
   */
  readonly url: string;
  /** Whether this call started the server; if not, another process did and the server ends with that process. */
  readonly owner: boolean;
  /** Shuts the server down and waits for its end; does nothing when it is not ours. Safe to repeat. */
  stop(): Promise<void>;
}

/** How long nothing may happen while another server holds the data and does not answer. */
const PATIENCE_MS = 60_000;
/** How long a server whose owner is dead may take to notice. */
const DYING_MS = 5_000;
const RETRY_MS = 25;

/** One attempt's surroundings. */
interface Context {
  readonly cluster: Cluster;
  readonly account: ServerAccount | undefined;
  readonly binaries: Binaries;
  readonly log: (message: string) => void;
}

/**
 * Serves the PostgreSQL data in `<dataDir>/pg18`, making them on the first start.
 *
 * Several processes may do so at once: PostgreSQL's own lock decides who owns the server, the others adopt it. It ends
 * with its owner, however he ends; an adopter then loses its connections, and whoever calls this again first is the
 * new owner. All processes must be on one host and see each other's process numbers: not in two containers.
 *
 * @param options.dataDir the application's data folder, made with mode 0700 (0711 by root) if it is missing
 * @param options.log receives the lines of the server's log
 * @throws Error that says what to do, when there is no PostgreSQL for this machine or it cannot start
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log?: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  // Root lets others through, but not look inside: the server's account has its own folder there.
  mkdirSync(options.dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const account = serverAccount(clusterFolder(dataDir));
  const binaries = locateBinaries(join(dataDir, 'pg-lib'), account);
  const cluster = await openCluster(dataDir, account, binaries, log);
  return claimOrAdopt({ cluster, account, binaries, log });
}

async function claimOrAdopt(context: Context): Promise<EmbeddedPostgres> {
  let lastSign = Date.now();
  let dyingSince: number | undefined;
  while (Date.now() - lastSign < PATIENCE_MS) {
    const found = await probe(context.cluster);
    if (found.state === 'serving') {
      dyingSince ??= Date.now();
      const settled = isAlive(found.owner) || Date.now() - dyingSince > DYING_MS;
      if (settled) return { url: found.url, owner: false, stop: async () => undefined };
    }
    if (found.state === 'absent') {
      const claimed = await claim(context);
      if (claimed) return claimed;
    } else {
      lastSign = Date.now();
    }
    await delay(RETRY_MS);
  }
  throw new Error(
    `Another PostgreSQL server holds ${context.cluster.dataFolder} and does not answer. If there is none, remove ` +
      'postmaster.pid from that folder. Or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** Starts a server; returns undefined when another one got there first. */
async function claim({ cluster, account, binaries, log }: Context): Promise<EmbeddedPostgres | undefined> {
  const name = ownerName();
  const server = await startServer(cluster, name, account, binaries, log);
  try {
    for (;;) {
      const found = await probe(cluster);
      if (found.state === 'serving' && found.owner === name) {
        server.process.unref();
        return { url: found.url, owner: true, stop: server.stop };
      }
      const exit = await Promise.race([delay(RETRY_MS), server.process.exited]);
      if (exit && lostToAnother(exit.output)) return undefined;
      if (exit) throw postgresError(`PostgreSQL could not start on ${cluster.dataFolder}`, exit);
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Unlike a process number alone, never given twice. */
function ownerName(): string {
  return `swingdoor_${process.pid}_${randomBytes(6).toString('hex')}`;
}

/** A server whose owner has died still serves for a moment: it is not worth adopting. */
function isAlive(owner: string): boolean {
  return isRunning(Number(owner.split('_')[1]));
}

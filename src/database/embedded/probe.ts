import pg from 'pg';
import { DATABASE_NAME, type Cluster } from './cluster.js';
import { readPostmasterFile, type PostmasterFile } from './postmaster-file.js';

/**
 * What answers for a cluster: nothing; a server that is starting, stopping or full; or one that serves, with its
 * URL and the name its owner gave it.
 */
export type Probe =
  | { readonly state: 'absent' }
  | { readonly state: 'busy' }
  | { readonly state: 'serving'; readonly url: string; readonly owner: string };

/** SQLSTATEs of a server that is alive: cannot_connect_now, admin_shutdown, crash_shutdown, too_many_connections. */
const BUSY = ['57P03', '57P01', '57P02', '53300'];
/** SQLSTATEs of CREATE DATABASE when another process was faster: duplicate_database, unique_violation. */
const DUPLICATE = ['42P04', '23505'];
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Asks the server of a cluster whether it serves, and makes the database if it is not there yet.
 *
 * @throws Error when a server answers and refuses us, for example after a change of the superuser's password
 */
export async function probe(cluster: Cluster): Promise<Probe> {
  const address = readPostmasterFile(cluster.dataFolder);
  // While it starts, a server has written its port but not yet its socket. Whoever listens on that port is another.
  if (!address || (process.platform !== 'win32' && !address.socketDir)) return { state: 'absent' };
  const client = new pg.Client({
    connectionString: databaseUrl(cluster, address, 'postgres'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A server that stops while we ask is told by the rejection of the query.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const owner = await ask(client);
    return { state: 'serving', url: databaseUrl(cluster, address, DATABASE_NAME), owner };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) return { state: 'absent' };
    if (BUSY.includes(error.code ?? '')) return { state: 'busy' };
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ask(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ owner: string; complete: boolean }>(
    `SELECT current_setting('cluster_name') AS owner,
            EXISTS (SELECT FROM pg_database WHERE datname = $1) AS complete`,
    [DATABASE_NAME],
  );
  const [{ owner, complete }] = rows as [{ owner: string; complete: boolean }];
  if (!complete) await createDatabase(client);
  return owner;
}

async function createDatabase(client: pg.Client): Promise<void> {
  try {
    await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && DUPLICATE.includes(error.code ?? ''))) throw error;
  }
}

/**
 * The host of the URL itself only makes it one that `new URL` reads; `pg` takes the folder of the socket from the
 * query. Everything is spelt out so that PGPORT or PGSSLMODE in the environment change nothing.
 */
function databaseUrl({ secret }: Cluster, { port, socketDir }: PostmasterFile, database: string): string {
  const base = `postgres://${DATABASE_NAME}:${secret}`;
  return socketDir
    ? `${base}@localhost:${port}/${database}?sslmode=disable&host=${encodeURIComponent(socketDir)}`
    : `${base}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

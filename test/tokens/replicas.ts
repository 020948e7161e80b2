import { expect } from '@jest/globals';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.js';
import { type Env, freePort, startServer, type TestServer } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** `application_name` of the connection on which a replica hears of revocations. */
export const CHANNEL = 'swingdoor-revocations';

/** One server of several on one database, with a way to it of its own. */
export interface Replica {
  readonly server: TestServer;
  readonly client: TestClient;
  readonly proxy: CountingProxy;
}

/** Two servers behind one address. */
export interface Replicas {
  readonly database: TestDatabase;
  readonly here: Replica;
  readonly there: Replica;
  close(): Promise<void>;
}

/**
 * Starts two replicas.
 *
 * @param env variables of both, over the test defaults
 * @param there variables of the second
 */
export async function startReplicas(env: Env = {}, there: Env = {}): Promise<Replicas> {
  const database = await createTestDatabase();
  const shared = {
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    PUBLIC_URL: 'https://api.example.com',
    RATE_LIMITS: 'off',
    ...env,
  };
  const replicas = [
    await startReplica(database, shared),
    await startReplica(database, { ...shared, ...there }),
  ] as const;
  return {
    database,
    here: replicas[0],
    there: replicas[1],
    async close() {
      for (const replica of replicas) await closeReplica(replica);
      await database.drop();
    },
  };
}

/**
 * Starts one replica.
 *
 * @param database it shares
 * @param env variables over the test defaults
 * @param alter as {@link startCountingProxy} takes it
 */
export async function startReplica(
  { url }: Pick<TestDatabase, 'url'>,
  env: Env,
  alter?: (chunk: Buffer) => void,
): Promise<Replica> {
  const proxy = await startCountingProxy(url, alter);
  const PORT = String(await freePort());
  const server = await startServer({ DATABASE_URL: proxy.url, PORT, ...env });
  return { server, proxy, client: new TestClient({ url: `http://127.0.0.1:${PORT}` }) };
}

/** Ends a replica and its way to the database. */
export async function closeReplica({ server, proxy }: Replica): Promise<void> {
  if (server.process.exitCode === null) await server.stop();
  await proxy.close();
}

/** How many statements a bearer check costs that must end with this status. */
export async function costOf({ client, proxy }: Replica, token: string, status = 200): Promise<number> {
  proxy.take();
  expect((await client.me(token)).status).toBe(status);
  return proxy.take().length;
}

/** Waits until a replica takes this token from memory. */
export async function untilCached(replica: Replica, ...tokens: readonly string[]): Promise<void> {
  for (const token of tokens) await eventually(async () => (await costOf(replica, token)) === 0);
}

/**
 * Waits until a token is refused.
 *
 * @returns milliseconds from now to the beginning of the first call that was refused
 */
export async function timeToRefusal({ client }: Replica, token: string): Promise<number> {
  const from = performance.now();
  let began = from;
  await eventually(async () => {
    began = performance.now();
    return (await client.me(token)).status === 401;
  });
  return began - from;
}

/** Asks again and again, 15 s at most. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  const until = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`Never came true: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

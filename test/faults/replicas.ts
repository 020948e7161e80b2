import { freePort, startServer, type Env, type TestServer } from '../support/test-app.js';

/** The ring of all replicas: successors of refresh tokens come from it. */
export const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

/** A replica that may be started again where it was. */
export interface Replica {
  /** Where it listens itself, whatever PUBLIC_URL says. */
  readonly address: string;
  server: TestServer;
  /** @param env variables over those it was started with first */
  start(env?: Env): Promise<void>;
}

/**
 * Starts replicas of one server.
 *
 * @param count how many
 * @param env variables of all; DATABASE_URL and the key ring make them one. PORT is for a single one
 */
export async function startReplicas(count: number, env: Env): Promise<Replica[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const PORT = env.PORT ?? String(await freePort());
      const start = (more: Env = {}) =>
        startServer({ ENCRYPTION_KEYS, RATE_LIMITS: 'off', PORT, ...env, ...more });
      const replica: Replica = {
        address: `http://127.0.0.1:${PORT}`,
        server: await start(),
        async start(more) {
          replica.server = await start(more);
        },
      };
      return replica;
    }),
  );
}

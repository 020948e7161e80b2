import { randomBytes } from 'node:crypto';
import { CEILINGS, type LimitName } from '../../src/limits/ceilings.js';
import { type Env, startServer, startTestApp, type TestApp, type TestServer } from '../support/test-app.js';
import { type Answer, REDIRECT_URI, TestClient } from '../support/test-client.js';

/** Replicas with limits, on one database. */
export interface LimitStage {
  readonly app: TestApp;
  /** Starts a further replica, which knows nothing yet of what is used up. */
  replica(env?: Env): Promise<TestServer>;
  /** Uses of a key by replicas that are not here. */
  useElsewhere(name: LimitName, key: string, points: number): Promise<void>;
  /** Moves every counter into the past, as if that time had gone by. */
  ageCounters(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the first replica. Its callers say in X-Forwarded-For where they are.
 *
 * @param env variables over those of every replica
 */
export async function openLimitStage(env: Env = {}): Promise<LimitStage> {
  const common = {
    RATE_LIMITS: 'on',
    TRUST_PROXY: 'loopback',
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  };
  const app = await startTestApp({ ...common, ...env });
  const others: TestServer[] = [];
  return {
    app,
    async replica(own = {}) {
      const server = await startServer({ DATABASE_URL: app.databaseUrl, ...common, ...own });
      others.push(server);
      return server;
    },
    async useElsewhere(name, key, points) {
      const ends = Date.now() + CEILINGS[name].seconds * 1000;
      await app.database.query('INSERT INTO rate_limits (key, points, expire) VALUES ($1, $2, $3)', [
        `${name}:${key}`,
        points,
        ends,
      ]);
    },
    async ageCounters(seconds) {
      await app.database.query('UPDATE rate_limits SET expire = expire - $1', [seconds * 1000]);
    },
    async close() {
      await Promise.all(others.map((server) => server.stop()));
      await app.close();
    },
  };
}

/** Somebody at an address. */
export class Caller extends TestClient {
  constructor(
    app: Pick<TestServer, 'url'>,
    readonly address: string,
  ) {
    super(app);
  }

  override request(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { ...(init.headers as Record<string, string>), 'x-forwarded-for': this.address };
    return super.request(path, { ...init, headers });
  }

  /** Registers a client that nobody has registered before. */
  newcomer(metadata: Record<string, unknown> = {}): Promise<Answer> {
    const client_name = randomBytes(8).toString('hex');
    return this.sendRegistration({ redirect_uris: [REDIRECT_URI], client_name, ...metadata });
  }
}

/** How many answers had which status. */
export type Tally = Record<number, number>;

/**
 * Calls again and again, at most 25 at once.
 *
 * @param times how often
 * @param call gets the number of the call
 */
export async function tally(times: number, call: (n: number) => Promise<Answer>): Promise<Tally> {
  const counted: Tally = {};
  for (let from = 0; from < times; from += 25) {
    const numbers = Array.from({ length: Math.min(25, times - from) }, (_, index) => from + index);
    for (const { status } of await Promise.all(numbers.map(call))) {
      counted[status] = (counted[status] ?? 0) + 1;
    }
  }
  return counted;
}

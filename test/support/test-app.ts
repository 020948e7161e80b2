import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { createTestDatabase } from './test-database.js';

/** The HS256 secret of the dashboard that the tests play. */
export const DASHBOARD_SECRET = 'test-dashboard-secret-of-at-least-32-bytes';

/** Secrets of the resource servers that the tests play. */
export const RESOURCE_SERVERS = [
  { id: 'all-seeing', secret: 'all-seeing-secret' },
  { id: 'mcp', secret: 'mcp-secret-for-tests', resource: 'https://mcp.example.com/mcp' },
];

/** Variables of a server; undefined unsets one. */
export type Env = Record<string, string | undefined>;

/** A server as users run it: the compiled program in a process of its own. */
export interface TestServer {
  /** PUBLIC_URL, and where it listens. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Every line that it wrote so far, standard error included. */
  readonly logs: string[];
  /** Ends it as an orchestrator would; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A server with a database of its own. */
export interface TestApp extends TestServer {
  /** For looking behind the server's back: ageing rows, counting them, searching them for secrets. */
  readonly database: pg.Pool;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/**
 * Starts a server on a fresh database.
 *
 * @param env variables over the test defaults
 */
export async function startTestApp(env: Env = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  try {
    const server = await startServer({ DATABASE_URL: database.url, ...env });
    return {
      ...server,
      database: database.pool,
      databaseUrl: database.url,
      async close() {
        await server.stop();
        await database.drop();
      },
    };
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/**
 * Starts a server and waits until it answers.
 *
 * @param env variables over the test defaults; without DATABASE_URL it starts its embedded database
 * @param account the user to run it as, where the tests run as root
 * @throws Error with everything it wrote, if it ends before that
 */
export async function startServer(
  env: Env,
  account: { uid?: number; gid?: number } = {},
): Promise<TestServer> {
  const port = env.PORT ?? String(await freePort());
  const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-data-'));
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      PORT: port,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: dataDir,
      DASHBOARD_JWT_SECRET: DASHBOARD_SECRET,
      // Every test knocks from one address.
      RATE_LIMITS: 'off',
      RESOURCE_SERVERS: JSON.stringify(RESOURCE_SERVERS),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  });
  const logs: string[] = [];
  const exited = once(child, 'exit').then(([code]) => {
    rmSync(dataDir, { recursive: true, force: true });
    return code as number | null;
  });
  for (const output of [child.stdout!, child.stderr!]) {
    createInterface({ input: output }).on('line', (line) => logs.push(line));
  }
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  const early = await Promise.race([opened(Number(port), ended.signal), exited]);
  if (early !== 'open') throw new Error(`The server ended with ${early}:\n${logs.join('\n')}`);
  return {
    url: env.PUBLIC_URL ?? `http://127.0.0.1:${port}`,
    process: child,
    logs,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

/** Asks by TCP, not by the log, which LOG_LEVEL may silence: the port is the last thing that a start opens. */
async function opened(port: number, ended: AbortSignal): Promise<'open'> {
  while (!ended.aborted) {
    if (await connects(port).catch(() => false)) return 'open';
    await delay(20);
  }
  // The exit says more.
  return new Promise(() => undefined);
}

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return Boolean(socket.destroy());
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from '../scripts/free-port.mjs';

/**
 * How long a revoked token still works on the other replicas: three of them under bearer load, on the embedded
 * PostgreSQL. `node bench/revocation-lag.mjs [revocations] [black holes]` prints a table; with `--load` it is the load.
 */
const REPLICAS = 3;
const CONNECTIONS = 16;
const LOAD_TOKENS = 300;
const CHANNEL = 'swingdoor-revocations';
const self = fileURLToPath(import.meta.url);
const agent = new Agent({ keepAlive: true });
const hashOf = (token) => createHash('sha256').update(token).digest();

if (process.argv[2] === '--load') await load(process.argv[3].split(','), process.argv[4].split(','));
else await measure(Number(process.argv[2] ?? 400), Number(process.argv[3] ?? 60));

async function measure(revocations, holes) {
  const { startEmbeddedPostgres } = await import('../dist/src/database/embedded/start-embedded-postgres.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-lag-'));
  chmodSync(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const relay = await startRelay(postgres.url);
  const replicas = [];
  for (let n = 0; n < REPLICAS; n++) replicas.push(await startReplica(relay.url));
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  const tokens = await seed(database, LOAD_TOKENS + revocations + holes);
  const ports = replicas.map(({ port }) => port);
  const arguments_ = [self, '--load', ports.join(','), tokens.splice(0, LOAD_TOKENS).join(',')];
  const generator = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
  let calls = 0;
  createInterface({ input: generator.stdout }).on('line', (line) => (calls += Number(line)));
  try {
    await sleep(2_000);
    const [from, before] = [performance.now(), calls];
    const open = await repeat(tokens.splice(0, revocations), (token) => revoke(database, ports, token));
    const rate = (calls - before) / ((performance.now() - from) / 1000);
    const dead = await repeat(tokens, async (token) => {
      await cached(ports, token);
      await sleep(Math.random() * 250);
      relay.hold(true);
      const lags = await revoke(database, ports, token, false);
      relay.hold(false);
      await sleep(500);
      return lags;
    });
    process.stdout.write(report(rate, { 'channel open': open, 'channel a black hole': dead }));
  } finally {
    generator.kill();
    await database.end();
    for (const { child } of replicas) child.kill();
    await Promise.all(replicas.map(({ exited }) => exited));
    relay.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** @returns one grant and one access token each, as the server would have stored them */
async function seed(database, count) {
  const tokens = Array.from({ length: count }, () => `sd_at_${randomBytes(32).toString('base64url')}`);
  await database.query(
    `WITH granted AS (
       INSERT INTO grants (id, client_id, user_id, workspace_id, scopes, expires_at)
       SELECT (random() * 2 ^ 62)::bigint, 'sd_cl_bench', 'user-' || n, 'user:user-' || n, '{profile:read}', now() + interval '1 day'
       FROM generate_series(1, cardinality($1::bytea[])) n RETURNING id, substr(user_id, 6)::int AS n
     ) INSERT INTO access_tokens (hash, grant_id, expires_at)
       SELECT ($1::bytea[])[n], id, now() + interval '1 day' FROM granted`,
    [tokens.map(hashOf)],
  );
  return tokens;
}

async function repeat(tokens, run) {
  const lags = [];
  for (const token of tokens) lags.push(...(await run(token)));
  return lags;
}

/** Has every replica know the token by heart. */
async function cached(ports, token) {
  for (const port of ports) for (let n = 0; n < 2; n++) await call(port, token);
}

/**
 * Revokes behind the back of all replicas, so that each is another one.
 *
 * @returns for each, milliseconds from the commit, as its client learnt of it, to the beginning of the last call that
 *   was let in, and to the first answer that refused
 */
async function revoke(database, ports, token, warm = true) {
  if (warm) await cached(ports, token);
  const asking = ports.map(async (port) => {
    let letIn = 0;
    for (;;) {
      const began = performance.now();
      if ((await call(port, token)) !== 200) return { letIn, refused: performance.now() };
      letIn = began;
    }
  });
  await database.query(
    'UPDATE grants SET revoked_at = now() WHERE id = (SELECT grant_id FROM access_tokens WHERE hash = $1)',
    [hashOf(token)],
  );
  const committedAt = performance.now();
  const since = (at) => Math.max(0, at - committedAt);
  return (await Promise.all(asking)).map(({ letIn, refused }) => ({
    letIn: since(letIn),
    refused: since(refused),
  }));
}

function report(rate, phases) {
  const rows = Object.entries(phases).flatMap(([phase, lags]) =>
    [
      ['letIn', 'beginning of the last call let in'],
      ['refused', 'first answer that refuses'],
    ].map(([key, what]) => {
      const sorted = lags.map((lag) => lag[key]).toSorted((a, b) => a - b);
      const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
      return `| ${phase}: ${what} | ${sorted.length} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |\n`;
    }),
  );
  return `${REPLICAS} replicas, ${Math.round(rate)} bearer checks a second beside it
| ms from the commit to the | measured | p50 | p99 | max |
|---|---|---|---|---|
${rows.join('')}`;
}

/** @returns the status of a bearer check */
function call(port, token) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get({ host: '127.0.0.1', port, path: '/public/v1/me/', headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
}

/** Calls without pause, and prints every second how often it did. */
async function load(ports, tokens) {
  let calls = 0;
  setInterval(() => {
    process.stdout.write(`${calls}\n`);
    calls = 0;
  }, 1000);
  const caller = async (n) => {
    for (let turn = n; ; turn += 1) {
      await call(ports[turn % ports.length], tokens[turn % tokens.length]);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => caller(n)));
}

async function startReplica(databaseUrl) {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: 'https://api.example.com',
    DATABASE_URL: databaseUrl,
    DASHBOARD_JWT_SECRET: 'a-dashboard-secret-of-at-least-32-bytes',
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    RATE_LIMITS: 'off',
  };
  const main = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Server listening at')) resolve();
    });
    exited.then(() => reject(new Error('A replica did not start.')));
  });
  return { child, port, exited };
}

/** Stands between the replicas and PostgreSQL, and makes black holes of the connections for notices. */
async function startRelay(databaseUrl) {
  const url = new URL(databaseUrl);
  const folder = url.searchParams.get('host');
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432));
  const upstream = folder ? { path: `${folder}/.s.PGSQL.${port}` } : { host: url.hostname, port };
  const sockets = new Set();
  const channels = new Set();
  let held = false;
  const server = createServer((client) => {
    const database = connect(upstream);
    const pairs = [
      [client, database],
      [database, client],
    ];
    for (const [from, to] of pairs) {
      sockets.add(from);
      from.setNoDelay().on('error', () => to.destroy());
      from.on('close', () => to.destroy()).on('data', (chunk) => to.write(chunk));
    }
    client.once('data', (chunk) => {
      if (!chunk.includes(CHANNEL)) return;
      for (const socket of [client, database]) {
        channels.add(socket);
        if (held) socket.pause();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${server.address().port}`;
  return {
    url: url.href,
    hold(on) {
      held = on;
      for (const socket of channels) socket[on ? 'pause' : 'resume']();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/**
 * What reaping costs: loads expired and live access tokens and codes, has a server reap the expired ones, and measures
 * refreshes at a steady rate before, meanwhile and afterwards.
 *
 * node bench/reaping.mjs [expired rows per table, 1000000] [live rows per table, 1000000]
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { buildIfStale } from '../scripts/build-if-stale.mjs';
import { freePort } from '../scripts/free-port.mjs';

const [EXPIRED, LIVE] = [2, 3].map((n) => Number(process.argv[n] ?? 1_000_000));
/** Apps that refresh, each after this many milliseconds. */
const [APPS, INTERVAL] = [16, 200];
/** Milliseconds of the measurements before and after. */
const QUIET = 20_000;
const CLIENT = `sd_cl_${'bench'.padEnd(43, '-')}`;

buildIfStale();
const { startEmbeddedPostgres } = await import('../dist/src/database/embedded/start-embedded-postgres.js');
const { migrate } = await import('../dist/src/database/migrate.js');
const { grantOf } = await import('../dist/src/tokens/mint-tokens.service.js');

const say = (line) => process.stdout.write(`${line}\n`);
const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const database = new pg.Pool({ connectionString: postgres.url });
try {
  await migrate(postgres.url);
  await load();
  const server = await startServer();
  try {
    await measure(server);
  } finally {
    server.child.kill();
    await server.exited;
  }
} finally {
  await database.end();
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Expired rows lie before the live ones, as they do where time passes. */
async function load() {
  await database.query(
    `INSERT INTO clients (id, token_endpoint_auth_method, redirect_uris, grant_types)
     VALUES ($1, 'none', '{http://127.0.0.1/cb}', '{authorization_code,refresh_token}')`,
    [CLIENT],
  );
  for (const [many, ends] of [
    [EXPIRED, '-2 hours'],
    [LIVE, '1 day'],
  ]) {
    const rows = `SELECT sha256(gen_random_uuid()::text::bytea), 0`;
    const times = `now() + interval '${ends}' FROM generate_series(1, ${many})`;
    await database.query(
      `INSERT INTO access_tokens (hash, grant_id, created_at, expires_at) ${rows}, now() - interval '3 hours', ${times}`,
    );
    await database.query(
      `INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, expires_at)
       ${rows}, '${'u'.repeat(40)}', '${'c'.repeat(43)}', ${times}`,
    );
  }
  await database.query('VACUUM ANALYZE access_tokens, authorization_codes');
  await database.query('CHECKPOINT');
  const { rows } = await database.query(
    `SELECT relname, (pg_table_size(oid) / $1)::int AS row, (pg_indexes_size(oid) / $1)::int AS indexes
     FROM pg_class WHERE relname IN ('access_tokens', 'authorization_codes') ORDER BY 1`,
    [EXPIRED + LIVE],
  );
  for (const { relname, row, indexes } of rows)
    say(`${relname}: ${row} + ${indexes} bytes a row with its index`);
}

async function startServer() {
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATABASE_URL: postgres.url,
      DATA_DIR: dataDir,
      RATE_LIMITS: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => void child.once('exit', resolve));
  const lines = [];
  await new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Reaped.')) lines.push(line.slice(line.indexOf('"job"')));
      if (line.includes('Server listening at')) resolve();
    });
  });
  return { child, exited, lines, url: `http://127.0.0.1:${port}` };
}

async function measure({ url, lines }) {
  const apps = await Promise.all(Array.from({ length: APPS }, makeApp));
  const phases = [
    ['warming up', () => delay(3_000)],
    ['before', () => delay(QUIET)],
    ['reaping', reap],
    ['after', () => delay(QUIET)],
  ];
  for (const [name, work] of phases) {
    const times = await refreshUntil(url, apps, work());
    say(`${name}: ${times.length} refreshes, p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms`);
  }
  await delay(100);
  for (const line of lines) say(line);
}

async function makeApp() {
  const token = `sd_rt_${randomBytes(32).toString('base64url')}`;
  await database.query(
    `INSERT INTO grants (id, client_id, user_id, workspace_id, scopes, expires_at, last_used_at, refresh_token_expires_at,
       refresh_token_hash)
     VALUES ($1, $2, 'user', 'user:user', '{profile:read}', now() + interval '90 days', now(),
       now() + interval '90 days', $3)`,
    [grantOf(token), CLIENT, createHash('sha256').update(token).digest()],
  );
  return { token };
}

/** Milliseconds of each refresh, sorted. */
async function refreshUntil(url, apps, end) {
  let isOver = false;
  const over = end.then(() => (isOver = true));
  const times = [];
  await Promise.all(
    apps.map(async (app, n) => {
      await delay((INTERVAL * n) / APPS);
      while (!isOver) {
        const began = performance.now();
        const body = new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: CLIENT,
          refresh_token: app.token,
        });
        const answer = await fetch(`${url}/public/v1/oauth/token/`, { method: 'POST', body });
        const { refresh_token: next, error } = await answer.json();
        if (!next) throw new Error(`A refresh failed: ${answer.status} ${error}`);
        app.token = next;
        times.push(performance.now() - began);
        await delay(Math.max(0, INTERVAL - (performance.now() - began)));
      }
    }),
  );
  await over;
  return times.toSorted((one, other) => one - other);
}

async function reap() {
  await database.query(`SELECT graphile_worker.add_job('tokens.reap')`);
  for (let left = 1; left > 0; await delay(100)) {
    const { rows } = await database.query(
      `SELECT count(*)::int AS n FROM graphile_worker.jobs WHERE task_identifier = 'tokens.reap'`,
    );
    left = rows[0].n;
  }
}

function at(sorted, share) {
  return sorted[Math.ceil(sorted.length * share) - 1].toFixed(1);
}

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded/start-embedded-postgres.js';
import {
  eventually,
  installApp,
  makeWorkFolder,
  processesNaming,
  removeWorkFolder,
  startChild,
  type Child,
} from './embedded-app.js';

let work: string;
let app: string;
beforeAll(() => {
  work = makeWorkFolder();
  app = installApp(join(work, 'app'));
});
afterAll(() => removeWorkFolder(work));

function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'pg18/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Reads acknowledgements until there are `count` more. */
async function acknowledged(child: Child, count: number): Promise<number> {
  let last = 0;
  for (let seen = 0; seen < count; seen += 1) last = Number((await child.next()).id);
  return last;
}

/** Reads what the child acknowledged before it died. */
async function lastAcknowledged(child: Child, last: number): Promise<number> {
  for (let report = await child.next(); report.id; report = await child.next()) last = Number(report.id);
  return last;
}

/** Starts at once, as the process that was killed would be restarted, and checks that no number is missing. */
async function expectNothingLost(dataDir: string, last: number): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir });
  expect(server.owner).toBe(true);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(
    'SELECT count(*)::int AS count FROM written WHERE id <= $1 AND length(note) = 200',
    [last],
  );
  await client.end();
  await server.stop();
  expect(rows).toEqual([{ count: last }]);
}

describe('embedded PostgreSQL: kill -9 while writing', () => {
  it('of the owner: the server shuts down cleanly, the next start loses no acknowledged row', async () => {
    const dataDir = join(work, 'owner');
    for (const count of [1, 40, 300]) {
      const child = startChild(app, dataDir, 'write');
      await child.next();
      const last = await acknowledged(child, count);
      await child.kill();
      await expectNothingLost(dataDir, await lastAcknowledged(child, last));
    }
    await eventually(() => processesNaming(dataDir).length === 0);
  }, 60_000);

  it('of the owner: nothing runs on, and the data folder is left as after an ordinary shutdown', async () => {
    const dataDir = join(work, 'tidy');
    const child = startChild(app, dataDir, 'write');
    await child.next();
    await acknowledged(child, 10);
    await child.kill();
    await eventually(() => processesNaming(dataDir).length === 0);
    expect(existsSync(join(dataDir, 'pg18/data/postmaster.pid'))).toBe(false);
    expect(readdirSync(join(dataDir, 'pg18')).sort()).toEqual(['data', 'secret']);
  }, 60_000);

  it('of owner and server together: the next start recovers every acknowledged row', async () => {
    const dataDir = join(work, 'both');
    for (const count of [1, 40, 300]) {
      const child = startChild(app, dataDir, 'write');
      await child.next();
      const last = await acknowledged(child, count);
      process.kill(postmasterPid(dataDir), 'SIGKILL');
      await child.kill();
      await expectNothingLost(dataDir, await lastAcknowledged(child, last));
    }
    await eventually(() => processesNaming(dataDir).length === 0);
  }, 60_000);

  it('of the server alone: a new start in the same process serves again under the same URL', async () => {
    const dataDir = join(work, 'server');
    const first = await startEmbeddedPostgres({ dataDir });
    const pool = new pg.Pool({ connectionString: first.url });
    pool.on('error', () => undefined);
    await pool.query('SELECT 1');
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    const second = await startEmbeddedPostgres({ dataDir });
    expect(second).toMatchObject({ owner: true, url: first.url });
    await eventually(() => pool.totalCount === 0);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await first.stop();
    await second.stop();
  }, 60_000);
});

describe('embedded PostgreSQL: kill -9 while starting', () => {
  it('of a first start, at moments all over it: nothing runs on and a later start succeeds', async () => {
    const dataDir = join(work, 'first');
    for (let wait = 60; wait <= 960; wait += 220) {
      const child = startChild(app, dataDir, 'hold');
      await new Promise((resolve) => setTimeout(resolve, wait));
      await child.kill();
      await eventually(() => processesNaming(dataDir).length === 0);
    }
    const child = startChild(app, dataDir, 'write');
    expect(await child.next()).toMatchObject({ owner: true });
    const last = await acknowledged(child, 5);
    await child.kill();
    await expectNothingLost(dataDir, await lastAcknowledged(child, last));
    expect(readdirSync(dataDir)).toEqual(['pg18']);
  }, 60_000);

  it('of a first start inside initdb: the half-made folder is never used, and removed', async () => {
    const dataDir = join(work, 'initdb');
    const child = startChild(app, dataDir, 'hold');
    const half = () =>
      existsSync(dataDir) &&
      readdirSync(dataDir).some((name) => existsSync(join(dataDir, name, 'data/postgresql.conf')));
    await eventually(half);
    await child.kill();
    expect(readdirSync(dataDir)).not.toContain('pg18');
    const server = await startEmbeddedPostgres({ dataDir });
    expect(server.owner).toBe(true);
    await server.stop();
    await eventually(() => processesNaming(dataDir).length === 0);
    // The killed start's initdb may have had its last word after the tidying; the next start finds that too.
    await (await startEmbeddedPostgres({ dataDir })).stop();
    expect(readdirSync(dataDir)).toEqual(['pg18']);
  }, 60_000);

  it('of a later start, at moments all over it: nothing runs on and no row is lost', async () => {
    const dataDir = join(work, 'later');
    const writer = startChild(app, dataDir, 'write');
    await writer.next();
    const last = await acknowledged(writer, 20);
    await writer.kill();
    for (let wait = 40; wait <= 240; wait += 20) {
      const child = startChild(app, dataDir, 'hold');
      await new Promise((resolve) => setTimeout(resolve, wait));
      await child.kill();
    }
    await eventually(() => processesNaming(dataDir).length === 0);
    await expectNothingLost(dataDir, last);
  }, 60_000);

  it('of an owner whose server still serves for a moment: a new start waits for its end and does not adopt it', async () => {
    const dataDir = join(work, 'moment');
    const child = startChild(app, dataDir, 'hold');
    await child.next();
    // The keeper, held up, stands for a machine on which it gets no time to act.
    const keeper = processesNaming(dataDir)
      .filter((line) => line.includes('swingdoor-keeper'))
      .map((line) => Number.parseInt(line, 10));
    expect(keeper).toHaveLength(2);
    for (const pid of keeper) process.kill(pid, 'SIGSTOP');
    await child.kill();
    setTimeout(() => keeper.forEach((pid) => process.kill(pid, 'SIGCONT')), 500);
    const begin = Date.now();
    const server = await startEmbeddedPostgres({ dataDir });
    expect(server.owner).toBe(true);
    expect(Date.now() - begin).toBeGreaterThan(450);
    await server.stop();
  }, 60_000);
});

describe('embedded PostgreSQL: several processes on one folder', () => {
  it('one of four first starts owns the server, the others adopt it; after its death one of them takes over', async () => {
    const dataDir = join(work, 'four');
    let children = Array.from({ length: 4 }, () => startChild(app, dataDir, 'hold'));
    let reports = await Promise.all(children.map((child) => child.next()));
    while (children.length > 1) {
      expect(reports.map(({ error }) => error)).toEqual(children.map(() => undefined));
      expect(reports.filter(({ owner }) => owner)).toHaveLength(1);
      expect(new Set(reports.map(({ url }) => url)).size).toBe(1);
      const owner = children[reports.findIndex((report) => report.owner)]!;
      children = children.filter((child) => child !== owner);
      await owner.kill();
      for (const child of children) child.process.stdin!.write('again\n');
      reports = await Promise.all(children.map((child) => child.next()));
    }
    expect(reports).toMatchObject([{ owner: true }]);
    await children[0]!.finish();
    await eventually(() => processesNaming(dataDir).length === 0);
    expect(readdirSync(dataDir)).toEqual(['pg18']);
  }, 60_000);

  it('an adopter does not end the server when it ends or is killed', async () => {
    const dataDir = join(work, 'adopters');
    const server = await startEmbeddedPostgres({ dataDir });
    const adopters = [startChild(app, dataDir), startChild(app, dataDir)];
    for (const adopter of adopters) expect(await adopter.next()).toMatchObject({ owner: false });
    await adopters[0]!.finish();
    await adopters[1]!.kill();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await server.stop();
  }, 60_000);
});

describe('embedded PostgreSQL: lock file of a killed server', () => {
  it('that now names another living process of the same account does not stand in the way', async () => {
    const dataDir = join(work, 'stale');
    const child = startChild(app, dataDir, 'write');
    await child.next();
    const last = await acknowledged(child, 5);
    const lockFile = join(dataDir, 'pg18/data/postmaster.pid');
    const lines = readFileSync(lockFile, 'utf8').split('\n');
    process.kill(Number(lines[0]), 'SIGKILL');
    await child.kill();
    await eventually(() => processesNaming(dataDir).length === 0);

    const { uid, gid } = statSync(lockFile);
    const ids = process.getuid!() === 0 ? { uid, gid } : {};
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', cwd: '/', ...ids });
    try {
      writeFileSync(lockFile, [stranger.pid, ...lines.slice(1)].join('\n'));
      await expectNothingLost(dataDir, await lastAcknowledged(child, last));
      expect(stranger.exitCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  }, 60_000);
});

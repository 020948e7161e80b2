import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/start-embedded-postgres.js';
import {
  eventually,
  installApp,
  makeWorkFolder,
  processesNaming,
  removeWorkFolder,
  startChild,
} from './embedded-app.js';

let work: string;
let app: string;
beforeAll(() => {
  work = makeWorkFolder();
  app = installApp(join(work, 'app'));
});
afterAll(() => removeWorkFolder(work));

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

function socketFolder(url: string): string {
  return new URL(url).searchParams.get('host')!;
}

describe('embedded PostgreSQL: one process', () => {
  let server: EmbeddedPostgres;
  let dataDir: string;
  const lines: string[] = [];
  beforeAll(async () => {
    dataDir = join(work, 'one');
    server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
  }, 30_000);
  afterAll(() => server.stop());

  it('gives a URL that a pg pool takes, of the database and user swingdoor', async () => {
    const pool = new pg.Pool({ connectionString: server.url });
    const { rows } = await pool.query('SELECT current_database() AS database, current_user AS user');
    await pool.end();
    expect(rows).toEqual([{ database: 'swingdoor', user: 'swingdoor' }]);
    expect(server.owner).toBe(true);
  });

  it("gives a URL that TypeORM's url option takes", async () => {
    const source = await new DataSource({
      type: 'postgres',
      url: server.url,
      installExtensions: false,
    }).initialize();
    try {
      expect(source.driver.database).toBe('swingdoor');
      expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await source.destroy();
    }
  });

  it('gives a URL whose database can be exchanged, for a test that makes its own', async () => {
    await query(server.url, 'CREATE DATABASE another');
    const url = new URL(server.url);
    url.pathname = '/another';
    expect(await query(url.href, 'SELECT current_database() AS name')).toEqual([{ name: 'another' }]);
  });

  it('has durable settings, checksums, the C.UTF-8 locale of PostgreSQL itself and no TCP port', async () => {
    const rows = await query<{ name: string; setting: string }>(
      server.url,
      'SELECT name, setting FROM pg_settings ORDER BY name',
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toMatchObject({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      huge_pages: 'off',
      jit: 'off',
      listen_addresses: '',
      max_connections: '200',
      password_encryption: 'scram-sha-256',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
      unix_socket_permissions: '0700',
      wal_compression: 'off',
    });
    expect(
      await query(
        server.url,
        'SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()',
      ),
    ).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8' }]);
  });

  it('refuses a wrong password and a missing one', async () => {
    const methods = await query(server.url, 'SELECT DISTINCT auth_method AS method FROM pg_hba_file_rules');
    expect(methods).toEqual([{ method: 'scram-sha-256' }]);
    const url = new URL(server.url);
    url.password = 'guessed';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps everything in folders that only its account may enter', () => {
    const mode = (...path: string[]) => (statSync(join(dataDir, ...path)).mode & 0o777).toString(8);
    expect(readdirSync(dataDir)).toEqual(['pg18']);
    expect(mode('pg18')).toBe('700');
    expect(mode('pg18', 'data')).toBe('700');
    expect(mode('pg18', 'secret')).toBe('600');
    expect(readFileSync(join(dataDir, 'pg18', 'secret'), 'utf8')).toMatch(/^[0-9a-f]{48}$/);
  });

  it('logs what the server says of itself, but no statement and no value', async () => {
    await expect(query(server.url, "SELECT 'a-secret-value'::int")).rejects.toMatchObject({ code: '22P02' });
    expect(lines.join('\n')).toContain('database system is ready to accept connections');
    expect(lines.join('\n')).not.toContain('a-secret-value');
  });

  it('is adopted by a second start of the same folder under another name, which cannot stop it', async () => {
    symlinkSync(dataDir, join(work, 'alias'));
    const second = await startEmbeddedPostgres({ dataDir: join(work, 'alias') });
    expect(second).toMatchObject({ owner: false, url: server.url });
    await second.stop();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('embedded PostgreSQL: stopping', () => {
  it('stops once, however often it is asked, and keeps data, URL and secret for the next start', async () => {
    const dataDir = join(work, 'stopped');
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(processesNaming(dataDir)).toEqual([]);

    const lines: string[] = [];
    const second = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
    expect(second).toMatchObject({ owner: true, url: first.url });
    expect(await query(second.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    expect(lines.join('\n')).toContain('database system was shut down at');
    await second.stop();
  }, 30_000);

  it('lets a process end that forgot to stop it, and ends with it', async () => {
    const dataDir = join(work, 'forgotten');
    const child = startChild(app, dataDir, 'forget');
    expect(await child.next()).toMatchObject({ owner: true });
    await child.exited;
    expect(child.process.exitCode).toBe(0);
    await eventually(() => processesNaming(dataDir).length === 0);
  }, 30_000);

  it('outlives SIGINT to the whole process group, so that the application can finish', async () => {
    const dataDir = join(work, 'interrupted');
    const child = startChild(app, dataDir, 'interrupted');
    expect(await child.next()).toMatchObject({ owner: true });
    process.kill(-child.process.pid!, 'SIGINT');
    expect(await child.next()).toEqual({ answer: 42 });
    await child.exited;
    expect(processesNaming(dataDir)).toEqual([]);
  }, 30_000);
});

describe('embedded PostgreSQL: place of the socket', () => {
  it('moves to a short private folder when the path of the data is too long for a socket', async () => {
    const dataDir = join(work, 'long'.repeat(30), 'with, comma');
    const server = await startEmbeddedPostgres({ dataDir });
    const folder = socketFolder(server.url);
    expect(dirname(folder)).toBe(tmpdir());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(folder).uid).toBe(statSync(join(dataDir, 'pg18')).uid);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    const child = startChild(app, dataDir, 'hold', { env: { TMPDIR: work } });
    expect(await child.next()).toMatchObject({ owner: false, url: server.url });
    await child.finish();
    await server.stop();

    rmSync(folder, { recursive: true });
    mkdirSync(folder, { mode: 0o755 });
    if (process.getuid!() === 0) chownSync(folder, 1, 1);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/somebody else made it/);
    rmSync(folder, { recursive: true });
  }, 30_000);

  it('takes a folder with a comma, a blank, a quote and letters beyond ASCII', async () => {
    const server = await startEmbeddedPostgres({ dataDir: join(work, 'a, "b" c\'d %41 é') });
    expect(socketFolder(server.url)).toContain(work);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const source = await new DataSource({
      type: 'postgres',
      url: server.url,
      installExtensions: false,
    }).initialize();
    await source.destroy();
    await server.stop();
  }, 30_000);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { keep } from '../../src/database/embedded/keeper.js';
import {
  BINARY_PACKAGE,
  eventually,
  installApp,
  makeWorkFolder,
  removeWorkFolder,
  startChild,
} from './embedded-app.js';

let work: string;
beforeAll(() => {
  work = makeWorkFolder();
});
afterAll(() => removeWorkFolder(work));

function keepNode(program: string, lines: string[] = []) {
  return keep({
    command: [process.execPath, '-e', program],
    as: { prefix: [] },
    environment: {},
    log: (line) => lines.push(line),
  });
}

describe('keeper', () => {
  it('asks again a program that let the first request pass, as one does that has only just been started', async () => {
    const deaf =
      "let n = 0; process.on('SIGINT', () => ++n === 2 && process.exit(7)); setInterval(() => {}, 1e3);";
    const lines: string[] = [];
    const kept = keepNode(`${deaf} console.error('ready')`, lines);
    await eventually(() => lines.includes('ready'));
    kept.release();
    kept.release();
    expect(await kept.exited).toEqual({ code: 7, output: 'ready' });
  }, 10_000);

  it('passes on the exit code and the end of what the program said, and tells the log each line', async () => {
    const lines: string[] = [];
    const kept = keepNode('for (let i = 1; i <= 40; i++) console.error(`line ${i}`); process.exit(3)', lines);
    const { code, output } = await kept.exited;
    expect(code).toBe(3);
    expect(output.split('\n')).toEqual(lines.slice(10));
    expect(lines).toHaveLength(40);
    kept.release();
  }, 10_000);

  it('gives the program none of the secrets in our environment', async () => {
    process.env.SECRET_OF_OURS = 'secret';
    const kept = keepNode('console.error(Object.keys(process.env).join())');
    delete process.env.SECRET_OF_OURS;
    const { output } = await kept.exited;
    expect(output.split(',')).toEqual(expect.arrayContaining(['LC_ALL', 'PATH']));
    expect(output).not.toContain('SECRET_OF_OURS');
  }, 10_000);

  it('reports a program that cannot be started as ended', async () => {
    const kept = keep({
      command: [join(work, 'missing')],
      as: { prefix: [] },
      environment: {},
      log: () => undefined,
    });
    expect((await kept.exited).code).toBe(127);
    const nobody = keep({
      command: ['true'],
      as: { prefix: [join(work, 'missing')] },
      environment: {},
      log: () => undefined,
    });
    expect(await nobody.exited).toMatchObject({ code: null, output: expect.stringContaining('ENOENT') });
  }, 10_000);
});

describe('keeper for Windows', () => {
  it('serves on 127.0.0.1 until its input ends, and then shuts the server down', async () => {
    const app = installApp(join(work, 'app'));
    const dataDir = join(work, 'windows');
    const child = startChild(app, dataDir);
    const { url } = await child.next();
    await child.finish();

    const [bin, data] = [join(app, 'node_modules', BINARY_PACKAGE, 'native/bin'), join(dataDir, 'pg18/data')];
    const port = await freePort();
    const settings = [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `port=${port}`,
      '-c',
      'unix_socket_directories=',
    ];
    const job = {
      command: [join(bin, 'postgres'), '-D', data, ...settings],
      stopCommand: [join(bin, 'pg_ctl'), 'stop', '-D', data, '-m', 'fast'],
    };
    const { uid, gid } = statSync(data);
    const keeper = spawn(process.execPath, [join(app, 'windows-keeper.js'), JSON.stringify(job)], {
      ...(process.getuid!() === 0 ? { uid, gid } : {}),
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const exited = once(keeper, 'exit');
    await eventually(() => existsSync(join(data, 'postmaster.pid')));
    await eventually(() => /^ready/m.test(readFileSync(join(data, 'postmaster.pid'), 'utf8')));
    const password = new URL(url!).password;
    const tcp = `postgres://swingdoor:${password}@127.0.0.1:${port}/swingdoor`;
    const client = new pg.Client({ connectionString: tcp });
    await client.connect();
    await client.end();
    keeper.stdin.end();
    expect(await exited).toEqual([0, null]);
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
  }, 30_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

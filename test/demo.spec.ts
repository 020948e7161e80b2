import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Env, freePort } from './support/test-app.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-demo-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

/** `npm run demo` without npm. */
function start(env: Env): ChildProcess {
  return spawn(process.execPath, ['scripts/demo.mjs'], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** All that a demo says which ends by itself. */
async function refused(env: Env): Promise<{ code: number; output: string }> {
  const demo = start(env);
  let output = '';
  for (const stream of [demo.stdout!, demo.stderr!]) stream.on('data', (text) => (output += text));
  const [code] = await once(demo, 'close');
  return { code: code as number, output };
}

async function untilReady({ stdout }: ChildProcess): Promise<string> {
  let said = '';
  for await (const text of stdout!.iterator({ destroyOnReturn: false })) {
    said += text;
    if (said.includes('Ctrl-C stops everything')) return said;
  }
  throw new Error(`The demo ended:\n${said}`);
}

const answers = (url: string) => fetch(url).then(Boolean, () => false);

describe('npm run demo', () => {
  it('does not mistake another server on its port for its own', async () => {
    const other = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, output } = await refused({ PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is in use. Stop what uses it, or: PORT=`);
    expect(output).not.toContain('Starting');
  });

  it.each(['abc', '0', '99999', '3000.5'])('says what is wrong with PORT=%s', async (PORT) => {
    expect(await refused({ PORT })).toEqual({
      code: 1,
      output: 'PORT must be a number from 1 to 65535, such as: PORT=3001 npm run demo\n',
    });
  });

  it('names DATA_DIR where it cannot write its log', async () => {
    mkdirSync(join(dataDir, 'server.log'));
    const { code, output } = await refused({ PORT: String(await freePort()) });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/EISDIR.*Set DATA_DIR/) });
  });

  it('shows the last words of a server that does not start, and promises nothing', async () => {
    writeFileSync(join(dataDir, 'secrets.json'), 'damaged');
    const { code, output } = await refused({ PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(output).toMatch(/did not start[^]*DATA_DIR: holds a secrets.json that is damaged/);
    expect(output).not.toContain('Your demo data is kept');
  });

  it('lets nothing of the shell spoil its tour, stops in order, and appends to its log', async () => {
    writeFileSync(join(dataDir, 'server.log'), 'of an earlier demo\n');
    const PORT = String(await freePort());
    const demo = start({
      PORT,
      HOST: '192.0.2.1',
      DASHBOARD_JWT_SECRET: 'of-some-other-server-and-long-enough',
      DASHBOARD_URL: 'https://app.example.com',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      ENCRYPTION_KEYS: 'nonsense',
      NODE_ENV: 'production',
      PROVIDERS_FILE: '/nowhere',
      RETURN_URLS: 'https://app.example.com/x',
    });
    expect(await untilReady(demo)).toContain('demo-service:demo-service-secret');
    const session = await fetch(`http://localhost:${PORT}/v1/dev/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"email": "ada@example.com"}',
    });
    expect(session.status).toBe(200);
    let farewell = '';
    demo.stdout!.on('data', (text) => (farewell += text));
    demo.kill('SIGTERM');
    expect((await once(demo, 'close'))[0]).toBe(0);
    expect(farewell).toContain(`remove the folder ${dataDir} to`);
    expect(readFileSync(join(dataDir, 'server.log'), 'utf8')).toMatch(/^of an earlier demo\n.*\n/);
  });

  it('goes on when nobody reads, and leaves no server behind when it is killed', async () => {
    const PORT = String(await freePort());
    const live = `http://localhost:${PORT}/health/live`;
    const demo = start({ PORT });
    const gone = once(demo, 'exit');
    demo.stdout!.destroy();
    while (!(await answers(live)) && demo.exitCode === null) await delay(50);
    expect(demo.exitCode).toBeNull();
    demo.kill('SIGKILL');
    await gone;
    // The test's own time limit is the bound.
    while (await answers(live)) await delay(50);
    expect(await answers(live)).toBe(false);
  });
});

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../scripts/free-port.mjs';
import { swingdoorEnvironment } from './swingdoor-settings.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const resourceSecret = randomBytes(16).toString('hex');

/** Who takes part. The first is the limit, of which all others are multiples. */
export const CONTENDERS = [
  { name: 'limit', title: 'bare node:http', script: here('servers/limit.mjs'), load: 'bare' },
  { name: 'fastify', title: 'bare Fastify route', script: here('servers/fastify.mjs'), load: 'bare' },
  {
    name: 'swingdoor',
    title: 'Swingdoor',
    script: here('../dist/src/main.js'),
    load: 'swingdoor',
    environment: swingdoorEnvironment,
  },
  {
    name: 'oidc',
    title: 'node-oidc-provider',
    script: here('servers/oidc-provider.mjs'),
    load: 'oidc-provider',
    environment: () => ({ PUBLIC_URL: 'https://oidc.example', RESOURCE_SECRET: resourceSecret }),
    loadOptions: { resourceSecret },
  },
];

/** The rows of the table of results. */
export const WORKS = {
  register: 'register',
  exchange: 'code exchange',
  refresh: 'refresh',
  bearer: 'bearer check',
  introspect: 'introspection',
  flow: 'full flow',
};

/**
 * Starts a contender as one process on a database of its own; resolves when it listens.
 *
 * @param contender an entry of CONTENDERS
 * @param databaseUrl an empty database
 * @param dir where its log goes
 * @param work what it will be asked, a key of WORKS; undefined where that does not matter
 * @param nodeOptions for its node, such as `--cpu-prof`
 */
export async function startContender(contender, databaseUrl, dir, work, nodeOptions = []) {
  const port = await freePort();
  const log = join(dir, `${contender.name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [...nodeOptions, contender.script], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      DATA_DIR: dir,
      ...contender.environment?.(work),
    },
    stdio: ['ignore', output, output],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const early = await Promise.race([listening(port), exited.then((code) => `ended with ${code}`)]);
  if (early) throw new Error(`${contender.title} ${early}; see ${log}`);
  return {
    ...contender,
    base: `http://127.0.0.1:${port}`,
    databaseUrl,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function listening(port) {
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

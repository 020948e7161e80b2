import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildIfStale } from './build-if-stale.mjs';
import { DEMO_SERVICE } from './demo-service.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const port = process.env.PORT ?? '3000';
const url = `http://localhost:${port}`;
const dataDir = resolve(process.env.DATA_DIR ?? join('.swingdoor', 'demo'));
const logFile = join(dataDir, 'server.log');

const say = (line) => process.stdout.write(`${line}\n`);

buildIfStale();
mkdirSync(dataDir, { recursive: true, mode: 0o700 });

say('Starting the sandbox that plays instagram, facebook, x, linkedin and tiktok...');
const { startSandbox } = await import('../dist/sandbox/start-sandbox.js');
const sandbox = await startSandbox({ callbackOrigins: [url] });

say('Starting Swingdoor on its embedded PostgreSQL...');
const server = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
  env: {
    RESOURCE_SERVERS: JSON.stringify([DEMO_SERVICE]),
    ...process.env,
    NODE_ENV: 'development',
    PORT: port,
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    DATABASE_URL: '',
    PROVIDER_ORIGINS: JSON.stringify(sandbox.origins),
    ...operatorApps(sandbox.world.apps),
  },
  stdio: ['ignore', 'pipe', 'pipe'],
  // Ctrl-C reaches the whole group; this process ends the server itself, once, in order.
  detached: true,
});
const log = createWriteStream(logFile, { mode: 0o600 });
server.stdout.pipe(log);
server.stderr.pipe(log);
const ended = once(server, 'exit');

let stopping = false;
async function stop(code) {
  if (stopping) return;
  stopping = true;
  say('\nStopping...');
  server.kill('SIGTERM');
  await ended;
  await sandbox.stop();
  say('Stopped. Your demo data is kept; remove the folder .swingdoor/demo to start afresh.');
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));

if (await ready()) say(tour());
else {
  say(`Swingdoor did not start. What it said is in ${logFile}`);
  await stop(1);
}
const [code] = await ended;
if (!stopping) {
  say(`Swingdoor ended by itself. What it said is in ${logFile}`);
  await sandbox.stop();
  process.exit(code ?? 1);
}

/** The first sandbox app of each provider, as the operator's default. */
function operatorApps(apps) {
  const variables = {};
  for (const { provider, clientId, clientSecret } of apps) {
    const name = provider.toUpperCase();
    variables[`${name}_CLIENT_ID`] ??= clientId;
    variables[`${name}_CLIENT_SECRET`] ??= clientSecret;
  }
  return variables;
}

async function ready() {
  for (let tries = 0; tries < 600 && server.exitCode === null; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}

function tour() {
  const second = sandbox.world.apps.filter(({ provider }) => provider === 'x')[1];
  return `
  Swingdoor is ready. Everything below works offline, in this one terminal.

    Dashboard   ${url}/dashboard/        sign in with any e-mail address
    API         ${url}/docs
    Sandbox     ${sandbox.origin}/control
    Postman     import both files of docs/postman/ and run them from top to bottom

  Out: connect a social account
    1. Open ${url}/dashboard/accounts and sign in.
    2. Connect X, say. The sandbox asks as X would; approve.
    3. You are back, connected. Facebook asks which Page; pick one.
    4. Bring your own app: on "OAuth apps", add one for X with these credentials of the sandbox:
         ${second?.clientId}
         ${second?.clientSecret}

  In: let an app in
    5. In another terminal: SWINGDOOR_URL=${url} node examples/cli/cli.mjs login
       Your browser asks for your consent; then try "whoami" and "accounts".
    6. Disconnect it under "Connected apps": the next "whoami" is refused.

  The server writes to ${logFile}
  Ctrl-C stops everything.
`;
}

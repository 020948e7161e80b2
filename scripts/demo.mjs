import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build-if-stale.mjs';
import { demoEnvironment } from './demo/environment.mjs';
import { assertFree, openLog, portOf } from './demo/preconditions.mjs';
import { tour } from './demo/tour.mjs';

// Nobody may be reading any more (`npm run demo | head`): that is no reason to fall over.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
const say = (line) => process.stdout.write(`${line}\n`);

const port = portOf(process.env.PORT);
const url = `http://localhost:${port}`;
const dataDir = resolve(process.env.DATA_DIR || join('.swingdoor', 'demo'));
const log = openLog(dataDir);
await assertFree(port);
buildIfStale();

say('Starting the sandbox that plays instagram, facebook, x, linkedin and tiktok...');
const { startSandbox } = await import('../dist/sandbox/start-sandbox.js');
const sandbox = await startSandbox({ callbackOrigins: [url] });

say('Starting Swingdoor on its embedded PostgreSQL...');
const server = spawn(process.execPath, [fileURLToPath(new URL('demo/server.mjs', import.meta.url))], {
  env: demoEnvironment({ port, url, dataDir }, sandbox),
  stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
  // Ctrl-C reaches the whole group; this process ends the server itself, once, in order.
  detached: true,
});
closeSync(log.descriptor);
process.once('exit', () => server.kill());
const ended = once(server, 'exit');

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  say('\nStopping...');
  server.kill('SIGTERM');
  await ended;
  await sandbox.stop();
  say(`Stopped. Your demo data is kept; remove the folder ${dataDir} to start afresh.`);
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());

const listens = await Promise.race([once(server, 'message').then(() => true), ended.then(() => false)]);
if (listens) say(tour(url, sandbox, log.file));
const [code] = await ended;
if (!stopping) {
  say(`Swingdoor ${listens ? 'ended by itself' : 'did not start'}. Its last words, from ${log.file}:\n`);
  say(log.lastLines());
  await sandbox.stop();
  process.exit(code || 1);
}

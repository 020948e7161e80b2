import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import newman from 'newman';
import { freePort } from './free-port.mjs';

/** Runs the Postman collection from top to bottom against a fresh demo of its own: `npm run postman`. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, `docs/postman/swingdoor.postman_${name}.json`)));
const say = (line) => process.stdout.write(`${line}\n`);

const port = await freePort();
const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-postman-'));
const demo = spawn(process.execPath, [join(root, 'scripts/demo.mjs')], {
  // Binding on: the collection must bring the cookie back that ties a sign-in to its browser.
  env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: dataDir, OAUTH_BROWSER_BINDING: 'on' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(demo, 'exit');
let failed = true;
try {
  await ready(demo);
  failed = report(await runCollection(`http://localhost:${port}`));
} finally {
  demo.kill('SIGTERM');
  const [code] = await ended;
  rmSync(dataDir, { recursive: true, force: true });
  if (code !== 0) say(`The demo ended with ${code}.`);
  process.exitCode = failed || code !== 0 ? 1 : 0;
}

/** Resolves when the demo says so. @throws Error with all it said, where it ends instead */
async function ready({ stdout }) {
  const heard = [];
  for await (const line of createInterface({ input: stdout })) {
    heard.push(line);
    if (line.includes('Swingdoor is ready')) {
      stdout.resume();
      return;
    }
  }
  throw new Error(`The demo did not start:\n${heard.join('\n')}`);
}

function runCollection(url) {
  return promisify(newman.run)({
    collection: read('collection'),
    environment: read('environment'),
    envVar: [{ key: 'base_url', value: url }],
    timeoutRequest: 10_000,
    timeout: 120_000,
  });
}

/** Says what was asked and what was not as expected. @returns {boolean} whether anything was not */
function report({ collection, run: { executions, failures, stats } }) {
  let folder;
  for (const { item, response, assertions = [] } of executions) {
    const { name } = item.parent();
    if (name !== folder) say(`\n${(folder = name)}`);
    const fine = response && assertions.length > 0 && !assertions.some(({ error }) => error);
    say(`  ${fine ? 'ok  ' : 'FAIL'} ${response?.code ?? '---'} ${item.name}`);
  }
  for (const { source, error } of failures) say(`\n${source.name}\n  ${error.message}`);
  const unasked = [];
  collection.forEachItem((item) => {
    if (!executions.some((execution) => execution.item.id === item.id)) unasked.push(item.name);
  });
  if (unasked.length > 0) say(`\nNot asked: ${unasked.join(', ')}`);
  say(`\n${stats.requests.total} requests, ${stats.assertions.total} assertions, ${failures.length} failed`);
  return failures.length > 0 || unasked.length > 0;
}

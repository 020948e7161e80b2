import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { freePort } from './free-port.mjs';

/** The origin that the committed document names; a running server names its own. */
const PUBLIC_URL = 'http://localhost:3000';

/**
 * Asks a server of its own, on a throw-away database, for its OpenAPI document.
 *
 * @param {string} root the project's folder, compiled
 * @returns {Promise<string>} JSON with a final newline
 */
export async function openApiDocument(root) {
  const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-openapi-'));
  const port = await freePort();
  const server = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    env: { PATH: process.env.PATH, PORT: String(port), PUBLIC_URL, DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    const document = await poll(`http://127.0.0.1:${port}/openapi.json`, server);
    return `${JSON.stringify(document, null, 2)}\n`;
  } finally {
    server.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function poll(url, server) {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries += 1) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return response.json();
    await sleep(100);
  }
  throw new Error('The server did not come up.');
}

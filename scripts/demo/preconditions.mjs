import { once } from 'node:events';
import { fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Both that "localhost" may mean: a browser asks either. */
const LOOPBACK = ['127.0.0.1', '::1'];
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
const LAST_LINES = 15;

/** Ends the process with a sentence. */
function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/**
 * @param {string | undefined} value PORT; empty counts as unset, as everywhere
 * @returns {number} the port; the process ends with a sentence where the value is none
 */
export function portOf(value) {
  const port = Number(value || 3000);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  return refuse('PORT must be a number from 1 to 65535, such as: PORT=3001 npm run demo');
}

/** Listens on the port for a moment; the process ends with a sentence where that fails. */
export async function assertFree(port) {
  for (const host of LOOPBACK) {
    const server = createServer().listen(port, host);
    try {
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    } catch ({ code }) {
      const other = `PORT=${port < 65_535 ? port + 1 : 3000} npm run demo`;
      if (code === 'EADDRINUSE') refuse(`Port ${port} is in use. Stop what uses it, or: ${other}`);
      if (!NO_SUCH_ADDRESS.has(code)) refuse(`Port ${port} cannot be used (${code}). Try: ${other}`);
    }
  }
}

/**
 * Opens the log to append to, since another demo may write into the same; the process ends with a sentence where that
 * fails.
 *
 * @param {string} dataDir absolute path of the data folder; made where it is missing
 * @returns the log's path, its descriptor, and what gives the last lines that were written since
 */
export function openLog(dataDir) {
  const file = join(dataDir, 'server.log');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const descriptor = openSync(file, 'a', 0o600);
    const { size } = fstatSync(descriptor);
    const lastLines = () =>
      readFileSync(file).subarray(size).toString('utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    return { file, descriptor, lastLines };
  } catch ({ code }) {
    return refuse(`Cannot write ${file} (${code}). Set DATA_DIR to a folder that this user can write.`);
  }
}

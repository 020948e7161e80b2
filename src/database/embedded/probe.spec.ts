import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { probe } from './probe.js';

it('a server that has not named its socket yet is not looked for on a port, where another may listen', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'swingdoor-probe-'));
  let visitors = 0;
  const other = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  writeFileSync(join(dataFolder, 'postmaster.pid'), `1\n${dataFolder}\n1\n${port}\n\n`);
  try {
    const cluster = { dataFolder, secret: 'secret' } as unknown as Parameters<typeof probe>[0];
    expect(await probe(cluster)).toEqual({ state: 'absent' });
    expect(visitors).toBe(0);
  } finally {
    other.close();
    rmSync(dataFolder, { recursive: true });
  }
});

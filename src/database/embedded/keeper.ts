import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Impersonation } from './server-account.js';

/** How a program ended: its exit code, null if it was never started, and the end of its standard error. */
export interface Exit {
  readonly code: number | null;
  readonly output: string;
}

/** A program that lives at most as long as this process. */
export interface Kept {
  /** Settles when it and everything it started are gone. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks it to finish; safe to repeat. */
  release(): void;
  /** Lets this process end although the program runs (which then ends with it). */
  unref(): void;
}

/** What to run, as whom, and where its lines go. */
export interface KeepOptions {
  readonly command: readonly string[];
  /** Windows only: a command that asks the program to finish; without it the program is ended. */
  readonly stopCommand?: readonly string[];
  readonly as: Impersonation;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

const KEPT_LINES = 30;

/**
 * The keeper waits for the end of its standard input, which comes when this process releases it and also when this
 * process dies in any way, kill -9 included. It is deaf to signals meant for others, and repeats SIGINT (fast shutdown)
 * because a program which has only just been started still ignores it: a shell starts background commands so. It says
 * nothing itself (some shells report how a child died), as nobody may be left to read it.
 */
const POSIX_KEEPER = `
trap '' HUP INT TERM
exec 3<&0 4>&2 2>/dev/null
"$@" 2>&4 3<&- 4>&- & kept=$!
{ read -r _ <&3; while kill -INT "$kept"; do sleep 0.2; done; } >/dev/null 4>&- & watcher=$!
exec 3<&- 4>&-
wait "$kept"; code=$?
kill -KILL "$watcher"
wait
exit "$code"`;

/**
 * Runs a program under a keeper process, in a session of its own so that Ctrl-C in the terminal does not reach it.
 *
 * @returns at once; whether the program could be started shows in `exited`
 */
export function keep(options: KeepOptions): Kept {
  const child = start(options);
  const lines: string[] = [];
  const note = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    options.log(line);
  };
  createInterface({ input: child.stderr! }).on('line', note);
  // The keeper may be gone before it is released; that is what `exited` tells.
  child.stdin!.on('error', () => undefined);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      note(error.message);
      resolve({ code: null, output: lines.join('\n') });
    });
    child.once('close', (code) => resolve({ code, output: lines.join('\n') }));
  });
  const handles = [child, child.stdin as Socket, child.stderr as Socket];
  return {
    exited,
    release: () => {
      handles.forEach((handle) => handle.ref());
      child.stdin!.end();
    },
    unref: () => handles.forEach((handle) => handle.unref()),
  };
}

function start({ command, stopCommand, as: { prefix, ...ids }, environment }: KeepOptions): ChildProcess {
  const keeper =
    process.platform === 'win32'
      ? [process.execPath, windowsKeeper(), JSON.stringify({ command, stopCommand })]
      : [...prefix, '/bin/sh', '-c', POSIX_KEEPER, 'swingdoor-keeper', ...command];
  return spawn(keeper[0]!, keeper.slice(1), {
    ...ids,
    // Our own environment holds secrets which are none of the server's business.
    env: { ...pick(process.env, ['PATH', 'SystemRoot', 'TEMP', 'TMP']), LC_ALL: 'C', ...environment },
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

function windowsKeeper(): string {
  return fileURLToPath(new URL('./windows-keeper.js', import.meta.url));
}

function pick(source: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, source[name]]));
}

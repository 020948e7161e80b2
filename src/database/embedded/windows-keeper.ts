/**
 * The keeper where there is no POSIX shell: a program of its own, run as `node windows-keeper.js <json>`. It runs
 * `command` until its standard input ends, then runs `stopCommand` until the command has finished.
 */
import { spawn } from 'node:child_process';

const { command, stopCommand } = JSON.parse(process.argv[2] ?? '') as {
  command: [string, ...string[]];
  stopCommand?: [string, ...string[]];
};

const kept = spawn(command[0], command.slice(1), {
  stdio: ['ignore', 'ignore', 'inherit'],
  windowsHide: true,
});
kept.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 127;
});
kept.once('exit', (code) => process.exit(code ?? 1));

process.stdin.once('error', stop).once('end', stop).resume();

/** Repeated because a server which has only just been started cannot be told yet. */
function stop(): void {
  if (!stopCommand) return void kept.kill();
  spawn(stopCommand[0], stopCommand.slice(1), { stdio: 'ignore', windowsHide: true })
    .once('error', () => kept.kill())
    .once('exit', () => setTimeout(stop, 200));
}

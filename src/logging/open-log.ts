import { type Logger, pino } from 'pino';
import { logOptions } from './log-options.js';

/** Milliseconds that a line waits for others at most, and characters that do not wait: a write costs as much as its line. */
const [PAUSE, FULL] = [10, 8_192];

/**
 * Opens the log on the standard output. A process that ends writes what it has; one that is killed loses the lines of its
 * last hundredth of a second.
 *
 * @param level a pino level
 */
export function openLog(level: string): Logger {
  const output = pino.destination(1);
  let lines = '';
  let pause: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(pause);
    pause = undefined;
    if (lines !== '') output.write(lines);
    lines = '';
  };
  // Before the output's own, which writes what it was given.
  process.prependListener('exit', flush);
  const write = (line: string) => {
    lines += line;
    if (lines.length >= FULL) flush();
    else pause ??= setTimeout(flush, PAUSE).unref();
  };
  return pino(logOptions(level), { write });
}

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
  const output = pino.destination({ dest: 1, minLength: FULL });
  let pause: NodeJS.Timeout | undefined;
  const flush = () => {
    pause = undefined;
    output.flush();
  };
  const write = (line: string) => {
    pause ??= setTimeout(flush, PAUSE).unref();
    output.write(line);
  };
  return pino(logOptions(level), { write });
}

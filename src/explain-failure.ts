import { ConfigError } from './config/config-error.js';

/** PostgreSQL's words for "not here": no connection (08), not you (28), no such database, not yet or too many. */
const NOT_LET_IN = /^(08...|28...|3D000|53300|57P03)$/;

/**
 * Says why a program could not do its work.
 *
 * @param error whatever was thrown
 * @param what the beginning of the sentence, such as `Swingdoor cannot start`
 * @returns one or more lines, without a final newline; what to do about it, where that is known
 */
export function explainFailure(error: unknown, what: string): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  // Errors with a code come from the system (a port in use, a database that is away): their message says it all.
  const { code } = error as NodeJS.ErrnoException;
  if (!code) return error.stack ?? error.message;
  const advice = isDatabase(error) ? ' Check DATABASE_URL.' : '';
  const message = error.message || code;
  return `${what}: ${advice ? message.replace(/\.?$/, '.') : message}${advice}`;
}

/** Nothing else is connected to before a program works. */
function isDatabase(error: unknown): boolean {
  // Of a host with several addresses, each of which was tried.
  if (error instanceof AggregateError) return error.errors.some(isDatabase);
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || NOT_LET_IN.test(code ?? '');
}

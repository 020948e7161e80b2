import type { Exit } from './keeper.js';

/** Exit code of a shell that cannot start a program, here because the program's loader is missing. */
const CANNOT_START = 127;

/**
 * Turns the end of one of PostgreSQL's programs into an error that says what to do.
 *
 * @param failure what failed, as a sentence without its full stop
 */
export function postgresError(failure: string, { code, output }: Exit): Error {
  return new Error(
    `${failure}:\n${output}\n${advice(code, output)} Or set DATABASE_URL to a PostgreSQL server.`,
  );
}

function advice(code: number | null, output: string): string {
  if (code === CANNOT_START || output.includes('GLIBC_')) {
    return 'The bundled PostgreSQL needs glibc 2.27 or newer: use Debian, Ubuntu, Fedora or alike, not Alpine.';
  }
  if (output.includes('could not look up effective user ID')) {
    return `It needs an account with a name: give user ${process.getuid?.()} an entry in /etc/passwd.`;
  }
  return 'Remove the cause named above and start again.';
}

import { HttpException } from '@nestjs/common';
import { AppError } from './app-error.js';
import type { ErrorCode } from './error-codes.js';

const BY_STATUS: Readonly<Record<number, [ErrorCode, string]>> = {
  400: ['invalid_input', 'The request cannot be read.'],
  401: ['unauthorized', 'Sign in first.'],
  403: ['unauthorized', 'This call is not open to you.'],
  404: ['not_found', 'There is nothing at this address.'],
  405: ['method_not_allowed', 'This address does not take that method.'],
  413: ['payload_too_large', 'The body is too large.'],
  414: ['invalid_input', 'The address is too long.'],
  415: ['unsupported_media_type', 'Send application/json or application/x-www-form-urlencoded.'],
  429: ['too_many_requests', 'Slow down.'],
  503: ['temporarily_unavailable', 'Not ready. Try again in a moment.'],
};

/**
 * Errors by which PostgreSQL or the way to it says "not now": lost (08), read-only until a standby is promoted (25006),
 * refusing whom it knows while somebody changes that (28, 3D000, 55000), a race or a lock (40, 55P03), out of connections,
 * memory or disk (53), cancelled or stopping (25P03, 57), or a failing system beneath it (58).
 */
const DATABASE_AWAY =
  /^(08...|25006|25P0[34]|28000|28P01|3D000|40001|40P01|53...|55000|55P03|57014|57P0[1-5]|58...)$/;
const SOCKET_AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const SOCKET_CALLS = new Set(['connect', 'read', 'write', 'getaddrinfo']);
const POOL_AWAY =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|query read timeout|client has encountered a connection error|client was closed and is not queryable/i;

/**
 * Makes an {@link AppError} of whatever was thrown: framework exceptions by their status, a database that is
 * away 503 with `Retry-After`, and everything unknown a 500 that says nothing of its cause.
 *
 * @param thrown anything
 */
export function normalizeError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isDatabaseAway(thrown)) {
    return new AppError('temporarily_unavailable', 'The database is not reachable. Try again in a moment.', {
      headers: { 'Retry-After': '2' },
      cause: thrown,
    });
  }
  const status = statusOf(thrown);
  const [code, message] = BY_STATUS[status] ?? (status >= 400 && status < 500 ? BY_STATUS[400]! : UNKNOWN);
  return new AppError(code, message, { cause: thrown, ...(BY_STATUS[status] ? { status } : {}) });
}

const UNKNOWN: [ErrorCode, string] = ['server_error', 'Something failed on our side.'];

function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  // Node's word for a client that hung up before its body ended.
  if (thrown instanceof Error && thrown.message === 'aborted') return 400;
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

function isDatabaseAway(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  // A host with two addresses, both of which refuse.
  if (thrown instanceof AggregateError) return thrown.errors.some(isDatabaseAway);
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  if (code !== undefined && DATABASE_AWAY.test(code)) return true;
  // Only a socket has these calls: a file that is missing, or a client that hung up, is something else.
  if (code !== undefined && SOCKET_AWAY.has(code)) return SOCKET_CALLS.has(syscall ?? '');
  return POOL_AWAY.test(thrown.message);
}

import type { LoggerService } from '@nestjs/common';
import type { AppError } from './app-error.js';

/**
 * Logs the cause of a 5xx, which no answer tells. An outage, of a provider or of the database, is expected: it is a
 * warning of one line, without a stack.
 *
 * @param logger of whoever answers
 * @param error what {@link normalizeError} made of it; below 500 nothing is logged
 * @param details fields of the line
 */
export function logFailure(
  logger: LoggerService,
  error: AppError,
  details: Record<string, unknown> = {},
): void {
  if (error.code === 'provider_unavailable') logger.warn({ said: error.message, ...details }, error.code);
  else if (error.code === 'temporarily_unavailable') {
    const { code: reason, message: said } = (error.cause ?? error) as NodeJS.ErrnoException;
    logger.warn({ reason, said, ...details }, error.code);
  } else if (error.status >= 500) logger.error({ err: error.cause ?? error, ...details }, error.code);
}

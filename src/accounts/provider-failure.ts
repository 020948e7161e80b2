import { AppError } from '../common/errors/app-error.js';
import { ProviderError } from '../providers/provider-error.js';

/** Seconds after a failure in which a provider that names no time is not asked again. */
const PAUSE_AFTER_FAILURE = 5;

/**
 * How long nobody asks after a failure: those who waited for the lock would fail one after the other.
 *
 * @returns seconds; 0 where only another secret helps, and waiting never does
 */
export function pauseAfter(error: unknown): number {
  if (!(error instanceof ProviderError)) return PAUSE_AFTER_FAILURE;
  return error.code === 'bad_client_credentials' ? 0 : (error.retryAfter ?? PAUSE_AFTER_FAILURE);
}

/**
 * What a provider's refusal is to whoever called us: `token_dead` needs the user, `bad_client_credentials` the owner of
 * the OAuth app, everything else a later try. Only the first ends a connection.
 *
 * @param error anything thrown; what is not a provider's comes back as it is
 */
export function asAppError(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  if (error.code === 'token_dead') return needsReconnect(error);
  if (error.code === 'bad_client_credentials') {
    return new AppError('bad_client_credentials', error.message, { cause: error });
  }
  return notYet(error.message, pauseAfter(error), error);
}

/** Only the user can help. */
export function needsReconnect(cause?: unknown): AppError {
  return new AppError('needs_reconnect', 'Only its user can help: connect the account again.', { cause });
}

/** The provider failed a moment ago; it is not asked again at once. @param seconds until it is worth a try */
export function justFailed(seconds: number): AppError {
  return notYet('The provider failed a moment ago. Try again later.', seconds);
}

/** Another process redeems the refresh token, or was lost over it. @param seconds until that is certain */
export function inOtherHands(seconds: number): AppError {
  return notYet('This connection is being renewed elsewhere. Try again later.', seconds);
}

function notYet(message: string, seconds: number, cause?: unknown): AppError {
  return new AppError('provider_unavailable', message, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) },
    cause,
  });
}

/** What to keep of a failure: the provider's own words and number, without secrets; of our own failures the kind. */
export function describeFailure(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof ProviderError)) return error instanceof Error ? error.name : 'Error';
  const { code, status, detail, reference } = error;
  return [code, status, detail, reference && `(${reference})`].filter(Boolean).join(' ');
}

import { AppError } from '../common/errors/app-error.js';
import { ProviderError } from '../providers/provider-error.js';

/**
 * What a provider's refusal is to whoever called us: `token_dead` needs the user, everything else a later try, since it
 * never ends a connection.
 *
 * @param error anything thrown; what is not a provider's comes back as it is
 */
export function asAppError(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  if (error.code === 'token_dead') return needsReconnect(error);
  return new AppError('provider_unavailable', error.message, {
    headers: { 'Retry-After': String(Math.ceil(error.retryAfter ?? 30)) },
    cause: error,
  });
}

/** Only the user can help. */
export function needsReconnect(cause?: unknown): AppError {
  return new AppError('needs_reconnect', 'Only its user can help: connect the account again.', { cause });
}

/** The provider failed a moment ago; it is not asked again at once. @param seconds until it is worth a try */
export function justFailed(seconds: number): AppError {
  return new AppError('provider_unavailable', 'The provider failed a moment ago. Try again later.', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) },
  });
}

/** What to keep of a failure: the provider's own words and number, without secrets; of our own failures the kind. */
export function describeFailure(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof ProviderError)) return error instanceof Error ? error.name : 'Error';
  const { code, status, detail, reference } = error;
  return [code, status, detail, reference && `(${reference})`].filter(Boolean).join(' ');
}

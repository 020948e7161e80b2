import type { ErrorRow, Stage } from './error-row.js';
import type { ProviderDefinition } from './provider-definition.js';
import { ProviderError } from './provider-error.js';
import type { Failure } from './read-failure.js';
import { sanitise } from './sanitise.js';

/** Before anything a provider says: an outage or a throttle is never read as a dead token. */
const TRANSIENT: readonly ErrorRow[] = [
  {
    status: [408, 425, 429, 500, 501, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529],
    means: 'provider_unavailable',
  },
  {
    error: 'server_error|temporarily_unavailable|rate_limit_exceeded|internal_error',
    means: 'provider_unavailable',
  },
];

/** After a provider's own rows: RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1. */
const COMMON: readonly ErrorRow[] = [
  { on: ['callback'], error: 'access_denied|user_denied', means: 'user_denied' },
  { error: 'invalid_scope', means: 'scope_not_allowed' },
  { error: 'invalid_client|unauthorized_client', means: 'bad_client_credentials' },
  { on: ['exchange'], error: 'invalid_grant', means: 'code_expired_or_used' },
  { on: ['refresh', 'revoke'], error: 'invalid_grant', means: 'token_dead' },
  { on: ['exchange', 'refresh', 'revoke'], status: [401], means: 'bad_client_credentials' },
  { on: ['api'], error: 'insufficient_scope', means: 'missing_scopes' },
  { on: ['api'], error: 'invalid_token', means: 'token_dead' },
  { on: ['api'], status: [401], means: 'token_dead' },
  { on: ['api'], status: [403], means: 'missing_scopes' },
];

/** What nobody foresaw keeps the connection: only a refusal that is understood may end it. */
const UNKNOWN: ErrorRow = { means: 'provider_unavailable' };

/**
 * Says what a refusal means to us.
 *
 * @param definition the provider; its rows come before the common ones
 * @param stage where in the story it happened
 * @param failure the refusal
 * @param call secrets of the call, to be kept out of the text, and what the reply's headers said
 */
export function classifyFailure(
  definition: Pick<ProviderDefinition, 'id' | 'name' | 'errors'>,
  stage: Stage,
  failure: Failure,
  call: { secrets?: readonly (string | undefined)[]; retryAfter?: number } = {},
): ProviderError {
  const row = [...TRANSIENT, ...definition.errors, ...COMMON].find((candidate) =>
    fits(candidate, stage, failure),
  );
  const { means, hint } = row ?? UNKNOWN;
  return new ProviderError(means, {
    provider: definition,
    hint,
    detail: sanitise(failure.text ?? failure.error, call.secrets ?? []),
    reference: sanitise(failure.reference, call.secrets ?? []),
    retryAfter: call.retryAfter,
    status: failure.status,
  });
}

function fits(row: ErrorRow, stage: Stage, { status, error, code, text }: Failure): boolean {
  return (
    (!row.on || row.on.includes(stage)) &&
    (!row.status || (status !== undefined && row.status.includes(status))) &&
    (!row.error || whole(row.error).test(error ?? '')) &&
    (!row.code || whole(row.code).test(code ?? '')) &&
    (!row.text || new RegExp(row.text, 'iu').test(text ?? ''))
  );
}

function whole(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 'iu');
}

import type { ErrorCode } from '../../common/errors/error-codes.js';
import { normalizeError } from '../../common/errors/normalize-error.js';
import type { ProviderErrorCode } from '../../providers/provider-error-codes.js';
import { ProviderError } from '../../providers/provider-error.js';

/** What is to be said about a sign-in that failed. */
export interface FlowFailure {
  /** For the browser. */
  readonly code: ProviderErrorCode | ErrorCode;
  /** Whether it is a fault of this server. */
  readonly ours: boolean;
  /** For the log: our sentence. */
  readonly message?: string;
  /** For the log: the provider's words, cleaned, with their number for it and their HTTP status. */
  readonly detail?: string;
  readonly reference?: string;
  readonly providerStatus?: number;
  readonly err?: unknown;
}

/**
 * Finds the code for whatever ended a sign-in: the provider's refusals and our own keep theirs, a database that is away is
 * `temporarily_unavailable`, the unforeseen is `server_error`.
 *
 * @param thrown anything
 */
export function describeFailure(thrown: unknown): FlowFailure {
  if (thrown instanceof ProviderError) {
    const { code, message, detail, reference, status } = thrown;
    return { code, ours: false, message, detail, reference, providerStatus: status };
  }
  const { code, status, message } = normalizeError(thrown);
  return status < 500 ? { code, ours: false, message } : { code, ours: true, err: thrown };
}

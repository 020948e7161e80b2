import { PROVIDER_ERROR_SENTENCES, type ProviderErrorCode } from './provider-error-codes.js';

/** What is known about a refusal besides its code. */
export interface ProviderErrorDetails {
  /** The provider's id and its name for people. */
  readonly provider: { readonly id: string; readonly name: string };
  /** What is special in this case; follows our sentence. */
  readonly hint?: string;
  /** The provider's own words, already cleaned of secrets and markup. */
  readonly detail?: string;
  /** Their number for this failure (`fbtrace_id`, `log_id`): their support asks for it. */
  readonly reference?: string;
  /** Seconds after which they want to be asked again. */
  readonly retryAfter?: number;
  /** Their HTTP status, where there was one. */
  readonly status?: number;
  /** For `no_eligible_account`: why each account shown cannot be used. */
  readonly reasons?: readonly string[];
  readonly cause?: unknown;
}

/**
 * A provider said no, or nothing usable. `message` is for people and says what to do next. Only `token_dead` may
 * end a connection; `provider_unavailable` is for a later try.
 */
export class ProviderError extends Error {
  readonly provider: string;
  readonly detail: string | undefined;
  readonly reference: string | undefined;
  readonly retryAfter: number | undefined;
  readonly status: number | undefined;
  readonly reasons: readonly string[];

  constructor(
    readonly code: ProviderErrorCode,
    { provider, hint, detail, reference, retryAfter, status, reasons = [], cause }: ProviderErrorDetails,
  ) {
    const sentence = PROVIDER_ERROR_SENTENCES[code].replaceAll('{name}', provider.name);
    super([sentence, hint, ...reasons].filter(Boolean).join(' '), { cause });
    this.name = 'ProviderError';
    this.provider = provider.id;
    this.detail = detail;
    this.reference = reference;
    this.retryAfter = retryAfter;
    this.status = status;
    this.reasons = reasons;
  }
}

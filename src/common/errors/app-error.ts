import type { ErrorCode } from './error-codes.js';
import { ERROR_CODES } from './error-codes.js';

/** What is wrong with one field of the input, in words for its sender. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Extras of an error. */
export interface AppErrorOptions {
  /** Response headers that belong to the error, such as `WWW-Authenticate` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: readonly FieldProblem[];
  /** Overrides the status that the code usually has. */
  readonly status?: number;
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * The one error that features throw. The dialect (RFC 6749 JSON, problem+json or a page) is chosen by the
 * filter from the path, never by who throws.
 */
export class AppError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: readonly FieldProblem[];

  /**
   * @param code a code of the catalogue; part of the public contract
   * @param message for the client: says what to do next, carries no secret and nothing of the inside
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.status = options.status ?? ERROR_CODES[code].status;
    this.headers = options.headers ?? {};
    this.fields = options.fields ?? [];
  }
}

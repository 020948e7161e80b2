import { STATUS_CODES } from 'node:http';
import type { AppError } from './app-error.js';
import type { Dialect } from './dialect.js';
import type { ErrorCode } from './error-codes.js';

/** RFC 6749 §5.2: the body of an error of the register, token, revoke and introspect endpoints. */
export interface OAuthErrorBody {
  error: string;
  error_description: string;
  request_id?: string;
}

/** RFC 9457: the body of every other error, with our stable `code`. */
export interface ProblemBody {
  type: 'about:blank';
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: readonly { field: string; message: string }[];
  request_id?: string;
}

/** Codes of our own vocabulary that an OAuth client knows under another name. */
const AS_OAUTH: Partial<Record<ErrorCode, string>> = {
  invalid_input: 'invalid_request',
  method_not_allowed: 'invalid_request',
  payload_too_large: 'invalid_request',
  unsupported_media_type: 'invalid_request',
  not_found: 'invalid_request',
  unauthorized: 'invalid_client',
  too_many_requests: 'temporarily_unavailable',
};

/** What error_description may hold: %x20-21 / %x23-5B / %x5D-7E (RFC 6749 §5.2). */
export function describeForOAuth(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, '?');
}

/**
 * The OAuth code for one of ours.
 *
 * @param code a code of the catalogue
 */
export function oauthCodeOf(code: ErrorCode): string {
  return AS_OAUTH[code] ?? code;
}

/**
 * Renders RFC 6749 JSON.
 *
 * @param requestId added to 5xx alone
 * @param dialect registration has no `invalid_request`: what it cannot read is no metadata (RFC 7591 §3.2.2)
 */
export function renderOAuth(error: AppError, requestId: string, dialect: Dialect): OAuthErrorBody {
  const code = oauthCodeOf(error.code);
  return {
    error: dialect === 'registration' && code === 'invalid_request' ? 'invalid_client_metadata' : code,
    error_description: describeForOAuth(error.message),
    ...(error.status >= 500 && { request_id: requestId }),
  };
}

/** Renders RFC 9457 problem+json. `requestId` is added to 5xx alone. */
export function renderProblem(error: AppError, requestId: string): ProblemBody {
  return {
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(error.fields.length > 0 && { errors: error.fields }),
    ...(error.status >= 500 && { request_id: requestId }),
  };
}

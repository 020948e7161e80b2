import { at, type Json, textAt } from './reply-json.js';

/** A refusal in the provider's terms, before we say what it means. */
export interface Failure {
  /** HTTP status; undefined for a refusal that came through the browser. */
  readonly status?: number;
  /** RFC 6749 §5.2 `error`, or the provider's word for the kind of failure. */
  readonly error?: string;
  /** A number, as text. */
  readonly code?: string;
  readonly text?: string;
  readonly reference?: string;
}

/** Where each of the known dialects puts its words; the first that is there counts. */
const ERROR = ['error', 'error.code', 'error_type', 'error.type', 'title'];
const CODE = ['error.code', 'code', 'error_code', 'serviceErrorCode'];
const TEXT = [
  'error_description',
  'error.message',
  'error_message',
  'message',
  'detail',
  'errors.0.message',
  'data.error.message',
];
const REFERENCE = ['error.fbtrace_id', 'log_id', 'error.log_id'];

/**
 * Reads a reply as a refusal. Five dialects are known: RFC 6749 §5.2 (X, LinkedIn, TikTok's token endpoint),
 * Meta's `error` object, Instagram's `error_type`, TikTok's resource envelope (`error.code` is `ok` where all is
 * well) and problem documents of X and LinkedIn.
 *
 * @param status HTTP status
 * @param body the parsed reply
 * @returns the refusal; undefined where the status is 2xx and the body carries no error: the body decides,
 *   because TikTok may answer errors with 200
 */
export function readFailure(status: number, body: Json): Failure | undefined {
  const failed = at(body, 'error') ?? at(body, 'error_type') ?? at(body, 'error_message');
  if (status < 300 && (!failed || at(body, 'error.code') === 'ok')) return undefined;
  return { status, ...words(body) };
}

/**
 * Reads a refusal that came back through the browser.
 *
 * @param parameters the callback's query, one value per name
 */
export function readRefusal(parameters: Readonly<Record<string, string>>): Failure {
  return words({ ...parameters, error: parameters.error_reason ?? parameters.error });
}

function words(body: Json): Failure {
  const first = (paths: readonly string[]) => paths.map((path) => textAt(body, path)).find(Boolean);
  return { error: first(ERROR), code: first(CODE), text: first(TEXT), reference: first(REFERENCE) };
}

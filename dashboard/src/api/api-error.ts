import type { components } from './api-types.js';

/** What an error of the API says (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** A call that failed, with a message for the person in front of the screen. */
export class ApiError extends Error {
  /**
   * @param status of the answer; 0 where there was none
   * @param message what happened and what to do
   * @param problem what the server said, where it said something
   */
  constructor(
    readonly status: number,
    message: string,
    readonly problem?: Partial<Problem>,
  ) {
    super(message);
  }

  /** Our code for what went wrong: see docs/errors.md. */
  get code(): string | undefined {
    return this.problem?.code;
  }

  /** What the server has to say about a field of the form; undefined where that field is fine. */
  about(field: string): string | undefined {
    return this.problem?.errors?.find((each) => each.field === field)?.message;
  }
}

/** @returns the error for a call that got no answer at all */
export function unreachable(): ApiError {
  return new ApiError(0, 'The server cannot be reached. Check your connection, then try again.');
}

/**
 * @param response whose status is no success
 * @param body what it holds, parsed where it is JSON
 */
export function refused(response: Response, body: unknown): ApiError {
  const problem = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const wait = Number(response.headers.get('retry-after'));
  const fields = problem.errors?.map(({ field, message }) => `${field} ${message}.`).join(' ');
  const sentences = [
    fields || (problem.detail ?? 'The server gave no reason. Try again in a moment.'),
    wait > 0 && ` Try again in ${wait === 1 ? 'one second' : `${wait} seconds`}.`,
    problem.request_id && ` If it stays so, tell support: request ${problem.request_id}.`,
  ];
  return new ApiError(response.status, sentences.filter(Boolean).join(''), problem);
}

/**
 * The public HTTP API, called as the signed-in user.
 *
 * @typedef {{ token: string, email: string }} Session `token` is a dashboard JWT
 */

const SESSION = 'swingdoor.session';

/** Milliseconds after which a call is given up. */
const PATIENCE = 15_000;

/** A call that failed, with a message for the person in front of the screen. */
export class ApiError extends Error {
  /**
   * @param {number} status of the answer; 0 where there was none
   * @param {string} message what happened and what to do
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Whoever is signed in, in this tab alone.
 *
 * @returns {Session | undefined}
 */
export function currentSession() {
  const stored = sessionStorage.getItem(SESSION);
  return stored ? JSON.parse(stored) : undefined;
}

/**
 * Development sign-in.
 *
 * @param {string} email
 * @returns {Promise<void>}
 * @throws {ApiError} with status 404 where this server has none
 */
export async function openSession(email) {
  /** @type {{ token: string }} */
  const { token } = await call('POST', '/v1/dev/session', { email });
  sessionStorage.setItem(SESSION, JSON.stringify({ token, email }));
}

/** Signs out. */
export function endSession() {
  sessionStorage.removeItem(SESSION);
}

/**
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] sent as JSON
 * @returns {Promise<T>} the body of the answer; an empty object where it has none
 * @throws {ApiError} for whatever is no success
 */
export async function call(method, path, body) {
  const token = currentSession()?.token;
  const response = await fetch(path, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'omit',
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => {
    throw new ApiError(0, 'The server cannot be reached. Check your connection, then try again.');
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const reference = answer.request_id ? ` If it stays so, tell support: request ${answer.request_id}.` : '';
  throw new ApiError(response.status, `${answer.detail ?? 'The server gave no reason.'}${reference}`);
}

import createClient from 'openapi-fetch';
import { currentSession } from '../session/session.js';
import { refused, unreachable } from './api-error.js';
import type { paths } from './api-types.js';

/** Milliseconds after which a call is given up: creating an OAuth app may ask its provider for five seconds. */
const PATIENCE = 15_000;

/** The public HTTP API of the server that sent this page, called as whoever is signed in. */
export const client = createClient<paths>({
  credentials: 'omit',
  redirect: 'error',
  fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE) }),
});

client.use({
  onRequest({ request }) {
    const session = currentSession();
    if (session) request.headers.set('Authorization', `Bearer ${session.token}`);
  },
  onError: unreachable,
});

/**
 * Waits for a call.
 *
 * @param call of {@link client}
 * @returns what a success holds; undefined where it holds nothing
 * @throws ApiError for whatever is no success
 */
export async function answerOf<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw refused(response, error);
  return data as Data;
}

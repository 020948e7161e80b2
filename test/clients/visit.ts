import { type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

/** What the user decides on the consent page; `scopes` narrows an approval. */
export interface Decision {
  readonly decision?: 'approve' | 'deny';
  readonly scopes?: readonly string[];
}

/**
 * Plays the user's browser from the authorization URL of a client back to it: consent is decided as the
 * dashboard user `user-1` where the server asks for it.
 *
 * @returns the redirect URI with the authorization response in its query
 * @throws Error with the page where the server neither asks nor redirects
 */
export async function visit(
  app: Pick<TestApp, 'url'>,
  authorizationUrl: URL,
  { decision = 'approve', scopes }: Decision = {},
): Promise<URL> {
  const user = new TestClient(app);
  const { status, headers, text } = await user.request(authorizationUrl.href);
  const location = headers.get('location');
  if (status !== 302 || !location) throw new Error(`authorize: ${status} ${text}`);
  const requestId = new URL(location).searchParams.get('request_id');
  if (!requestId) return new URL(location);
  const decided = await user.decide(decision, requestId, { body: scopes ? { scopes } : {} });
  if (decided.status !== 200) throw new Error(`${decision}: ${decided.status} ${decided.text}`);
  return new URL(decided.body.redirect_to);
}

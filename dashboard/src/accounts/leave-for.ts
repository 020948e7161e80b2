import { startConnection } from './calls.js';

/** What a sign-in under way is about, for the words when it comes back. */
export interface Errand {
  /** The provider's name. */
  readonly name: string;
  readonly provider: string;
  /** The account that is connected again. */
  readonly accountId?: string;
}

const KEY = 'swingdoor.errand';

/**
 * Sends the browser to a provider's own page.
 *
 * @param errand what for
 * @param oauthAppId the OAuth app to use; the default unless told
 * @throws ApiError no_oauth_app
 */
export async function leaveFor(errand: Errand, oauthAppId?: string): Promise<void> {
  const { provider, accountId } = errand;
  const address = await startConnection(provider, { oauth_app_id: oauthAppId, account_id: accountId });
  if (!/^https?:$/.test(new URL(address).protocol)) throw new TypeError('not an address of the web');
  sessionStorage.setItem(KEY, JSON.stringify(errand));
  location.assign(address);
}

/** The errand that this window was on; forgotten by being asked. */
export function takeErrand(): Errand | undefined {
  const stored = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return stored ? (JSON.parse(stored) as Errand) : undefined;
}

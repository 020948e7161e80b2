import type { components } from '../api/api-types.js';
import { answerOf, client } from '../api/client.js';

/** A connected account. */
export type Account = components['schemas']['AccountView'];

/** What a network calls the account, or its id there. */
export const nameOf = ({ display_name: name, username, external_id: id }: Account) =>
  name ?? username ?? id ?? 'A new account';

const PAGE = 50;

/**
 * The accounts of the workspace, oldest first.
 *
 * @param pages how many pages at most, of 50 accounts each
 * @returns them, and whether there are more
 */
export async function listAccounts(pages = 1): Promise<{ accounts: Account[]; more: boolean }> {
  const accounts: Account[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const query = { limit: PAGE, cursor };
    const { data, next_cursor: next } = await answerOf(client.GET('/v1/accounts', { params: { query } }));
    accounts.push(...data);
    if (next === null) return { accounts, more: false };
    cursor = next;
  }
  return { accounts, more: true };
}

/**
 * Begins a sign-in at a provider. With credentials: the answer's cookie ties the sign-in to this browser.
 *
 * @param query the OAuth app to use, or the account to connect again
 * @returns the page of the provider to go to
 * @throws ApiError no_oauth_app
 */
export async function startConnection(
  provider: string,
  query: { oauth_app_id?: string; account_id?: string } = {},
): Promise<string> {
  const params = { path: { provider }, query };
  const call = client.GET('/v1/oauth/{provider}/start', { params, credentials: 'include' });
  return (await answerOf(call)).authorize_url;
}

/** Connects what came back in another browser; only whoever started it can. */
export const completeConnection = (completion: string) =>
  answerOf(client.POST('/v1/oauth/complete', { body: { completion } }));

/** Says which page or organisation an account is to be. */
export const selectChoice = (id: string, externalId: string) =>
  answerOf(
    client.POST('/v1/accounts/{id}/select', {
      params: { path: { id } },
      body: { external_id: externalId },
    }),
  );

/** Renews a connection now. */
export const refreshAccount = (id: string) =>
  answerOf(client.POST('/v1/accounts/{id}/refresh', { params: { path: { id } } }));

/** Ends a connection. */
export const disconnectAccount = (id: string) =>
  answerOf(client.DELETE('/v1/accounts/{id}', { params: { path: { id } } }));

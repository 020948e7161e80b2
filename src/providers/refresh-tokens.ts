import type { Provider, ProviderApp } from './provider.js';
import { requestToken } from './request-token.js';
import { type CallContext, sendRequest } from './send-request.js';
import { readTokenReply, type TokenSet } from './token-reply.js';

/** The tokens of a consent as they are stored: for Facebook those of the person, not of a Page. */
export interface StoredTokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
}

/**
 * Whether anything but the user can prolong a connection.
 *
 * @param provider the provider
 * @param tokens what is stored
 */
export function canRefresh({ definition }: Provider, tokens: Pick<StoredTokens, 'refreshToken'>): boolean {
  const { kind } = definition.refresh;
  return (
    kind === 'extend' || ((kind === 'rotating' || kind === 'reusable') && tokens.refreshToken !== undefined)
  );
}

/**
 * Gets newer tokens. Of a rotating provider the stored refresh token is dead afterwards: store the answer before
 * using it, and hold a lock around the whole. Nothing is sent where the provider has no way to refresh.
 *
 * @returns new tokens; without `refreshToken` the old one stays valid. Undefined where {@link canRefresh} is false
 * @throws ProviderError; only `token_dead` means that the connection is over
 */
export async function refreshTokens(
  provider: Provider,
  app: ProviderApp,
  tokens: StoredTokens,
): Promise<TokenSet | undefined> {
  if (!canRefresh(provider, tokens)) return undefined;
  const { definition } = provider;
  const context: CallContext = { provider, app, stage: 'refresh' };
  if (definition.refresh.kind !== 'extend') {
    return requestToken('refresh_token', { refresh_token: tokens.refreshToken }, context);
  }
  const reply = await sendRequest(definition.refresh.request, { access_token: tokens.accessToken }, context);
  return readTokenReply(definition, reply);
}

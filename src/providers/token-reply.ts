import type { ProviderDefinition } from './provider-definition.js';
import { ProviderError } from './provider-error.js';
import { at, type Json, scopesAt, secondsAt, textAt } from './reply-json.js';

/** What a token endpoint gave. Lifetimes are in seconds from now, as the provider counts them. */
export interface TokenSet {
  readonly accessToken: string;
  /** How the token is sent; every provider's is `Bearer`, also where the reply does not say so. */
  readonly tokenType: 'Bearer';
  /** Undefined means that the provider named no end. */
  readonly expiresIn?: number;
  /** Undefined means: keep the one you have. */
  readonly refreshToken?: string;
  readonly refreshExpiresIn?: number;
  /** Undefined means that the reply does not say: unchanged at a refresh, as requested at first (RFC 6749 §5.1). */
  readonly grantedScopes?: readonly string[];
  /** The account's id at the provider, where the reply names it. */
  readonly accountId?: string;
}

/**
 * Reads a token reply, whatever the status was: no `access_token` is a failure, always.
 *
 * @param definition where the fields are
 * @param json the parsed reply
 * @returns the tokens
 * @throws ProviderError `provider_unavailable` where there is no access token
 */
export function readTokenReply(definition: ProviderDefinition, json: Json): TokenSet {
  const { envelope, scope, refreshExpiresIn, accountId } = definition.token.fields;
  const reply = (envelope && at(json, envelope)) ?? json;
  const accessToken = textAt(reply, 'access_token');
  if (!accessToken) {
    throw new ProviderError('provider_unavailable', {
      provider: definition,
      detail: 'The reply holds no access token.',
    });
  }
  return {
    accessToken,
    tokenType: 'Bearer',
    expiresIn: secondsAt(reply, 'expires_in'),
    refreshToken: textAt(reply, 'refresh_token'),
    refreshExpiresIn: secondsAt(reply, refreshExpiresIn),
    grantedScopes: scopesAt(reply, scope),
    accountId: textAt(reply, accountId),
  };
}

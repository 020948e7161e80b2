import { createHash } from 'node:crypto';
import { challengeOf } from '../common/crypto/pkce.js';
import { pkceOf, requestedScopes } from './app-options.js';
import type { ProviderDefinition } from './provider-definition.js';
import type { ProviderApp } from './provider.js';
import { encodeParameters, fill } from './request-template.js';

/** What a start decides about one sign-in. */
export interface AuthorizeRequest {
  readonly redirectUri: string;
  /** Opaque; X takes 500 characters at most. */
  readonly state: string;
  /** RFC 7636 §4.1; always given, used only where the provider does PKCE. */
  readonly codeVerifier: string;
  /** Ask again for what was declined, or let another account sign in. */
  readonly askAgain?: boolean;
}

/**
 * Where to send the browser (RFC 6749 §4.1.1).
 *
 * @param definition the provider
 * @param app the OAuth app; its secret is not used
 * @param request this sign-in
 */
export function buildAuthorizeUrl(
  definition: ProviderDefinition,
  app: Pick<ProviderApp, 'clientId' | 'options'>,
  { redirectUri, state, codeVerifier, askAgain }: AuthorizeRequest,
): URL {
  const { authorize, clientIdParam, scopes } = definition;
  const options = app.options ?? {};
  const texts = Object.entries(definition.options).flatMap(([name, option]) =>
    option.kind === 'text' && typeof options[name] === 'string' ? [{ option, value: options[name] }] : [],
  );
  const scopesReplaced = texts.some(({ option }) => option.replacesScopes);
  const url = new URL(fill(authorize.url, { version: definition.apiVersion }) ?? authorize.url);
  url.search = encodeParameters({
    response_type: 'code',
    [clientIdParam]: app.clientId,
    redirect_uri: redirectUri,
    ...(!scopesReplaced && { scope: requestedScopes(definition, options).join(scopes.separator) }),
    state,
    ...challenge(definition, app, codeVerifier),
    ...authorize.params,
    ...(askAgain && authorize.askAgainParams),
    ...Object.fromEntries(texts.map(({ option, value }) => [option.param, value])),
  });
  return url;
}

function challenge(
  definition: ProviderDefinition,
  app: Pick<ProviderApp, 'options'>,
  verifier: string,
): Record<string, string> {
  const kind = pkceOf(definition, app.options);
  if (kind === 'none') return {};
  const value =
    kind === 'S256' ? challengeOf(verifier) : createHash('sha256').update(verifier, 'ascii').digest('hex');
  return { code_challenge: value, code_challenge_method: 'S256' };
}

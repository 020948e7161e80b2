import { pkceOf, requestedScopes } from './app-options.js';
import { ProviderError } from './provider-error.js';
import type { Provider, ProviderApp } from './provider.js';
import { listAt, textAt } from './reply-json.js';
import { requestToken } from './request-token.js';
import { type CallContext, sendRequest } from './send-request.js';
import { readTokenReply, type TokenSet } from './token-reply.js';

/** What a callback brings, and what the start kept for it. */
export interface CodeExchange {
  /** As it was in the query, decoded once. */
  readonly code: string;
  /** The one that was in the authorize URL. */
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/** A consent turned into tokens. */
export interface Connection extends TokenSet {
  readonly grantedScopes: readonly string[];
  /** Requested but not granted; never one that nothing works without. */
  readonly missingScopes: readonly string[];
}

/**
 * Redeems a code (RFC 6749 §4.1.3) at once and never again: codes work once, X's live 30 seconds. Then the second
 * exchange, where there is one: a connection with only the short token would look well and die within the hour.
 *
 * @returns the tokens with what was granted
 * @throws ProviderError; `missing_scopes` where a required one was not granted
 */
export async function exchangeCode(
  provider: Provider,
  app: ProviderApp,
  exchange: CodeExchange,
): Promise<Connection> {
  const { definition } = provider;
  const context: CallContext = { provider, app, stage: 'exchange' };
  const first = await requestToken(
    'authorization_code',
    {
      // Meta appends `#_` or `#_=_`; a browser keeps it, but people and proxies re-encode addresses.
      code: exchange.code.replace(/#_(=_)?$/, ''),
      redirect_uri: exchange.redirectUri,
      code_verifier: pkceOf(definition, app.options) === 'none' ? undefined : exchange.codeVerifier,
    },
    context,
  );
  const tokens = definition.secondExchange
    ? { ...first, ...definedOnly(await exchangeAgain(definition.secondExchange, first, context)) }
    : first;
  const requested = requestedScopes(definition, app.options);
  const grantedScopes = (await askGrantedScopes(provider, app, tokens)) ?? requested;
  const missingScopes = requested.filter((scope) => !grantedScopes.includes(scope));
  const lacking = missingScopes.filter((scope) => definition.scopes.required.includes(scope));
  if (lacking.length > 0) {
    throw new ProviderError('missing_scopes', {
      provider: definition,
      hint: `Missing: ${lacking.join(', ')}.`,
    });
  }
  return { ...tokens, grantedScopes, missingScopes };
}

async function exchangeAgain(
  template: Parameters<typeof sendRequest>[0],
  { accessToken }: TokenSet,
  context: CallContext,
): Promise<TokenSet> {
  const reply = await sendRequest(template, { access_token: accessToken }, context);
  return readTokenReply(context.provider.definition, reply);
}

async function askGrantedScopes(
  provider: Provider,
  app: ProviderApp,
  { accessToken, grantedScopes }: TokenSet,
): Promise<readonly string[] | undefined> {
  const ask = provider.definition.grantedScopes;
  if (!ask) return grantedScopes;
  const reply = await sendRequest(
    ask.request,
    { access_token: accessToken },
    { provider, app, stage: 'api' },
  );
  return listAt(reply, ask.list)
    .filter((entry) => textAt(entry, ask.status) === ask.granted)
    .flatMap((entry) => textAt(entry, ask.name) ?? []);
}

/** A second reply that leaves something out does not take it away. */
function definedOnly(tokens: TokenSet): TokenSet {
  return Object.fromEntries(
    Object.entries(tokens).filter(([, value]) => value !== undefined),
  ) as unknown as TokenSet;
}

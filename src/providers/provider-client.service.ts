import { Injectable } from '@nestjs/common';
import { type AuthorizeRequest, buildAuthorizeUrl } from './authorize-url.js';
import type { Choice, Identity } from './choices/choice.js';
import { listChoices } from './choices/list-choices.js';
import { classifyFailure } from './classify-failure.js';
import { type CodeExchange, type Connection, exchangeCode } from './exchange-code.js';
import { type Inspection, inspectToken } from './inspect-token.js';
import { type CredentialCheck, probeCredentials } from './probe-credentials.js';
import { ProviderError } from './provider-error.js';
import { ProviderRegistry } from './provider-registry.service.js';
import type { ProviderApp } from './provider.js';
import { readRefusal } from './read-failure.js';
import { readIdentity } from './read-identity.js';
import { canRefresh, refreshTokens, type StoredTokens } from './refresh-tokens.js';
import { sendRequest } from './send-request.js';
import type { TokenSet } from './token-reply.js';

/**
 * Talks to every provider; what differs between them is in their definitions. Keeps nothing: tokens and secrets
 * come in and go out. Every method takes the provider's id first (AppError unknown_provider where there is none)
 * and throws ProviderError for what the provider refuses or fails to answer.
 */
@Injectable()
export class ProviderClient {
  constructor(private readonly registry: ProviderRegistry) {}

  /** Where to send the browser; see {@link buildAuthorizeUrl}. */
  authorizeUrl(id: string, app: Pick<ProviderApp, 'clientId' | 'options'>, request: AuthorizeRequest): URL {
    return buildAuthorizeUrl(this.registry.get(id).definition, app, request);
  }

  /**
   * What a callback that carries `error` (or Meta's `error_code`) means.
   *
   * @param parameters the callback's query, one value per name
   * @returns the error, to be thrown or shown; undefined where the query is not a refusal
   */
  refusal(id: string, parameters: Readonly<Record<string, string>>): ProviderError | undefined {
    const { definition } = this.registry.get(id);
    if (!parameters.error && !parameters.error_code && !parameters.error_message) return undefined;
    return classifyFailure(definition, 'callback', readRefusal(parameters));
  }

  /** Turns a code into tokens, second exchange and granted scopes included; see {@link exchangeCode}. */
  exchangeCode(id: string, app: ProviderApp, exchange: CodeExchange): Promise<Connection> {
    return exchangeCode(this.registry.get(id), app, exchange);
  }

  /** Whose consent it was; see {@link readIdentity}. */
  identify(id: string, app: ProviderApp, accessToken: string): Promise<Identity> {
    return readIdentity(this.registry.get(id), app, accessToken);
  }

  /** The accounts behind a consent, where there is a choice; see {@link listChoices}. */
  choices(
    id: string,
    app: ProviderApp,
    consent: { accessToken: string; identity: Identity },
  ): Promise<Choice[] | undefined> {
    return listChoices(this.registry.get(id), app, consent);
  }

  /** Whether {@link refresh} would do anything. */
  canRefresh(id: string, tokens: Pick<StoredTokens, 'refreshToken'>): boolean {
    return canRefresh(this.registry.get(id), tokens);
  }

  /** Newer tokens, or undefined where only the user can help; see {@link refreshTokens}. */
  refresh(id: string, app: ProviderApp, tokens: StoredTokens): Promise<TokenSet | undefined> {
    return refreshTokens(this.registry.get(id), app, tokens);
  }

  /** Whether an access token still lives, where the provider says so; see {@link inspectToken}. */
  inspect(id: string, app: ProviderApp, accessToken: string): Promise<Inspection | undefined> {
    return inspectToken(this.registry.get(id), app, accessToken);
  }

  /**
   * Ends an authorization at the provider; for everybody who shares it.
   *
   * @param tokens the consent's tokens, with the account id of the consent (not of a Page)
   * @returns true where the provider ended it or it was dead before; false where it has no way to
   */
  async revoke(id: string, app: ProviderApp, tokens: StoredTokens & { accountId: string }): Promise<boolean> {
    const provider = this.registry.get(id);
    if (!provider.definition.revoke) return false;
    const { accessToken, refreshToken, accountId } = tokens;
    try {
      await sendRequest(
        provider.definition.revoke,
        {
          access_token: accessToken,
          refresh_token: refreshToken,
          token: refreshToken ?? accessToken,
          account_id: accountId,
        },
        { provider, app, stage: 'revoke' },
      );
    } catch (error) {
      if (!(error instanceof ProviderError && error.code === 'token_dead')) throw error;
    }
    return true;
  }

  /** Tries an app's credentials without a user, within 5 s; see {@link probeCredentials}. */
  probeCredentials(id: string, app: ProviderApp): Promise<CredentialCheck> {
    return probeCredentials(this.registry.get(id), app);
  }
}

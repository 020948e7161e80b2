import { Injectable, Logger } from '@nestjs/common';
import { challengeOf, isCodeVerifier } from '../common/crypto/pkce.js';
import { AppError } from '../common/errors/app-error.js';
import type { OAuthParameters } from '../common/http/oauth-parameters.js';
import { Audience } from './audience.service.js';
import type { ClientCredentials } from './client-credentials.js';
import { type IssuedTokens, TokenStore } from './token-store.service.js';

/** `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5). */
@Injectable()
export class ExchangeCode {
  private readonly logger = new Logger(ExchangeCode.name);

  constructor(
    private readonly store: TokenStore,
    private readonly audience: Audience,
  ) {}

  /**
   * @param client who the client says it is
   * @param parameters `code`, `code_verifier`, optionally `redirect_uri` and `resource`
   * @returns the first pair of the grant
   * @throws AppError invalid_request, invalid_client, invalid_grant, invalid_target
   */
  async run(client: ClientCredentials, parameters: OAuthParameters): Promise<IssuedTokens> {
    const code = parameters.required('code');
    const verifier = parameters.required('code_verifier');
    const presented = {
      code,
      redirectUri: parameters.one('redirect_uri'),
      // A text that cannot be a verifier matches no challenge; the statement then finds no row.
      challenge: isCodeVerifier(verifier) ? challengeOf(verifier) : '',
      ...this.audience.resolve(parameters.all('resource')),
    };
    const outcome = await this.store.exchangeCode(client, presented);
    if (outcome === 'no match') throw await this.store.explainCode(client, presented);
    if (outcome === 'replayed') {
      this.logger.warn({ clientId: client.clientId }, 'A code was redeemed again: its grant is revoked.');
      throw new AppError(
        'invalid_grant',
        'The code was used before. What it issued is revoked; sign in again.',
      );
    }
    return outcome;
  }
}

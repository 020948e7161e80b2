import { Injectable } from '@nestjs/common';
import type { AuditedRequest } from '../audit/audit-record.js';
import { Audit } from '../audit/audit.service.js';
import { challengeOf, isCodeVerifier } from '../common/crypto/pkce.js';
import { AppError } from '../common/errors/app-error.js';
import type { OAuthParameters } from '../common/http/oauth-parameters.js';
import { Audience } from './audience.service.js';
import type { ClientCredentials } from './client-credentials.js';
import { JudgeRedemption } from './judge-redemption.service.js';
import type { CodePresentation, IssuedTokens, Redeem } from './redemption.js';
import { TokenStore } from './token-store.service.js';

/** `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5). */
@Injectable()
export class ExchangeCode {
  constructor(
    private readonly store: TokenStore,
    private readonly judge: JudgeRedemption,
    private readonly audience: Audience,
    private readonly audit: Audit,
  ) {}

  /**
   * Reads a request, without a statement.
   *
   * @param parameters `code`, `code_verifier`, optionally `redirect_uri` and `resource`
   * @throws AppError invalid_request, invalid_target: whoever asks
   */
  read(parameters: OAuthParameters): Redeem {
    const code = parameters.required('code');
    const verifier = parameters.required('code_verifier');
    const presented = {
      code,
      redirectUri: parameters.one('redirect_uri'),
      // A text that cannot be a verifier matches no challenge; the statement then finds no row.
      challenge: isCodeVerifier(verifier) ? challengeOf(verifier) : '',
      ...this.audience.resolve(parameters.all('resource')),
    };
    return (client, request) => this.redeem(client, presented, request);
  }

  private async redeem(
    client: ClientCredentials,
    presented: CodePresentation,
    request: AuditedRequest,
  ): Promise<IssuedTokens> {
    const outcome =
      (await this.store.exchangeCode(client, presented)) ?? (await this.judge.code(client, presented));
    const { clientId } = client;
    const actor = { kind: 'client', id: clientId } as const;
    if ('replayed' in outcome) {
      this.audit.record('code.replayed', request, { client_id: clientId, ...outcome.replayed }, actor);
      throw new AppError(
        'invalid_grant',
        'The code was used before. What it issued is revoked; sign in again.',
      );
    }
    const { owner, scopes } = outcome;
    this.audit.record('tokens.issued', request, { client_id: clientId, ...owner, scopes }, actor);
    return outcome;
  }
}

import { Injectable } from '@nestjs/common';
import type { AuditedRequest } from '../audit/audit-record.js';
import { Audit } from '../audit/audit.service.js';
import { AppError } from '../common/errors/app-error.js';
import type { OAuthParameters } from '../common/http/oauth-parameters.js';
import { Audience } from './audience.service.js';
import type { ClientCredentials } from './client-credentials.js';
import { JudgeRedemption } from './judge-redemption.service.js';
import { splitScope } from './scope-catalogue.service.js';
import type { IssuedTokens, Redeem, RefreshPresentation } from './redemption.js';
import { TokenStore } from './token-store.service.js';

/** `grant_type=refresh_token` (RFC 6749 §6, RFC 9700 §4.14.2). */
@Injectable()
export class RefreshTokens {
  constructor(
    private readonly store: TokenStore,
    private readonly judge: JudgeRedemption,
    private readonly audience: Audience,
    private readonly audit: Audit,
  ) {}

  /**
   * Reads a request, without a statement.
   *
   * @param parameters `refresh_token`, optionally a narrower `scope` and `resource`
   * @throws AppError invalid_request, invalid_target: whoever asks
   */
  read(parameters: OAuthParameters): Redeem {
    const scopes = splitScope(parameters.one('scope') ?? '').filter((name) => name !== 'offline_access');
    const presented = {
      refreshToken: parameters.required('refresh_token'),
      scopes: scopes.length > 0 ? scopes : null,
      ...this.audience.resolve(parameters.all('resource')),
    };
    return (client, request) => this.redeem(client, presented, request);
  }

  private async redeem(
    client: ClientCredentials,
    presented: RefreshPresentation,
    request: AuditedRequest,
  ): Promise<IssuedTokens> {
    const outcome =
      (await this.store.refresh(client, presented)) ?? (await this.judge.refreshToken(client, presented));
    if ('replayed' in outcome) {
      const { clientId } = client;
      const actor = { kind: 'client', id: clientId } as const;
      this.audit.record('refresh_token.reused', request, { client_id: clientId, ...outcome.replayed }, actor);
      throw new AppError(
        'invalid_grant',
        'The refresh token was used before. Its grant is revoked; sign in again.',
      );
    }
    return outcome;
  }
}

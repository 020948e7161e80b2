import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TOKEN_PREFIXES } from '../common/crypto/token.js';
import type { OAuthParameters } from '../common/http/oauth-parameters.js';
import { Config } from '../config/config.js';
import { Audience } from './audience.service.js';
import { AuthenticateResourceServer } from './authenticate-resource-server.service.js';
import { invalidClient, readClientCredentials } from './client-credentials.js';
import { ClientFailures } from './client-failures.service.js';
import type { IntrospectionResponse } from './introspection.dto.js';
import type { StoredToken } from './redemption.js';
import { TokenStore } from './token-store.service.js';

/** Which tokens the caller may see. */
type Visible = (token: StoredToken, isRefreshToken: boolean) => boolean;

/** Answers RFC 7662 requests. */
@Injectable()
export class IntrospectToken {
  constructor(
    private readonly store: TokenStore,
    private readonly audience: Audience,
    private readonly resourceServer: AuthenticateResourceServer,
    private readonly failures: ClientFailures,
    private readonly config: Config,
  ) {}

  /**
   * @param request carries the caller's credentials
   * @param parameters `token`; a hint is not needed
   * @returns `{active: false}` alone for every token the caller may not see (RFC 7662 §2.2)
   * @throws AppError invalid_request, invalid_client, too_many_requests
   */
  async run(request: FastifyRequest, parameters: OAuthParameters): Promise<IntrospectionResponse> {
    const token = parameters.required('token');
    const visible = await this.caller(request, parameters);
    const isRefreshToken = token.startsWith(TOKEN_PREFIXES.refreshToken);
    const found = await (isRefreshToken
      ? this.store.findRefreshToken(token)
      : this.store.findAccessToken(token));
    if (!found || !visible(found, isRefreshToken)) return { active: false };
    return this.describe(found, isRefreshToken);
  }

  private async caller(request: FastifyRequest, parameters: OAuthParameters): Promise<Visible> {
    const server = this.resourceServer.run(request);
    if (server) {
      return (token, isRefreshToken) =>
        !isRefreshToken && this.audience.isFor(server.resource, token.resources);
    }
    const client = readClientCredentials(request, parameters);
    // A public client proves nothing, so it may ask about nothing (RFC 7662 §2.1).
    await this.failures.limit(request, client, async () => {
      if (!client.secretHash || !(await this.store.authenticates(client))) throw invalidClient(client);
    });
    return (token) => token.clientId === client.clientId;
  }

  private describe(token: StoredToken, isRefreshToken: boolean): IntrospectionResponse {
    const [only, ...more] = token.resources ?? [this.config.publicUrl];
    return {
      active: true,
      scope: token.scopes.join(' '),
      client_id: token.clientId,
      sub: token.userId,
      workspace_id: token.workspaceId,
      aud: more.length > 0 ? [only!, ...more] : only,
      iss: this.config.publicUrl,
      exp: Math.floor(token.expiresAt.getTime() / 1000),
      token_type: isRefreshToken ? 'refresh_token' : 'Bearer',
    };
  }
}

import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
import { Access, anyone } from '../common/access/access.decorator.js';
import { TOKEN_PREFIXES } from '../common/crypto/token.js';
import { ApiOAuthErrors } from '../common/errors/api-errors.decorator.js';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';
import { OAuthParameters } from '../common/http/oauth-parameters.js';
import { invalidClient, readClientCredentials } from './client-credentials.js';
import { ClientFailures } from './client-failures.service.js';
import { TokenStore } from './token-store.service.js';
import { PresentedToken } from './introspection.dto.js';

const EXAMPLES = {
  publicClient: {
    summary: 'By a public client',
    value: { token: 'sd_at_Jk3v…', client_id: EXAMPLE_CLIENT_ID },
  },
};

/** The revocation endpoint (RFC 7009). */
@ApiTags('OAuth (in)')
@Controller('/public/v1/oauth')
export class RevokeController {
  constructor(
    private readonly store: TokenStore,
    private readonly failures: ClientFailures,
    private readonly audit: Audit,
  ) {}

  /** Revokes a token of the client. Unknown, foreign and dead tokens are answered alike (RFC 7009 §2.2). */
  @Post('revoke/')
  @HttpCode(200)
  @Access(anyone())
  @ApiOperation({
    operationId: 'revoke',
    summary: 'Revoke a token',
    description:
      'An access token dies alone. A refresh token takes its grant with it: this device is signed out, other devices of the user are not.',
  })
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ schema: { $ref: getSchemaPath(PresentedToken) }, examples: EXAMPLES })
  @ApiOkResponse({ description: 'The token does not work any more, if it ever did.' })
  @ApiOAuthErrors(400, 401, 429)
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    const parameters = OAuthParameters.ofBody(request.body).once();
    const token = parameters.required('token');
    const client = readClientCredentials(request, parameters);
    const outcome = await this.failures.limit(request, client, async () => {
      const found = await this.store.revoke(client, token);
      if (!found) throw invalidClient(client);
      return found;
    });
    if (!outcome.revoked) return;
    const { clientId } = client;
    const token_type = token.startsWith(TOKEN_PREFIXES.refreshToken) ? 'refresh_token' : 'access_token';
    const subject = { client_id: clientId, ...outcome.revoked, token_type } as const;
    this.audit.record('token.revoked', request, subject, { kind: 'client', id: clientId });
  }
}

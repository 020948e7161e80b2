import { Body, Controller, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
import { Access, resourceServer } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { ProviderToken, ProviderTokenRequest } from './accounts.dto.js';
import { FreshToken } from './fresh-token.service.js';

/** Where a provider token leaves this server: to the operator's own services alone. */
@ApiTags('Accounts (out)')
@Controller('/v1/accounts/:id/token')
export class ProviderTokenController {
  constructor(
    private readonly tokens: FreshToken,
    private readonly audit: Audit,
  ) {}

  /** A token that lives; renewed first where it must be. */
  @Post('/')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Access(resourceServer())
  @ApiOperation({
    operationId: 'getProviderToken',
    summary: 'Get a provider token',
    description:
      'Fresh for at least `min_ttl` seconds. Ask for each use instead of storing it. 409 `needs_reconnect` where only the user can help.',
  })
  @ApiParam({ name: 'id', description: 'Any account.', example: 'acc_1vJ8cE0y2Qw7mB3nK5tR9A' })
  @ApiBody({ type: ProviderTokenRequest, required: false })
  @ApiOkResponse({ type: ProviderToken, description: 'The token.' })
  @ApiProblems(400, 401, 404, 409, 503)
  async token(
    @Param('id') id: string,
    @Body() body: ProviderTokenRequest,
    @Req() request: FastifyRequest,
  ): Promise<ProviderToken> {
    const { accessToken, expiresAt, scopes, provider, externalId, workspaceId } = await this.tokens.get(
      id,
      body?.min_ttl ?? 60,
    );
    const subject = { workspace_id: workspaceId, account_id: id, provider };
    this.audit.record('provider_token.read', request, subject);
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_at: expiresAt?.toISOString() ?? null,
      scopes: [...scopes],
      provider,
      external_id: externalId,
    };
  }
}

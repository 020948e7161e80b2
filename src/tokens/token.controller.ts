import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access, anyone } from '../common/access/access.decorator.js';
import { ApiOAuthErrors } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';
import { OAuthParameters } from '../common/http/oauth-parameters.js';
import { readClientCredentials } from './client-credentials.js';
import { ClientFailures } from './client-failures.service.js';
import { ExchangeCode } from './exchange-code.service.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { TokenRequest, TokenResponse } from './token.dto.js';
import type { IssuedTokens } from './redemption.js';

const EXAMPLES = {
  code: {
    summary: 'A code for a first pair',
    value: {
      grant_type: 'authorization_code',
      client_id: EXAMPLE_CLIENT_ID,
      code: 'sd_ac_2mT0…',
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      redirect_uri: 'http://127.0.0.1:8976/callback',
    },
  },
  refresh: {
    summary: 'A refresh token for the next pair',
    value: { grant_type: 'refresh_token', client_id: EXAMPLE_CLIENT_ID, refresh_token: 'sd_rt_k0aT…' },
  },
};

/** The token endpoint (RFC 6749 §3.2). */
@ApiTags('OAuth (in)')
@Controller('/public/v1/oauth')
export class TokenController {
  constructor(
    private readonly exchangeCode: ExchangeCode,
    private readonly refreshTokens: RefreshTokens,
    private readonly failures: ClientFailures,
  ) {}

  /** Exchanges a code, or a refresh token, for tokens. */
  @Post('token/')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Access(anyone())
  @ApiOperation({
    operationId: 'token',
    summary: 'OAuth token endpoint',
    description:
      'Accepts a form or JSON with the same meaning. `authorization_code`: grant_type, code, code_verifier, client_id, redirect_uri. `refresh_token`: grant_type, refresh_token, client_id. Confidential clients authenticate by HTTP Basic or client_secret.',
  })
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ schema: { $ref: getSchemaPath(TokenRequest) }, examples: EXAMPLES })
  @ApiOkResponse({ type: TokenResponse, description: 'Tokens.' })
  @ApiOAuthErrors(400, 401, 429)
  async token(@Req() request: FastifyRequest): Promise<TokenResponse> {
    const parameters = OAuthParameters.ofBody(request.body).once();
    const grantType = parameters.required('grant_type');
    const grant = this.grantOf(grantType);
    const client = readClientCredentials(request, parameters);
    const redeem = grant.read(parameters);
    return respond(await this.failures.limit(request, client, () => redeem(client, request)));
  }

  private grantOf(grantType: string): ExchangeCode | RefreshTokens {
    if (grantType === 'authorization_code') return this.exchangeCode;
    if (grantType === 'refresh_token') return this.refreshTokens;
    throw new AppError('unsupported_grant_type', 'Use authorization_code or refresh_token.');
  }
}

function respond({ accessToken, refreshToken, expiresIn, scopes }: IssuedTokens): TokenResponse {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: scopes.join(' '),
  };
}

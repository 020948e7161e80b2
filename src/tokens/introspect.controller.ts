import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access, anyone } from '../common/access/access.decorator.js';
import { ApiOAuthErrors } from '../common/errors/api-errors.decorator.js';
import { OAuthParameters } from '../common/http/oauth-parameters.js';
import { IntrospectToken } from './introspect-token.service.js';
import { IntrospectionResponse, PresentedToken } from './introspection.dto.js';

const EXAMPLES = {
  resourceServer: { summary: 'By a resource server', value: { token: 'sd_at_Jk3v…' } },
};

/** The introspection endpoint (RFC 7662). */
@ApiTags('OAuth (in)')
@Controller('/public/v1/oauth')
export class IntrospectController {
  constructor(private readonly introspectToken: IntrospectToken) {}

  /** Says whether a token is alive and what it stands for. */
  @Post('introspect/')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiBasicAuth('resourceServer')
  @ApiOperation({
    operationId: 'introspect',
    summary: 'Introspect a token',
    description:
      'For resource servers (HTTP Basic with an id and secret of RESOURCE_SERVERS) and for confidential clients about their own tokens.',
  })
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ schema: { $ref: getSchemaPath(PresentedToken) }, examples: EXAMPLES })
  @ApiOkResponse({ type: IntrospectionResponse, description: 'The state of the token.' })
  @ApiOAuthErrors(400, 401, 429)
  introspect(@Req() request: FastifyRequest): Promise<IntrospectionResponse> {
    return this.introspectToken.run(request, OAuthParameters.ofBody(request.body).once());
  }
}

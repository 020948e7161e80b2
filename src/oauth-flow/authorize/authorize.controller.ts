import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiFoundResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, anyone } from '../../common/access/access.decorator.js';
import { AppError } from '../../common/errors/app-error.js';
import { EXAMPLE_CLIENT_ID } from '../../common/http/example-client-id.js';
import { FormBody } from '../../common/http/form-body.js';
import { OAuthParameters } from '../../common/http/oauth-parameters.js';
import { queryParameters } from '../../common/http/query-parameters.js';
import { Authorize } from './authorize.service.js';

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly enum?: string[];
  readonly description?: string;
  readonly example?: string;
}

const QUERY: readonly Parameter[] = [
  { name: 'client_id', required: true, description: 'From registration.', example: EXAMPLE_CLIENT_ID },
  {
    name: 'redirect_uri',
    required: true,
    description: 'A registered one; a loopback one with any port.',
    example: 'http://127.0.0.1:8976/callback',
  },
  { name: 'response_type', required: true, enum: ['code'], example: 'code' },
  {
    name: 'code_challenge',
    required: true,
    description: 'base64url(SHA-256(verifier)) (RFC 7636 §4.2).',
    example: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  },
  { name: 'code_challenge_method', required: true, enum: ['S256'], example: 'S256' },
  {
    name: 'scope',
    required: false,
    description: 'Separated by spaces; the default scopes if left out.',
    example: 'profile:read accounts:read',
  },
  { name: 'state', required: false, description: 'Echoed byte for byte.', example: 'af0ifjsldkj' },
  {
    name: 'resource',
    required: false,
    description: 'What the tokens are for (RFC 8707); our API if left out.',
  },
];

/** The same, as the members of a form. */
const FORM = {
  type: 'object',
  properties: Object.fromEntries(
    QUERY.map(({ name, enum: values, description, example }) => [
      name,
      { type: 'string', ...(values && { enum: values }), description, example },
    ]),
  ),
  required: QUERY.filter(({ required }) => required).map(({ name }) => name),
};

/** The authorization endpoint (RFC 6749 §3.1). */
@ApiTags('OAuth (in)')
@Controller('/public/v1/oauth')
export class AuthorizeController {
  constructor(private readonly authorize: Authorize) {}

  /** The app opens the browser here. */
  @Get('authorize/')
  @HttpCode(302)
  @Access(anyone())
  @ApiOperation({
    operationId: 'authorize',
    summary: 'Initiate OAuth authorization',
    description:
      'A valid request goes to the consent page of the dashboard. Errors go back to the client, except an unknown client or redirect_uri: those get a page.',
  })
  @DocumentedQuery()
  @ApiFoundResponse({
    description: 'To the consent page, or back to the client with `error`, `state` and `iss`.',
  })
  @ApiResponse({ status: 400, description: 'Unknown client or redirect_uri: a page, or JSON on request.' })
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.answer(new OAuthParameters(queryParameters(request)), request, reply);
  }

  /** The same by form, for requests too long for an address. */
  @Post('authorize/')
  @HttpCode(302)
  @Access(anyone())
  @ApiOperation({ operationId: 'authorizeByForm', summary: 'Initiate OAuth authorization by form' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: FORM })
  @ApiProduces('text/html')
  @ApiFoundResponse({ description: 'As with GET.' })
  @ApiResponse({ status: 400, description: 'As with GET.' })
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.body !== undefined && !(request.body instanceof FormBody)) {
      throw new AppError('invalid_request', 'Send application/x-www-form-urlencoded.');
    }
    await this.answer(OAuthParameters.ofBody(request.body), request, reply);
  }

  /** 302, never 307: the browser must not send the form on (RFC 9700 §4.12). */
  private async answer(
    parameters: OAuthParameters,
    { id }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const location = await this.authorize.run(parameters, id);
    await reply.header('Cache-Control', 'no-store').redirect(location, 302);
  }
}

function DocumentedQuery(): MethodDecorator {
  return (target, key, descriptor) => {
    for (const parameter of QUERY) ApiQuery({ type: String, ...parameter })(target, key, descriptor);
  };
}

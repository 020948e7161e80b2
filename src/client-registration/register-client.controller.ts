import { Controller, Header, Post, Req } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
import { Access, anyone } from '../common/access/access.decorator.js';
import { ApiOAuthErrors } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { FormBody } from '../common/http/form-body.js';
import { networkOf } from '../limits/network-of.js';
import { RegisterClientRequest, RegisterClientResponse } from './register-client.dto.js';
import { type RegisteredClient, RegisterClient } from './register-client.service.js';

/** The registration endpoint (RFC 7591 §3). */
@ApiTags('OAuth (in)')
@Controller('/public/v1/oauth')
export class RegisterClientController {
  constructor(
    private readonly registerClient: RegisterClient,
    private readonly audit: Audit,
  ) {}

  /** Open to everybody: an app calls it once and keeps the client_id. */
  @Post('register/')
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Access(anyone())
  @ApiOperation({
    operationId: 'registerClient',
    summary: 'Register an OAuth client (DCR)',
    description:
      'Desktop apps, CLIs and agents call this once and keep the client_id for every later flow. Registering the same public client again answers with the same client_id.',
  })
  @ApiBody({ type: RegisterClientRequest })
  @ApiCreatedResponse({ type: RegisterClientResponse, description: 'The client.' })
  @ApiOAuthErrors(400, 429)
  async register(@Req() request: FastifyRequest): Promise<RegisteredClient> {
    if (request.body instanceof FormBody) {
      throw new AppError('invalid_client_metadata', 'Send the metadata as application/json.');
    }
    const client = await this.registerClient.run(request.body, networkOf(request));
    this.audit.record('client.registered', request, { client_id: client.client_id });
    return client;
  }
}

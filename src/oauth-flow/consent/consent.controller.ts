import { Body, Controller, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access, CurrentPrincipal, dashboard } from '../../common/access/access.decorator.js';
import type { DashboardUser } from '../../common/access/principal.js';
import { ApiProblems } from '../../common/errors/api-errors.decorator.js';
import { LimitedByUser } from '../../limits/user-limit.guard.js';
import { ApproveRequest, ConsentDecision, ConsentView } from './consent.dto.js';
import { Consent } from './consent.service.js';

/** What the consent page of the dashboard calls. */
@ApiTags('Consent (in)')
@ApiParam({
  name: 'request_id',
  description: 'From the address of the consent page.',
  example: 'sd_ar_Zm9v…',
})
@Controller('/public/v1/oauth/authorize/requests/:request_id')
export class ConsentController {
  constructor(private readonly consent: Consent) {}

  /** The first signed-in user who opens a request owns it; to everybody else it does not exist. */
  @Get('/')
  @Header('Cache-Control', 'no-store')
  @Access(dashboard())
  @LimitedByUser('consent')
  @ApiOperation({ operationId: 'showConsent', summary: 'Show an authorization request to its user' })
  @ApiOkResponse({ type: ConsentView, description: 'What is asked for.' })
  @ApiProblems(401, 404, 409, 410)
  show(
    @Param('request_id') requestId: string,
    @CurrentPrincipal() user: DashboardUser,
  ): Promise<ConsentView> {
    return this.consent.show(requestId, user);
  }

  /** The user says yes, to all of it or to less. */
  @Post('approve/')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Access(dashboard())
  @LimitedByUser('consent')
  @ApiOperation({ operationId: 'approveConsent', summary: 'Approve an authorization request' })
  @ApiBody({ type: ApproveRequest, required: false })
  @ApiOkResponse({ type: ConsentDecision, description: 'Where to send the browser.' })
  @ApiProblems(400, 401, 404, 409, 410)
  async approve(
    @Param('request_id') requestId: string,
    @CurrentPrincipal() user: DashboardUser,
    @Req() request: FastifyRequest,
    @Body() body: ApproveRequest,
  ): Promise<ConsentDecision> {
    return { redirect_to: await this.consent.approve(requestId, user, request, body?.scopes) };
  }

  /** The user says no. */
  @Post('deny/')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Access(dashboard())
  @LimitedByUser('consent')
  @ApiOperation({ operationId: 'denyConsent', summary: 'Deny an authorization request' })
  @ApiOkResponse({ type: ConsentDecision, description: 'Where to send the browser.' })
  @ApiProblems(401, 404, 409, 410)
  async deny(
    @Param('request_id') requestId: string,
    @CurrentPrincipal() user: DashboardUser,
    @Req() request: FastifyRequest,
  ): Promise<ConsentDecision> {
    return { redirect_to: await this.consent.deny(requestId, user, request) };
  }
}

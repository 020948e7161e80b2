import { Body, Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, anyone } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { DevelopmentSession, DevelopmentSessionRequest } from './development-session.dto.js';
import { DevelopmentSessionGuard } from './development-session.guard.js';
import { DevelopmentSessions } from './development-session.service.js';

/** Development sign-in. */
@ApiTags('Identity')
@Controller('/v1/dev/session')
@UseGuards(DevelopmentSessionGuard)
export class DevelopmentSessionController {
  constructor(private readonly sessions: DevelopmentSessions) {}

  /** Signs anybody in as anybody, so that a fresh clone can be tried without a dashboard of one's own. */
  @Post('/')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiOperation({
    operationId: 'openDevelopmentSession',
    summary: 'Sign in for development',
    description:
      'There only while no `DASHBOARD_JWT_*` variable is set, outside production, and under the host of `PUBLIC_URL`; otherwise 404.',
  })
  @ApiOkResponse({ type: DevelopmentSession })
  @ApiProblems(400, 404)
  open(@Body() { email }: DevelopmentSessionRequest): Promise<DevelopmentSession> {
    return this.sessions.open(email);
  }
}

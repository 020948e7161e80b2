import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
import { Access, resourceServer } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { IfGiven } from '../common/http/if-given.js';
import { ConnectedApps } from './connected-apps.service.js';

/** Whose grants end. At least one of the two. */
export class RevokeSubjectRequest {
  @ApiPropertyOptional({ description: '`sub` of the dashboard JWT.', example: 'usr_42' })
  @IfGiven()
  @IsString()
  @Length(1, 255)
  user_id?: string;

  @ApiPropertyOptional({ description: 'As introspection names it.', example: 'org:acme' })
  @IfGiven()
  @IsString()
  @Length(1, 300)
  workspace_id?: string;
}

/** For the SaaS: a person left, was blocked, or changed their password. */
@ApiTags('Operator')
@Controller('/v1/subjects')
export class RevokeSubjectController {
  constructor(
    private readonly apps: ConnectedApps,
    private readonly audit: Audit,
  ) {}

  /** Ends every grant of a user, of a workspace, or of a user within a workspace. */
  @Post('revoke')
  @HttpCode(204)
  @Access(resourceServer())
  @ApiOperation({ operationId: 'revokeSubject', summary: 'Sign a removed user out of every app' })
  @ApiNoContentResponse({ description: 'No token of theirs works any more.' })
  @ApiProblems(400, 401)
  async revoke(
    @Body() { user_id, workspace_id }: RevokeSubjectRequest,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    if (user_id === undefined && workspace_id === undefined) {
      const message = 'give user_id, workspace_id, or both';
      throw new AppError('invalid_input', 'Nothing says whose grants to revoke.', {
        fields: [{ field: 'user_id', message }],
      });
    }
    const grants = await this.apps.disconnectSubject(user_id, workspace_id);
    this.audit.record('subject.revoked', request, { user_id, workspace_id, grants });
  }
}

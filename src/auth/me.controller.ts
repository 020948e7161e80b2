import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, bearer, CurrentPrincipal, dashboard } from '../common/access/access.decorator.js';
import type { AccessTokenHolder, DashboardUser } from '../common/access/principal.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { Me } from './me.dto.js';

/** Lets a caller see itself as this server sees it. */
@ApiTags('Identity')
@Controller('/public/v1/me')
export class MeController {
  /** Says whose credentials these are. */
  @Get('/')
  @Header('Cache-Control', 'no-store')
  @Access(dashboard(), bearer())
  @ApiOperation({
    operationId: 'me',
    summary: 'Who am I?',
    description: 'Any live access token will do, whatever its scopes. The way for an app to test its token.',
  })
  @ApiOkResponse({ type: Me })
  @ApiProblems(400, 401, 503)
  me(@CurrentPrincipal() caller: DashboardUser | AccessTokenHolder): Me {
    const isApp = caller.kind === 'bearer';
    return {
      user_id: caller.userId,
      workspace_id: caller.workspaceId,
      client_id: isApp ? caller.clientId : null,
      scopes: isApp ? caller.scopes : [],
      expires_at: caller.expiresAt.toISOString(),
    };
  }
}

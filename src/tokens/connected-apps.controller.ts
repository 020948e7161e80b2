import { Controller, Delete, Get, Header, HttpCode, Param, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
import { Access, bearer, CurrentPrincipal, dashboard } from '../common/access/access.decorator.js';
import type { AccessTokenHolder, DashboardUser } from '../common/access/principal.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';
import { ConnectedApp } from './connected-apps.dto.js';
import { ConnectedApps } from './connected-apps.service.js';

/** The user's connected apps. */
@ApiTags('Connected apps (in)')
@Controller('/public/v1/oauth/apps')
export class ConnectedAppsController {
  constructor(
    private readonly apps: ConnectedApps,
    private readonly audit: Audit,
  ) {}

  /** Every app that the user authorized and that can still get tokens, exactly once. */
  @Get('/')
  @Header('Cache-Control', 'no-store')
  @Access(dashboard(), bearer('apps:read'))
  @ApiOperation({ operationId: 'listConnectedApps', summary: 'List connected OAuth apps' })
  @ApiOkResponse({ type: [ConnectedApp], description: 'The apps of this user.' })
  @ApiProblems(401, 403)
  list(@CurrentPrincipal() caller: DashboardUser | AccessTokenHolder): Promise<ConnectedApp[]> {
    return this.apps.list(caller.userId);
  }

  /** Revokes the user's authorization for the app and with it every token. An app may always disconnect itself. */
  @Delete(':app_id/')
  @HttpCode(204)
  @Access(dashboard(), bearer('apps:write', { ownClient: 'app_id' }))
  @ApiOperation({
    operationId: 'disconnectApp',
    summary: 'Disconnect an OAuth app',
    description: 'A bearer needs `apps:write`, unless the app is its own. A second time answers 404.',
  })
  @ApiParam({ name: 'app_id', description: 'The id from the list.', example: EXAMPLE_CLIENT_ID })
  @ApiNoContentResponse({ description: 'Nothing of it works any more.' })
  @ApiProblems(401, 403, 404)
  async disconnect(
    @CurrentPrincipal() caller: DashboardUser | AccessTokenHolder,
    @Param('app_id') appId: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const grants = await this.apps.disconnect(caller.userId, appId);
    if (grants === 0) {
      throw new AppError('not_found', 'You have not connected such an app, or it is disconnected already.');
    }
    this.audit.record('app.disconnected', request, { client_id: appId, grants });
  }
}

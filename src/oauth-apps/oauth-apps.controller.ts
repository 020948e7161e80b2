import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { Access, CurrentPrincipal, dashboard } from '../common/access/access.decorator.js';
import type { DashboardUser } from '../common/access/principal.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { CreateOAuthApp } from './create-oauth-app.service.js';
import { DeleteOAuthApp } from './delete-oauth-app.service.js';
import { ListOAuthApps } from './list-oauth-apps.service.js';
import {
  CreateOAuthAppRequest,
  ListOAuthAppsQuery,
  OAuthAppView,
  UpdateOAuthAppRequest,
} from './oauth-app.dto.js';
import { UpdateOAuthApp } from './update-oauth-app.service.js';

const ApiId = () =>
  ApiParam({ name: 'id', description: 'The id from the list.', example: 'oa_1vJ8cE0y2Qw7mB3nK5tR9A' });

/** A workspace's own OAuth apps (BYOK). An app of another workspace does not exist here. */
@ApiTags('OAuth apps (out)')
@Controller('/v1/oauth-apps')
export class OAuthAppsController {
  constructor(
    private readonly listing: ListOAuthApps,
    private readonly creation: CreateOAuthApp,
    private readonly change: UpdateOAuthApp,
    private readonly deletion: DeleteOAuthApp,
  ) {}

  /** Every app of the workspace, oldest first. */
  @Get('/')
  @Access(dashboard())
  @ApiOperation({
    operationId: 'listOAuthApps',
    summary: 'List OAuth apps',
    description:
      'Each with the redirect_uri to register and the scopes that will be requested. Secrets are never returned.',
  })
  @ApiOkResponse({ type: [OAuthAppView], description: 'OAuth apps, oldest first.' })
  @ApiProblems(400, 401)
  list(@CurrentPrincipal() user: DashboardUser, @Query() query: ListOAuthAppsQuery): Promise<OAuthAppView[]> {
    return this.listing.list(user.workspaceId, query.provider);
  }

  /** Stores client id and secret. */
  @Post('/')
  @Access(dashboard())
  @ApiOperation({
    operationId: 'createOAuthApp',
    summary: 'Create an OAuth app',
    description:
      'The secret is encrypted and never returned. The credentials are tried at the provider for 5 seconds at most; whatever comes of it is in `verification` and keeps nothing from being stored. The first app at a provider is its default.',
  })
  @ApiCreatedResponse({ type: OAuthAppView, description: 'Created.' })
  @ApiProblems(400, 401)
  create(
    @CurrentPrincipal() user: DashboardUser,
    @Body() body: CreateOAuthAppRequest,
  ): Promise<OAuthAppView> {
    return this.creation.create(user.workspaceId, body);
  }

  /** One app. */
  @Get(':id')
  @Access(dashboard())
  @ApiOperation({ operationId: 'getOAuthApp', summary: 'Show an OAuth app' })
  @ApiId()
  @ApiOkResponse({ type: OAuthAppView, description: 'The app.' })
  @ApiProblems(401, 404)
  get(@CurrentPrincipal() user: DashboardUser, @Param('id') id: string): Promise<OAuthAppView> {
    return this.listing.get(user.workspaceId, id);
  }

  /** Renames, rotates the secret, makes it the default. */
  @Patch(':id')
  @Access(dashboard())
  @ApiOperation({
    operationId: 'updateOAuthApp',
    summary: 'Change an OAuth app',
    description:
      'What is left out stays. A new secret is tried at the provider like the first one. The client id cannot change: create another app instead.',
  })
  @ApiId()
  @ApiOkResponse({ type: OAuthAppView, description: 'The app as it is now.' })
  @ApiProblems(400, 401, 404)
  update(
    @CurrentPrincipal() user: DashboardUser,
    @Param('id') id: string,
    @Body() body: UpdateOAuthAppRequest,
  ): Promise<OAuthAppView> {
    return this.change.update(user.workspaceId, id, body);
  }

  /** Forgets the app and its secret. */
  @Delete(':id')
  @HttpCode(204)
  @Access(dashboard())
  @ApiOperation({
    operationId: 'deleteOAuthApp',
    summary: 'Delete an OAuth app',
    description:
      'If it was the default, the oldest remaining app at that provider becomes it. 409 `in_use` while accounts are connected through it; disconnected ones do not count. A second time answers 404.',
  })
  @ApiId()
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems(401, 404, 409)
  delete(@CurrentPrincipal() user: DashboardUser, @Param('id') id: string): Promise<void> {
    return this.deletion.delete(user.workspaceId, id);
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
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
    private readonly audit: Audit,
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
  async create(
    @CurrentPrincipal() user: DashboardUser,
    @Body() body: CreateOAuthAppRequest,
    @Req() request: FastifyRequest,
  ): Promise<OAuthAppView> {
    const app = await this.creation.create(user.workspaceId, body);
    this.audit.record('oauth_app.created', request, { oauth_app_id: app.id, provider: app.provider });
    return app;
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
  async update(
    @CurrentPrincipal() user: DashboardUser,
    @Param('id') id: string,
    @Body() body: UpdateOAuthAppRequest,
    @Req() request: FastifyRequest,
  ): Promise<OAuthAppView> {
    const app = await this.change.update(user.workspaceId, id, body);
    const subject = { oauth_app_id: id, provider: app.provider };
    if (body.client_secret !== undefined) this.audit.record('oauth_app.secret_rotated', request, subject);
    const changed = (['name', 'is_default'] as const).filter((field) => body[field] !== undefined);
    if (changed.length > 0) this.audit.record('oauth_app.changed', request, { ...subject, changed });
    return app;
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
  async delete(
    @CurrentPrincipal() user: DashboardUser,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.deletion.delete(user.workspaceId, id);
    this.audit.record('oauth_app.deleted', request, { oauth_app_id: id });
  }
}

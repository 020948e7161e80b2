import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import { findOAuthApp } from './find-oauth-app.js';
import { configuredProvider, namedProvider } from './named-provider.js';
import type { OAuthAppView } from './oauth-app.dto.js';
import { OAuthApp } from './oauth-app.entity.js';
import { viewOf } from './oauth-app-view.js';

/** Shows a workspace its apps. */
@Injectable()
export class ListOAuthApps {
  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: ProviderRegistry,
  ) {}

  /**
   * The apps of a workspace, oldest first.
   *
   * @param provider only those of this provider; undefined means all
   * @throws AppError unknown_provider
   */
  async list(workspaceId: string, provider: string | undefined): Promise<OAuthAppView[]> {
    if (provider !== undefined) namedProvider(this.registry, provider);
    const apps = await this.dataSource.getRepository(OAuthApp).find({
      where: { workspaceId, ...(provider !== undefined && { provider }) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return apps.map((app) => viewOf(app, configuredProvider(this.registry, app.provider)));
  }

  /**
   * One app.
   *
   * @throws AppError not_found
   */
  async get(workspaceId: string, id: string): Promise<OAuthAppView> {
    const app = await findOAuthApp(this.dataSource.manager, workspaceId, id);
    return viewOf(app, configuredProvider(this.registry, app.provider));
  }
}

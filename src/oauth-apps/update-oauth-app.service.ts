import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import { clearDefault, lockDefault } from './default-app.js';
import { findOAuthApp, noSuchOAuthApp } from './find-oauth-app.js';
import { KeepClientSecret } from './keep-client-secret.service.js';
import { configuredProvider, namedProvider } from './named-provider.js';
import type { OAuthAppView, UpdateOAuthAppRequest } from './oauth-app.dto.js';
import { OAuthApp } from './oauth-app.entity.js';
import { viewOf } from './oauth-app-view.js';

/** Changes an app. Its client id never changes: accounts keep the app that they were connected with. */
@Injectable()
export class UpdateOAuthApp {
  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: ProviderRegistry,
    private readonly secrets: KeepClientSecret,
  ) {}

  /**
   * Renames, rotates the secret and makes it the default, whichever are given, all or nothing.
   *
   * @param input checked by its class; what is absent stays
   * @returns the app as it is now
   * @throws AppError not_found, also where the app is deleted meanwhile; unknown_provider where the secret of a
   *   provider is to be changed that is not configured any more
   */
  async update(workspaceId: string, id: string, input: UpdateOAuthAppRequest): Promise<OAuthAppView> {
    const app = await findOAuthApp(this.dataSource.manager, workspaceId, id);
    const changes: Partial<OAuthApp> = {
      ...(input.name !== undefined && { name: input.name }),
      ...(input.client_secret !== undefined && (await this.newSecret(app, input.client_secret))),
      ...(input.is_default && { isDefault: true }),
    };
    const changed = Object.keys(changes).length > 0 ? await this.apply(app, changes) : app;
    return viewOf(changed, configuredProvider(this.registry, app.provider));
  }

  private newSecret(app: OAuthApp, clientSecret: string) {
    namedProvider(this.registry, app.provider);
    return this.secrets.columnsFor(app, clientSecret);
  }

  private apply(app: OAuthApp, changes: Partial<OAuthApp>): Promise<OAuthApp> {
    return this.dataSource.transaction(async (manager) => {
      if (changes.isDefault) {
        await lockDefault(manager, app);
        await clearDefault(manager, app);
      }
      const { affected } = await manager.update(OAuthApp, { id: app.id }, changes);
      // The exception gives the default back to whichever app had it.
      if (!affected) throw noSuchOAuthApp();
      return manager.findOneByOrFail(OAuthApp, { id: app.id });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { readAppOptions } from '../providers/app-options.js';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import { hasDefault, lockDefault } from './default-app.js';
import { KeepClientSecret } from './keep-client-secret.service.js';
import { namedProvider } from './named-provider.js';
import type { CreateOAuthAppRequest, OAuthAppView } from './oauth-app.dto.js';
import { OAuthApp } from './oauth-app.entity.js';
import { viewOf } from './oauth-app-view.js';

/** Stores a customer's own app. */
@Injectable()
export class CreateOAuthApp {
  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: ProviderRegistry,
    private readonly secrets: KeepClientSecret,
  ) {}

  /**
   * The first app of a workspace at a provider becomes its default. The same credentials may be stored twice: with
   * other settings they are another app.
   *
   * @param workspaceId whose app it will be
   * @param input checked by its class, but for provider and options
   * @returns the stored app, with what the provider thinks of its credentials
   * @throws AppError unknown_provider, invalid_input naming each wrong option
   */
  async create(workspaceId: string, input: CreateOAuthAppRequest): Promise<OAuthAppView> {
    const provider = namedProvider(this.registry, input.provider);
    const options = readAppOptions(provider.definition, input.options);
    const owner = {
      id: `oa_${randomBytes(16).toString('base64url')}`,
      workspaceId,
      provider: provider.definition.id,
      name: input.name,
      clientId: input.client_id,
      options: Object.keys(options).length > 0 ? options : null,
    };
    const secret = await this.secrets.columnsFor(owner, input.client_secret);
    const app = await this.dataSource.transaction(async (manager) => {
      await lockDefault(manager, owner);
      const isDefault = !(await hasDefault(manager, owner));
      const app = manager.create(OAuthApp, { ...owner, ...secret, isDefault });
      await manager.insert(OAuthApp, app);
      return app;
    });
    return viewOf(app, provider);
  }
}

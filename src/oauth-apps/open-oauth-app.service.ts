import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SecretBox } from '../common/crypto/secret-box.js';
import { AppError } from '../common/errors/app-error.js';
import { Config } from '../config/config.js';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import type { AppOptions, ProviderApp } from '../providers/provider.js';
import { clientSecretPlace } from './client-secret-place.js';
import { noSuchOAuthApp } from './find-oauth-app.js';
import { OAuthApp } from './oauth-app.entity.js';
import { findOperatorApp, operatorAppId } from './operator-app.js';

/** What a start needs of an app; the secret is not in it. */
export interface ChosenOAuthApp {
  /** Of the row, or `operator_<provider>`: to be kept with what is started, and given to {@link OpenOAuthApp.open}. */
  readonly id: string;
  readonly clientId: string;
  readonly options: AppOptions;
}

/** Chooses an OAuth app for a start, and is the only one to open a sealed client secret. */
@Injectable()
export class OpenOAuthApp {
  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
    private readonly registry: ProviderRegistry,
    private readonly config: Config,
  ) {}

  /**
   * The app that is named, else the workspace's default at the provider, else the operator's. One statement, or none
   * where the operator's is named: a reconnect may do so after the workspace got an app of its own.
   *
   * @param provider the provider's id
   * @param oauthAppId as the caller named it; undefined means none
   * @throws AppError unknown_provider; not_found where the named app is not this workspace's, or is another
   *   provider's; no_oauth_app where there is none, saying how to add one
   */
  async forStart(workspaceId: string, provider: string, oauthAppId?: string): Promise<ChosenOAuthApp> {
    const { definition, redirectUri } = this.registry.get(provider);
    const operatorId = operatorAppId(provider);
    if (oauthAppId !== operatorId) {
      const app = await this.dataSource.getRepository(OAuthApp).findOneBy({
        workspaceId,
        provider,
        ...(oauthAppId === undefined ? { isDefault: true } : { id: oauthAppId }),
      });
      if (app) return { id: app.id, clientId: app.clientId, options: app.options ?? {} };
      if (oauthAppId !== undefined) throw noSuchOAuthApp();
    }
    const operators = findOperatorApp(this.config, operatorId);
    if (operators) return { id: operatorId, clientId: operators.clientId, options: {} };
    if (oauthAppId !== undefined) throw noSuchOAuthApp();
    throw new AppError(
      'no_oauth_app',
      `Your workspace has no OAuth app for ${definition.name}. Make one at ${definition.name} with the redirect URI ${redirectUri}, then add its credentials: POST /v1/oauth-apps.`,
    );
  }

  /**
   * Opens an app for calls to its provider.
   *
   * @param oauthAppId of {@link forStart}, from our own row, never from a request
   * @param workspaceId of the same row
   * @throws AppError no_oauth_app where the app was deleted, or the operator took theirs away
   * @throws CannotOpenError where its key is not in the ring, or the row was tampered with
   */
  async open(oauthAppId: string, workspaceId: string): Promise<ProviderApp> {
    const operators = findOperatorApp(this.config, oauthAppId);
    if (operators) return { clientId: operators.clientId, clientSecret: operators.clientSecret, options: {} };
    const app = await this.dataSource.getRepository(OAuthApp).findOneBy({ id: oauthAppId, workspaceId });
    if (!app) {
      throw new AppError('no_oauth_app', 'The OAuth app is gone. Add one, then connect the account again.');
    }
    return {
      clientId: app.clientId,
      clientSecret: this.box.open(app.clientSecretSealed, clientSecretPlace(app)),
      options: app.options ?? {},
    };
  }
}

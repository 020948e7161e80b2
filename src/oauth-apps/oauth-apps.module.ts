import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { CreateOAuthApp } from './create-oauth-app.service.js';
import { DeleteOAuthApp } from './delete-oauth-app.service.js';
import { KeepClientSecret } from './keep-client-secret.service.js';
import { ListOAuthApps } from './list-oauth-apps.service.js';
import { OAuthAppsController } from './oauth-apps.controller.js';
import { OpenOAuthApp } from './open-oauth-app.service.js';
import { UpdateOAuthApp } from './update-oauth-app.service.js';

/** OAuth apps that customers bring along; to others it gives one opened for a purpose, and nothing else. */
@Module({
  imports: [ProvidersModule],
  controllers: [OAuthAppsController],
  providers: [ListOAuthApps, CreateOAuthApp, UpdateOAuthApp, DeleteOAuthApp, KeepClientSecret, OpenOAuthApp],
  exports: [OpenOAuthApp],
})
export class OAuthAppsModule {}

import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ClientRegistrationModule } from './client-registration/client-registration.module.js';
import { ErrorFilter } from './common/errors/error.filter.js';
import { StrictValidationPipe } from './common/http/validation.pipe.js';
import { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DiscoveryModule } from './discovery/discovery.module.js';
import { HealthModule } from './health/health.module.js';
import { OAuthAppsModule } from './oauth-apps/oauth-apps.module.js';
import { OAuthFlowModule } from './oauth-flow/oauth-flow.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { TokensModule } from './tokens/tokens.module.js';

/** The whole server. */
@Module({
  imports: [
    DatabaseModule,
    AuditModule,
    AuthModule,
    ClientRegistrationModule,
    TokensModule,
    OAuthFlowModule,
    ProvidersModule,
    OAuthAppsModule,
    AccountsModule,
    DiscoveryModule,
    HealthModule,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ErrorFilter },
    { provide: APP_PIPE, useClass: StrictValidationPipe },
  ],
})
export class AppModule {
  /** @param config what {@link loadConfig} made of the environment */
  static with(config: Config): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.with(config)] };
  }
}

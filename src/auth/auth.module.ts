import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Config } from '../config/config.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AccessGuard } from './access.guard.js';
import { BearerGuard } from './bearer.guard.js';
import { DashboardJwksStrategy } from './dashboard-jwks.strategy.js';
import { DashboardJwtGuard } from './dashboard-jwt.guard.js';
import { DashboardJwtStrategy } from './dashboard-jwt.strategy.js';
import { DevelopmentSessionController } from './development-session.controller.js';
import { DevelopmentSessionGuard } from './development-session.guard.js';
import { DevelopmentSessions } from './development-session.service.js';
import { MeController } from './me.controller.js';
import { ResourceServerGuard } from './resource-server.guard.js';

/** Who is calling? Guards every route of the application, also those of other modules. */
@Module({
  imports: [TokensModule],
  controllers: [MeController, DevelopmentSessionController],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: DashboardJwtStrategy, inject: [Config], useFactory: dashboardJwtStrategy },
    DashboardJwtGuard,
    BearerGuard,
    ResourceServerGuard,
    DevelopmentSessionGuard,
    DevelopmentSessions,
  ],
})
export class AuthModule {}

/** Passport knows both under one name, so the guard need not ask which is in use. */
function dashboardJwtStrategy(config: Config): DashboardJwtStrategy | DashboardJwksStrategy {
  const { keys } = config.dashboardJwt;
  return keys.kind === 'secret'
    ? new DashboardJwtStrategy(keys.secret, config)
    : new DashboardJwksStrategy(keys.url, config);
}

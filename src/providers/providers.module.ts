import { Module } from '@nestjs/common';
import { ListProvidersController } from './list-providers.controller.js';
import { ProviderClient } from './provider-client.service.js';
import { ProviderRegistry } from './provider-registry.service.js';

/** Knowledge of the outside: definitions, and the one client that talks to all providers. Expects `Config`. */
@Module({
  controllers: [ListProvidersController],
  providers: [ProviderRegistry, ProviderClient],
  exports: [ProviderRegistry, ProviderClient],
})
export class ProvidersModule {}

import { Module } from '@nestjs/common';
import { LimitsModule } from '../limits/limits.module.js';
import { FindClient } from './find-client.service.js';
import { NewClients } from './new-clients.service.js';
import { RegisterClientController } from './register-client.controller.js';
import { RegisterClient } from './register-client.service.js';

/** Other people's apps introduce themselves (RFC 7591). */
@Module({
  imports: [LimitsModule],
  controllers: [RegisterClientController],
  providers: [RegisterClient, NewClients, FindClient],
  exports: [FindClient],
})
export class ClientRegistrationModule {}

import { Module } from '@nestjs/common';
import { FindClient } from './find-client.service.js';
import { RegisterClientController } from './register-client.controller.js';
import { RegisterClient } from './register-client.service.js';

/** Other people's apps introduce themselves (RFC 7591). */
@Module({
  controllers: [RegisterClientController],
  providers: [RegisterClient, FindClient],
  exports: [FindClient],
})
export class ClientRegistrationModule {}

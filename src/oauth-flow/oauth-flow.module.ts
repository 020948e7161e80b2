import { Module } from '@nestjs/common';
import { ClientRegistrationModule } from '../client-registration/client-registration.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AuthorizeController } from './authorize/authorize.controller.js';
import { Authorize } from './authorize/authorize.service.js';
import { ConsentController } from './consent/consent.controller.js';
import { Consent } from './consent/consent.service.js';

/** Every redirect a browser takes. */
@Module({
  imports: [ClientRegistrationModule, TokensModule],
  controllers: [AuthorizeController, ConsentController],
  providers: [Authorize, Consent],
})
export class OAuthFlowModule {}

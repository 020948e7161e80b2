import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ClientRegistrationModule } from '../client-registration/client-registration.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { OAuthAppsModule } from '../oauth-apps/oauth-apps.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AuthorizeController } from './authorize/authorize.controller.js';
import { Authorize } from './authorize/authorize.service.js';
import { ForgetRequests } from './authorize/forget-requests.service.js';
import { BrowserBinding } from './connect/browser-binding.service.js';
import { CompleteConnection } from './connect/complete-connection.service.js';
import { ConnectController } from './connect/connect.controller.js';
import { FinishConnection } from './connect/finish-connection.service.js';
import { Flows } from './connect/flows.service.js';
import { ForgetFlows } from './connect/forget-flows.service.js';
import { PendingConnections } from './connect/pending-connections.service.js';
import { StartConnection } from './connect/start-connection.service.js';
import { ConsentController } from './consent/consent.controller.js';
import { Consent } from './consent/consent.service.js';

/** Every redirect a browser takes. */
@Module({
  imports: [
    ClientRegistrationModule,
    TokensModule,
    ProvidersModule,
    OAuthAppsModule,
    AccountsModule,
    JobsModule,
    LimitsModule,
  ],
  controllers: [AuthorizeController, ConsentController, ConnectController],
  providers: [
    Authorize,
    ForgetRequests,
    Consent,
    Flows,
    BrowserBinding,
    PendingConnections,
    StartConnection,
    FinishConnection,
    CompleteConnection,
    ForgetFlows,
  ],
})
export class OAuthFlowModule {}

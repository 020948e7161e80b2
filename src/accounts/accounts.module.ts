import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { JobsModule } from '../jobs/jobs.module.js';
import { OAuthAppsModule } from '../oauth-apps/oauth-apps.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { AccountsController } from './accounts.controller.js';
import { DisconnectAccount } from './disconnect-account.service.js';
import { EndAuthorization } from './end-authorization.service.js';
import { FindAccount } from './find-account.service.js';
import { FreshToken } from './fresh-token.service.js';
import { KeepFresh } from './keep-fresh.service.js';
import { ListAccounts } from './list-accounts.service.js';
import { LockConnections } from './lock-connections.js';
import { ProviderTokenController } from './provider-token.controller.js';
import { RefreshAccount } from './refresh-account.service.js';
import { Renewals } from './renewals.service.js';
import { SaveConnection } from './save-connection.service.js';
import { SelectAccount } from './select-account.service.js';
import { VerifyTokens } from './verify-tokens.service.js';

/** Connected accounts: kept, shown, kept fresh and let go. To others it gives saving and showing. */
@Module({
  imports: [ProvidersModule, OAuthAppsModule, JobsModule],
  controllers: [AccountsController, ProviderTokenController],
  providers: [
    {
      provide: LockConnections,
      inject: [DataSource],
      useFactory: (database: DataSource) => LockConnections.open(database, 4),
    },
    SaveConnection,
    FindAccount,
    ListAccounts,
    SelectAccount,
    EndAuthorization,
    DisconnectAccount,
    Renewals,
    VerifyTokens,
    FreshToken,
    RefreshAccount,
    KeepFresh,
  ],
  exports: [SaveConnection, FindAccount],
})
export class AccountsModule {}
